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

void op_normalisation_statistics(const normalisation_statistics_arguments *a) {
  i32 live = AT(const program_state, a->state)->live;
  f64 count = (f64)live * (f64)a->rows * (f64)a->columns;
  f32 *mean = AT(f32, a->mean), *inverse = AT(f32, a->inverse);
  f32 *running_mean = AT(f32, a->running_mean), *running_variance = AT(f32, a->running_variance);
  for (i32 c = 0; c < a->channels; c++) {
    const char *first = AT(const char, a->x) + c * a->x_channel;
    f64 total = 0;
    for (i32 lane = 0; lane < live; lane += LANES) {
      const char *block = first + lane / LANES * a->x_block;
      i32 quarters = live - lane < LANES ? (live - lane + 3) / 4 : 4;
      for (i32 row = 0; row < a->rows; row++) {
        for (i32 q = 0; q < quarters; q++) {
          const char *x = block + row * a->x_row + 16 * q;
          f4 sum = splat(0);
          for (i32 column = 0; column < a->columns; column++) sum += QUARTER(x + column * LANE_BYTES, 0);
          total += fold_double((f4)((i4)sum & live_lanes(lane + 4 * q, live)));
        }
      }
    }
    f32 m = (f32)(total / count);
    f4 centre = splat(m);
    f64 squares = 0;
    for (i32 lane = 0; lane < live; lane += LANES) {
      const char *block = first + lane / LANES * a->x_block;
      i32 quarters = live - lane < LANES ? (live - lane + 3) / 4 : 4;
      for (i32 row = 0; row < a->rows; row++) {
        for (i32 q = 0; q < quarters; q++) {
          const char *x = block + row * a->x_row + 16 * q;
          f4 sum = splat(0);
          for (i32 column = 0; column < a->columns; column++) {
            f4 d = QUARTER(x + column * LANE_BYTES, 0) - centre;
            sum += d * d;
          }
          squares += fold_double((f4)((i4)sum & live_lanes(lane + 4 * q, live)));
        }
      }
    }
    mean[c] = m;
    inverse[c] = (f32)(1.0 / __builtin_sqrt(squares / count + (f64)a->epsilon));
    /* The running variance is the unbiased one, as in PyTorch. */
    f64 unbiased = count > 1 ? squares / (count - 1) : squares;
    running_mean[c] = (f32)((1.0 - (f64)a->momentum) * (f64)running_mean[c] + (f64)a->momentum * (total / count));
    running_variance[c] = (f32)((1.0 - (f64)a->momentum) * (f64)running_variance[c] + (f64)a->momentum * unbiased);
  }
}

/* For evaluation: the running statistics, frozen. */
void op_normalisation_frozen(const normalisation_frozen_arguments *a) {
  f32 *mean = AT(f32, a->mean), *inverse = AT(f32, a->inverse);
  const f32 *running_mean = AT(const f32, a->running_mean), *running_variance = AT(const f32, a->running_variance);
  for (i32 c = 0; c < a->channels; c++) {
    mean[c] = running_mean[c];
    inverse[c] = (f32)(1.0 / __builtin_sqrt((f64)running_variance[c] + (f64)a->epsilon));
  }
}

/* y = (x - mean) (inverse scale) + shift; with relu, its positive part, a NaN being kept. */
void op_normalisation(const normalisation_arguments *a) {
  const f32 *mean = AT(const f32, a->mean), *inverse = AT(const f32, a->inverse);
  const f32 *scale = AT(const f32, a->scale), *shift = AT(const f32, a->shift);
  for (i32 block = 0; block < a->blocks; block++) {
    for (i32 c = 0; c < a->channels; c++) {
      f4 centre = splat(mean[c]), slope = splat(inverse[c] * scale[c]), base = splat(shift[c]);
      for (i32 row = 0; row < a->rows; row++) {
        const f32 *x = (const f32 *)(AT(const char, a->x) + block * a->x_block + c * a->x_channel + row * a->x_row);
        f32 *y = (f32 *)(AT(char, a->y) + block * a->y_block + c * a->y_channel + row * a->y_row);
        if (a->relu) {
          for (i32 i = 0; i < a->columns * LANES; i += 4) store(y + i, positive_part((load(x + i) - centre) * slope + base));
        } else {
          for (i32 i = 0; i < a->columns * LANES; i += 4) store(y + i, (load(x + i) - centre) * slope + base);
        }
      }
    }
  }
}

/* The gradient that reaches the normalised value: dy, or what a relu after it lets through. */
INLINE f4 let_through(f4 g, f4 centred, f4 steep, f4 base, i32 relu) {
  return relu ? choose(centred * steep + base <= splat(0), splat(0), g) : g;
}

