/*
 * Batch normalisation (Ioffe and Szegedy 2015), statistics over the live examples and the places of each channel.
 *
 * The order of summation: the four quarters of a block one after another, in each of them the columns of a row from +0 in
 * single precision, lane by lane; the lanes of a row and quarter are then added in double precision to one sum for the
 * channel, over blocks, rows and quarters in this order. Variances are sums of squared distances from the mean, which is
 * taken first; dead lanes are left out.
 */
#include "maps.h"
#include "operations.h"

/* Columns of `rows` rows (a constant) added up lane by lane, each row by itself. */
INLINE void sum_rows(fw *sum, const char *x, i32 x_row, i32 columns, i32 rows, i32 squared, f32 centre) {
  for (i32 v = 0; v < VECTORS; v++) {
    fw row[4];
    UNROLL for (i32 r = 0; r < rows; r++) row[r] = wide(0);
    for (i32 column = 0; column < columns; column++) {
      UNROLL for (i32 r = 0; r < rows; r++) {
        fw here = VECTOR(x + r * x_row + column * LANE_BYTES, v);
        if (squared) {
          fw d = here - wide(centre);
          here = d * d;
        }
        row[r] += here;
      }
    }
    UNROLL for (i32 r = 0; r < rows; r++) sum[r * VECTORS + v] = row[r];
  }
}

/*
 * Adds the lanes of one row to a sum in double precision, quarter by quarter; only those of live examples count, of which
 * `first` is the number of the row's first lane.
 */
INLINE f64 add_row(f64 total, const fw *sum, i32 first, i32 live) {
  f4 quarter[4] __attribute__((aligned(64)));
  __builtin_memcpy(quarter, sum, sizeof quarter);
  for (i32 q = 0; q < 4 && first + 4 * q < live; q++) total += fold_double((f4)((i4)quarter[q] & live_lanes(first + 4 * q, live)));
  return total;
}

/* Sums over the channel of x, or of its squared distances from a centre (a constant choice). */
INLINE f64 channel_sum(const normalisation_statistics_arguments *a, i32 live, const char *x_first, i32 squared, f32 centre) {
  f64 total = 0;
  for (i32 lane = 0; lane < live; lane += LANES) {
    const char *block = x_first + lane / LANES * a->x_block;
    /* Rows are added up four at a time, so that one addition need not wait for another. */
    for (i32 row = 0; row < a->rows; row += 4) {
      i32 rows = a->rows - row < 4 ? a->rows - row : 4;
      fw sum[4 * VECTORS];
      if (rows == 4) {
        sum_rows(sum, block + row * a->x_row, a->x_row, a->columns, 4, squared, centre);
      } else {
        for (i32 r = 0; r < rows; r++) sum_rows(sum + r * VECTORS, block + (row + r) * a->x_row, a->x_row, a->columns, 1, squared, centre);
      }
      for (i32 r = 0; r < rows; r++) total = add_row(total, sum + r * VECTORS, lane, live);
    }
  }
  return total;
}

void op_normalisation_statistics(const normalisation_statistics_arguments *a, share s) {
  i32 live = AT(const program_state, a->state)->live;
  f64 count = (f64)live * (f64)a->rows * (f64)a->columns;
  f32 *mean = AT(f32, a->mean), *inverse = AT(f32, a->inverse);
  f32 *running_mean = AT(f32, a->running_mean), *running_variance = AT(f32, a->running_variance);
  span mine = span_of(a->channels, s);
  for (i32 c = mine.first; c < mine.end; c++) {
    const char *first = AT(const char, a->x) + c * a->x_channel;
    f64 total = channel_sum(a, live, first, 0, 0);
    f32 m = (f32)(total / count);
    f64 squares = channel_sum(a, live, first, 1, m);
    mean[c] = m;
    inverse[c] = (f32)(1.0 / __builtin_sqrt(squares / count + (f64)a->epsilon));
    /* The running variance is the unbiased one, as in PyTorch. */
    f64 unbiased = count > 1 ? squares / (count - 1) : squares;
    running_mean[c] = (f32)((1.0 - (f64)a->momentum) * (f64)running_mean[c] + (f64)a->momentum * (total / count));
    running_variance[c] = (f32)((1.0 - (f64)a->momentum) * (f64)running_variance[c] + (f64)a->momentum * unbiased);
  }
}

/* For evaluation: the running statistics, frozen. */
void op_normalisation_frozen(const normalisation_frozen_arguments *a, share s) {
  if (s.part > 0) return;
  f32 *mean = AT(f32, a->mean), *inverse = AT(f32, a->inverse);
  const f32 *running_mean = AT(const f32, a->running_mean), *running_variance = AT(const f32, a->running_variance);
  for (i32 c = 0; c < a->channels; c++) {
    mean[c] = running_mean[c];
    inverse[c] = (f32)(1.0 / __builtin_sqrt((f64)running_variance[c] + (f64)a->epsilon));
  }
}

/* y = (x - mean) (inverse scale) + shift; with relu, its positive part, a NaN being kept. */
void op_normalisation(const normalisation_arguments *a, share s) {
  span mine = span_of(a->blocks, s);
  const f32 *mean = AT(const f32, a->mean), *inverse = AT(const f32, a->inverse);
  const f32 *scale = AT(const f32, a->scale), *shift = AT(const f32, a->shift);
  for (i32 block = mine.first; block < mine.end; block++) {
    for (i32 c = 0; c < a->channels; c++) {
      fw centre = wide(mean[c]), slope = wide(inverse[c] * scale[c]), base = wide(shift[c]);
      for (i32 row = 0; row < a->rows; row++) {
        const f32 *x = (const f32 *)(AT(const char, a->x) + block * a->x_block + c * a->x_channel + row * a->x_row);
        f32 *y = (f32 *)(AT(char, a->y) + block * a->y_block + c * a->y_channel + row * a->y_row);
        if (a->relu) {
          for (i32 i = 0; i < a->columns * LANES; i += WIDE) store_wide(y + i, positive_part((load_wide(x + i) - centre) * slope + base));
        } else {
          for (i32 i = 0; i < a->columns * LANES; i += WIDE) store_wide(y + i, (load_wide(x + i) - centre) * slope + base);
        }
      }
    }
  }
}

