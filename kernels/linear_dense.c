/*
 * Fully connected layers, stored densely.
 *
 * Orders of summation, the same as those of linear_sparse.c:
 *  - outputs and input gradients: from +0, one term a weight, in ascending order of input (output), the bias last;
 *  - gradients of weights and biases: four partial sums over the examples, as gradients.h says.
 * A weight of zero adds a zero of either sign to a sum that began at +0 and so changes no bit of it.
 */
#include "gradients.h"
#include "gradients_wide.h"
#include "operations.h"
#include "wide.h"

/*
 * Sums computed together: `rows` of them for four vectors, which are a lane block in WebAssembly and up to four blocks on
 * wider machines. They fit, with their operands, the registers there are: 16, of which WebAssembly gives 15, or 32.
 */
#if WIDE == 16
#define ROWS 6
#else
#define ROWS 2
#endif
#define TILE_VECTORS 4

/* How a matrix is read: term t of row r is the weight at r * across + t * along times the vectors at x + t * LANES. */
typedef struct {
  const f32 *x, *w, *bias;
  f32 *y;
  i32 across, along, count, onward;
  /* Floats from one lane block to the next. */
  i32 x_block, y_block;
} product;

/* `rows` sums of `vectors` vectors each; both are constants where this is called. */
INLINE void sums(const product *p, i32 row, i32 rows, i32 vectors) {
  fw sum[24];
  f32 *y = p->y + row * LANES;
  const f32 *x = p->x, *w = p->w + row * p->across;
  i32 across = p->across, along = p->along, x_block = p->x_block, y_block = p->y_block;
  /* Where sum number i goes: row i / vectors, vector i % vectors. */
#define PLACE(i) (y + (i) / vectors * LANES + (i) % vectors / VECTORS * y_block + (i) % vectors % VECTORS * WIDE)
  UNROLL for (i32 i = 0; i < rows * vectors; i++) sum[i] = wide(0);
  if (p->onward) {
    UNROLL for (i32 i = 0; i < rows * vectors; i++) sum[i] = load_wide(PLACE(i));
  }
#ifdef __clang__
#pragma clang loop unroll(disable)
#endif
  for (i32 t = 0; t < p->count; t++) {
    fw value[8];
    UNROLL for (i32 r = 0; r < rows; r++) value[r] = wide(w[r * across]);
    UNROLL for (i32 v = 0; v < vectors; v++) {
      fw here = load_wide(x + v / VECTORS * x_block + v % VECTORS * WIDE);
      UNROLL for (i32 r = 0; r < rows; r++) sum[r * vectors + v] += value[r] * here;
    }
    x += LANES;
    w += along;
  }
  if (p->bias) {
    UNROLL for (i32 i = 0; i < rows * vectors; i++) sum[i] += wide(p->bias[row + i / vectors]);
  }
  UNROLL for (i32 i = 0; i < rows * vectors; i++) store_wide(PLACE(i), sum[i]);
#undef PLACE
}

/* The rows of a span: so many at a time, then fewer. `rows` and `vectors` are constants. */
INLINE void rows_sums(const product *p, span all, i32 rows, i32 vectors) {
  i32 r = all.first;
  for (; r + rows <= all.end; r += rows) sums(p, r, rows, vectors);
  if (rows > 4) {
    for (; r + 4 <= all.end; r += 4) sums(p, r, 4, vectors);
  }
  if (rows > 2) {
    for (; r + 2 <= all.end; r += 2) sums(p, r, 2, vectors);
  }
  for (; r < all.end; r++) sums(p, r, 1, vectors);
}

/* The same for every block of a batch. By itself, since gcc mixes its loops with those around it. */
__attribute__((noinline)) static void all_sums(product p, span rows, i32 quarters) {
  i32 vectors = VECTORS_OF(quarters);
  for (; vectors >= TILE_VECTORS; vectors -= TILE_VECTORS) {
    rows_sums(&p, rows, ROWS, TILE_VECTORS);
    p.x += TILE_VECTORS / VECTORS * p.x_block;
    p.y += TILE_VECTORS / VECTORS * p.y_block;
  }
#if WIDE == 16
  if (vectors == 3) rows_sums(&p, rows, 6, 3);
  if (vectors == 2) rows_sums(&p, rows, 8, 2);
  if (vectors == 1) rows_sums(&p, rows, 8, 1);
#else
  if (vectors == 3) rows_sums(&p, rows, 3, 3);
  if (vectors == 2) rows_sums(&p, rows, 4, 2);
  if (vectors == 1) rows_sums(&p, rows, 6, 1);
#endif
}

void op_linear_forward(const linear_forward_arguments *a, share s) {
  product p = {AT(const f32, a->x), AT(const f32, a->weight), a->bias ? AT(const f32, a->bias) : 0, AT(f32, a->y), a->inputs, 1,
               a->inputs, 0, a->inputs * LANES, a->outputs * LANES};
  all_sums(p, span_of(a->outputs, s), a->quarters);
}