/* The gradient of one channel; relu is a constant. */
INLINE void channel_gradient(const normalisation_gradient_arguments *a, i32 live, i32 c, i32 relu) {
  f64 count = (f64)live * (f64)a->rows * (f64)a->columns;
  f32 inverse = AT(const f32, a->inverse)[c], scale = AT(const f32, a->scale)[c];
  const char *x_first = AT(const char, a->x) + c * a->x_channel, *dy_first = AT(const char, a->dy) + c * a->dy_channel;
  char *dx_first = AT(char, a->dx) + c * a->dx_channel;
  f4 centre = splat(AT(const f32, a->mean)[c]), slope = splat(inverse), steep = splat(inverse * scale), base = splat(AT(const f32, a->shift)[c]);
  f64 total = 0, product = 0;
  for (i32 lane = 0; lane < live; lane += LANES) {
    i32 block = lane / LANES, quarters = live - lane < LANES ? (live - lane + 3) / 4 : 4;
    for (i32 row = 0; row < a->rows; row++) {
      for (i32 q = 0; q < quarters; q++) {
        const char *x = x_first + block * a->x_block + row * a->x_row + 16 * q;
        const char *dy = dy_first + block * a->dy_block + row * a->dy_row + 16 * q;
        f4 sum = splat(0), dot = splat(0);
        for (i32 column = 0; column < a->columns; column++) {
          f4 centred = QUARTER(x + column * LANE_BYTES, 0) - centre;
          f4 g = let_through(QUARTER(dy + column * LANE_BYTES, 0), centred, steep, base, relu);
          sum += g;
          dot += g * (centred * slope);
        }
        i4 alive = live_lanes(lane + 4 * q, live);
        total += fold_double((f4)((i4)sum & alive));
        product += fold_double((f4)((i4)dot & alive));
      }
    }
  }
  AT(f32, a->dshift)[c] = (f32)total;
  AT(f32, a->dscale)[c] = (f32)product;
  f4 mean_gradient = splat((f32)(total / count)), mean_product = splat((f32)(product / count)), factor = steep;
  for (i32 lane = 0; lane < live; lane += LANES) {
    i32 block = lane / LANES;
    for (i32 row = 0; row < a->rows; row++) {
      for (i32 q = 0; q < 4; q++) {
        i4 alive = live_lanes(lane + 4 * q, live);
        const char *x = x_first + block * a->x_block + row * a->x_row + 16 * q;
        const char *dy = dy_first + block * a->dy_block + row * a->dy_row + 16 * q;
        char *dx = dx_first + block * a->dx_block + row * a->dx_row + 16 * q;
        for (i32 column = 0; column < a->columns; column++) {
          f4 centred = QUARTER(x + column * LANE_BYTES, 0) - centre;
          f4 g = let_through(QUARTER(dy + column * LANE_BYTES, 0), centred, steep, base, relu);
          g = factor * ((g - mean_gradient) - (centred * slope) * mean_product);
          g = (f4)((i4)g & alive);
          f32 *to = (f32 *)(dx + column * LANE_BYTES);
          if (a->accumulate) g = load(to) + g;
          store(to, g);
        }
      }
    }
  }
}

/*
 * With g the gradient that reaches it, n = normalised x and N the count: dshift = sum g, dscale = sum g n, and
 * dx = scale inverse (g - dshift / N - n dscale / N). A relu that follows is taken along: its sign is worked out anew. Dead
 * lanes get +0, which weight gradients after this rely on.
 */
void op_normalisation_gradient(const normalisation_gradient_arguments *a) {
  i32 live = AT(const program_state, a->state)->live;
  for (i32 c = 0; c < a->channels; c++) {
    if (a->relu) channel_gradient(a, live, c, 1);
    else channel_gradient(a, live, c, 0);
  }
}

/* The gradient of a convolution's biases: dy summed in the order above. */
void op_map_bias_gradient(const map_bias_gradient_arguments *a) {
  f32 *gradient = AT(f32, a->gradient);
  for (i32 c = 0; c < a->channels; c++) {
    f64 total = 0;
    for (i32 left = a->quarters, block = 0; left > 0; left -= 4, block++) {
      for (i32 row = 0; row < a->rows; row++) {
        for (i32 q = 0; q < (left < 4 ? left : 4); q++) {
          const char *dy = AT(const char, a->dy) + block * a->dy_block + c * a->dy_channel + row * a->dy_row + 16 * q;
          f4 sum = splat(0);
          for (i32 column = 0; column < a->columns; column++) sum += QUARTER(dy + column * LANE_BYTES, 0);
          total += fold_double(sum);
        }
      }
    }
    gradient[c] = (f32)total;
  }
}