/* The gradient that reaches the normalised value: dy, or what a relu after it lets through. */
INLINE fw let_through(fw g, fw centred, fw steep, fw base, i32 relu) {
  return relu ? choose_wide(centred * steep + base <= wide(0), wide(0), g) : g;
}

/* The gradient of one channel; relu is a constant. */
INLINE void channel_gradient(const normalisation_gradient_arguments *a, i32 live, i32 c, i32 relu) {
  f64 count = (f64)live * (f64)a->rows * (f64)a->columns;
  f32 inverse = AT(const f32, a->inverse)[c], scale = AT(const f32, a->scale)[c];
  const char *x_first = AT(const char, a->x) + c * a->x_channel, *dy_first = AT(const char, a->dy) + c * a->dy_channel;
  char *dx_first = AT(char, a->dx) + c * a->dx_channel;
  fw centre = wide(AT(const f32, a->mean)[c]), slope = wide(inverse), steep = wide(inverse * scale), base = wide(AT(const f32, a->shift)[c]);
  f64 total = 0, product = 0;
  for (i32 lane = 0; lane < live; lane += LANES) {
    i32 block = lane / LANES;
    for (i32 row = 0; row < a->rows; row++) {
      const char *x = x_first + block * a->x_block + row * a->x_row;
      const char *dy = dy_first + block * a->dy_block + row * a->dy_row;
      fw sums[VECTORS], dots[VECTORS];
      for (i32 v = 0; v < VECTORS; v++) {
        fw sum = wide(0), dot = wide(0);
        for (i32 column = 0; column < a->columns; column++) {
          fw centred = VECTOR(x + column * LANE_BYTES, v) - centre;
          fw g = let_through(VECTOR(dy + column * LANE_BYTES, v), centred, steep, base, relu);
          sum += g;
          dot += g * (centred * slope);
        }
        sums[v] = sum;
        dots[v] = dot;
      }
      total = add_row(total, sums, lane, live);
      product = add_row(product, dots, lane, live);
    }
  }
  AT(f32, a->dshift)[c] = (f32)total;
  AT(f32, a->dscale)[c] = (f32)product;
  fw mean_gradient = wide((f32)(total / count)), mean_product = wide((f32)(product / count)), factor = steep;
  for (i32 lane = 0; lane < live; lane += LANES) {
    i32 block = lane / LANES;
    f4 alive[4] __attribute__((aligned(64)));
    for (i32 q = 0; q < 4; q++) alive[q] = (f4)live_lanes(lane + 4 * q, live);
    for (i32 row = 0; row < a->rows; row++) {
      const char *x = x_first + block * a->x_block + row * a->x_row;
      const char *dy = dy_first + block * a->dy_block + row * a->dy_row;
      char *dx = dx_first + block * a->dx_block + row * a->dx_row;
      for (i32 column = 0; column < a->columns; column++) {
        for (i32 v = 0; v < VECTORS; v++) {
          fw centred = VECTOR(x + column * LANE_BYTES, v) - centre;
          fw g = let_through(VECTOR(dy + column * LANE_BYTES, v), centred, steep, base, relu);
          g = factor * ((g - mean_gradient) - (centred * slope) * mean_product);
          g = (fw)((iw)g & ((const iw *)alive)[v]);
          fw *to = (fw *)(dx + column * LANE_BYTES) + v;
          if (a->accumulate) g = *to + g;
          *to = g;
        }
      }
    }
  }
}

/*
 * With g the gradient that reaches it, n = normalised x and N the count: dshift = sum g, dscale = sum g n, and
 * dx = scale inverse (g - dshift / N - n dscale / N). A relu that follows is taken along: its sign is computed again. Dead
 * lanes get +0, which weight gradients after this rely on.
 */
void op_normalisation_gradient(const normalisation_gradient_arguments *a, share s) {
  i32 live = AT(const program_state, a->state)->live;
  span mine = span_of(a->channels, s);
  for (i32 c = mine.first; c < mine.end; c++) {
    if (a->relu) channel_gradient(a, live, c, 1);
    else channel_gradient(a, live, c, 0);
  }
}

/* The gradient of a convolution's biases: dy summed in the order above. */
void op_map_bias_gradient(const map_bias_gradient_arguments *a, share s) {
  f32 *gradient = AT(f32, a->gradient);
  span mine = span_of(a->channels, s);
  i32 lanes = 4 * a->quarters;
  for (i32 c = mine.first; c < mine.end; c++) {
    f64 total = 0;
    for (i32 lane = 0; lane < lanes; lane += LANES) {
      const char *dy = AT(const char, a->dy) + lane / LANES * a->dy_block + c * a->dy_channel;
      for (i32 row = 0; row < a->rows; row++) {
        fw sum[VECTORS];
        sum_rows(sum, dy + row * a->dy_row, 0, a->columns, 1, 0, 0);
        total = add_row(total, sum, lane, lanes);
      }
    }
    gradient[c] = (f32)total;
  }
}