/* Columns of weights are far from one another: a panel of them is copied to where it stays in the cache. */
#define PANEL_COLUMNS 48
#define PANEL_TERMS 128

void op_linear_input_gradient(const linear_input_gradient_arguments *a, share s) {
  f32 panel[PANEL_TERMS * PANEL_COLUMNS];
  span all = span_of(a->inputs, s);
  for (i32 first = all.first; first < all.end; first += PANEL_COLUMNS) {
    i32 columns = all.end - first < PANEL_COLUMNS ? all.end - first : PANEL_COLUMNS;
    for (i32 term = 0; term < a->outputs; term += PANEL_TERMS) {
      i32 terms = a->outputs - term < PANEL_TERMS ? a->outputs - term : PANEL_TERMS;
      const f32 *from = AT(const f32, a->weight) + term * a->inputs + first;
      for (i32 t = 0; t < terms; t++) __builtin_memcpy(panel + t * PANEL_COLUMNS, from + t * a->inputs, (u32)columns * sizeof(f32));
      product p = {AT(const f32, a->dy) + term * LANES, panel, 0, AT(f32, a->dx) + first * LANES, 1, PANEL_COLUMNS, terms, term > 0,
                   a->outputs * LANES, a->inputs * LANES};
      all_sums(p, (span){0, columns}, a->quarters);
    }
  }
}

#if WIDE == 4
/* Two neighbouring outputs by four neighbouring inputs. */
INLINE void gradient_tile(const char *dy, const char *x, i32 quarters, i32 dy_bytes, i32 x_bytes, f32 *g0, f32 *g1) {
  f4 s0 = splat(0), s1 = splat(0), s2 = splat(0), s3 = splat(0);
  f4 t0 = splat(0), t1 = splat(0), t2 = splat(0), t3 = splat(0);
  i32 dy_rest = dy_bytes - LANE_BYTES, x_rest = x_bytes - LANE_BYTES;
#pragma clang loop unroll(disable)
  for (; quarters > 0; quarters -= 4) {
    i32 here = quarters < 4 ? quarters : 4;
#pragma clang loop unroll(disable)
    for (i32 quarter = 0; quarter < here; quarter++) {
      f4 e = QUARTER(dy, 0), f = QUARTER(dy, 4);
      f4 v = QUARTER(x, 0);
      s0 += e * v; t0 += f * v;
      v = QUARTER(x, 4);
      s1 += e * v; t1 += f * v;
      v = QUARTER(x, 8);
      s2 += e * v; t2 += f * v;
      v = QUARTER(x, 12);
      s3 += e * v; t3 += f * v;
      dy += 16;
      x += 16;
    }
    dy += dy_rest;
    x += x_rest;
  }
  f4 s = fold4(s0, s1, s2, s3), t = fold4(t0, t1, t2, t3);
  __builtin_memcpy(g0, &s, 16);
  __builtin_memcpy(g1, &t, 16);
}

/* Inputs taken together in a weight gradient: their vectors of four blocks, 16 KiB, stay in the first-level cache. */
#define INPUT_TILE 64

void op_linear_weight_gradient(const linear_weight_gradient_arguments *a, share s) {
  const char *dy = AT(const char, a->dy), *x = AT(const char, a->x);
  f32 *gradient = AT(f32, a->gradient);
  i32 inputs = a->inputs, outputs = a->outputs, quarters = a->quarters;
  i32 dy_bytes = outputs * LANE_BYTES, x_bytes = inputs * LANE_BYTES;
  span mine = span_of(outputs, s);
  for (i32 first = 0; first < inputs; first += INPUT_TILE) {
    i32 end = first + INPUT_TILE < inputs ? first + INPUT_TILE : inputs, o = mine.first;
    for (; o + 2 <= mine.end; o += 2) {
      const char *d = dy + o * LANE_BYTES;
      f32 *g0 = gradient + o * inputs, *g1 = g0 + inputs;
      i32 i = first;
      for (; i + 4 <= end; i += 4) gradient_tile(d, x + i * LANE_BYTES, quarters, dy_bytes, x_bytes, g0 + i, g1 + i);
      for (; i < end; i++) {
        g0[i] = gradient_one(d, x + i * LANE_BYTES, quarters, dy_bytes, x_bytes);
        g1[i] = gradient_one(d + LANE_BYTES, x + i * LANE_BYTES, quarters, dy_bytes, x_bytes);
      }
    }
    if (o < mine.end) {
      for (i32 i = first; i < end; i++) {
        gradient[o * inputs + i] = gradient_one(dy + o * LANE_BYTES, x + i * LANE_BYTES, quarters, dy_bytes, x_bytes);
      }
    }
  }
}
#else
/* Quarters of a batch that are turned at once, 128 KiB: 2,048 examples, more than most batches have. */
#define TURNED_QUARTERS 512

/* Sixteen neighbouring inputs, of which `inputs` exist: their examples from a quarter on, turned. */
INLINE void turn_inputs(const linear_weight_gradient_arguments *a, i32 first, i32 inputs, i32 quarter, i32 quarters, f32 *turned) {
  for (i32 q = quarter; q < quarter + quarters; q++) {
    const char *x = AT(const char, a->x) + ((i64)(q / 4) * a->inputs + first) * LANE_BYTES + q % 4 * 16;
    turn_quarter(x, LANE_BYTES, inputs, turned, turned_apart(quarters));
    turned += TURNED_NEXT;
  }
}

/* `rows` neighbouring outputs (a constant) by sixteen inputs; a batch too long to be turned at once is turned for each of them. */
INLINE void gradient_rows(const linear_weight_gradient_arguments *a, i32 output, i32 rows, i32 first, i32 inputs, f32 *turned) {
  fw sum[4 / GRADIENT_PARTS][GRADIENT_ROWS * GRADIENT_SUMS];
  i32 pitch = a->outputs * LANE_BYTES;
  UNROLL for (i32 i = 0; i < rows * GRADIENT_SUMS; i++) {
    UNROLL for (i32 k = 0; k < 4 / GRADIENT_PARTS; k++) sum[k][i] = wide(0);
  }
  for (i32 quarter = 0; quarter < a->quarters; quarter += TURNED_QUARTERS) {
    i32 quarters = a->quarters - quarter < TURNED_QUARTERS ? a->quarters - quarter : TURNED_QUARTERS, whole = quarters / 4;
    gradient_places blocks = {1, whole, 4, pitch, pitch}, last = {1, 1, quarters % 4, pitch, pitch};
    const char *at[GRADIENT_ROWS];
    if (a->quarters > TURNED_QUARTERS) turn_inputs(a, first, inputs, quarter, quarters, turned);
    for (i32 k = 0; k < 4; k += GRADIENT_PARTS) {
      const f32 *from = turned + k * turned_apart(quarters);
      const char *dy = AT(const char, a->dy) + (i64)(quarter / 4) * pitch + output * LANE_BYTES + 4 * k;
      UNROLL for (i32 r = 0; r < rows; r++) at[r] = dy + r * LANE_BYTES;
      gradient_run(sum[k / GRADIENT_PARTS], &blocks, at, from, rows);
      if (last.quarters == 0) continue;
      UNROLL for (i32 r = 0; r < rows; r++) at[r] += (i64)whole * pitch;
      gradient_run(sum[k / GRADIENT_PARTS], &last, at, from + whole * 4 * TURNED_NEXT, rows);
    }
  }
  UNROLL for (i32 r = 0; r < rows; r++) {
#define PART(k) sum[(k) / GRADIENT_PARTS][r * GRADIENT_SUMS + v * GRADIENT_PARTS + (k) % GRADIENT_PARTS]
    fw folded[VECTORS];
    UNROLL for (i32 v = 0; v < VECTORS; v++) folded[v] = (PART(0) + PART(2)) + (PART(1) + PART(3));
#undef PART
    f32 *gradient = AT(f32, a->gradient) + (i64)(output + r) * a->inputs + first;
    if (inputs == LANES) __builtin_memcpy(gradient, folded, LANE_BYTES);
    else __builtin_memcpy(gradient, folded, 4u * (u32)inputs);
  }
}

void op_linear_weight_gradient(const linear_weight_gradient_arguments *a, share s) {
  f32 turned[4 * TURNED_QUARTERS * LANES] __attribute__((aligned(64)));
  span mine = span_of(a->outputs, s);
  for (i32 first = 0; first < a->inputs; first += LANES) {
    i32 inputs = a->inputs - first < LANES ? a->inputs - first : LANES, o = mine.first;
    if (a->quarters <= TURNED_QUARTERS) turn_inputs(a, first, inputs, 0, a->quarters, turned);
    for (; o + GRADIENT_ROWS <= mine.end; o += GRADIENT_ROWS) gradient_rows(a, o, GRADIENT_ROWS, first, inputs, turned);
    for (; o + 2 <= mine.end; o += 2) gradient_rows(a, o, 2, first, inputs, turned);
    if (o < mine.end) gradient_rows(a, o, 1, first, inputs, turned);
  }
}
#endif

void op_bias_gradient(const bias_gradient_arguments *a, share s) {
  f32 *gradient = AT(f32, a->gradient);
  const char *first = AT(const char, a->dy);
  i32 dy_bytes = a->outputs * LANE_BYTES;
  span mine = span_of(a->outputs, s);
  for (i32 o = mine.first; o < mine.end; o++) {
    const char *dy = first + o * LANE_BYTES;
    f4 sum = splat(0);
    for (i32 left = a->quarters; left > 0; left -= 4) {
      i32 here = left < 4 ? left : 4;
      for (i32 quarter = 0; quarter < here; quarter++) sum += QUARTER(dy, quarter);
      dy += dy_bytes;
    }
    gradient[o] = fold(sum);
  }
}
