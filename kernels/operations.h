/*
 * The operations of a step program, and their arguments. A program is a list of 32-bit words: for each operation its
 * number, then its arguments in the order of its struct. This file is the one source of both: the build reads it and
 * writes the table that the program builder uses, so the regular form of these structs matters.
 *
 * Argument types: ptr is a byte offset into the arena, i32 a count, f32 a number, u32 a word of a random stream's name.
 * `blocks` is the batch in blocks of sixteen examples, `quarters` in quarters of one, four examples.
 */
#ifndef OPERATIONS_H
#define OPERATIONS_H

#include "lottery.h"

#define OPERATIONS(X) \
  X(order)                    \
  X(range)                    \
  X(advance)                  \
  X(gather)                   \
  X(gather_maps)              \
  X(linear_forward)           \
  X(linear_input_gradient)    \
  X(linear_weight_gradient)   \
  X(sparse_forward)           \
  X(sparse_input_gradient)    \
  X(sparse_weight_gradient)   \
  X(bias_gradient)            \
  X(relu)                     \
  X(relu_gradient)            \
  X(tanh)                     \
  X(tanh_gradient)            \
  X(sigmoid)                  \
  X(sigmoid_gradient)         \
  X(cross_entropy)            \
  X(mask_gradient)            \
  X(sgd)                      \
  X(adam)                     \
  X(convolution)              \
  X(turn_weights)             \
  X(sparse_convolution)       \
  X(convolution_weight_gradient) \
  X(sparse_convolution_weight_gradient) \
  X(map_bias_gradient)        \
  X(normalisation_statistics) \
  X(normalisation_frozen)     \
  X(normalisation)            \
  X(normalisation_gradient)   \
  X(max_pool)                 \
  X(max_pool_gradient)        \
  X(average_pool)             \
  X(average_pool_gradient)    \
  X(add)                      \
  X(dropout)                  \
  X(zero)                     \
  X(zero_border)              \
  X(begin_norm)               \
  X(add_norm)                 \
  X(clip)                     \
  X(decay_survivors)          \
  X(supermask_draw)           \
  X(supermask_choose)         \
  X(supermask_gradient)       \
  X(popup_select)             \
  X(popup_choose)             \
  X(popup_gradient)

/*
 * An operation computes the share of its work that it is asked for. Work that cannot be divided, such as sampling the order
 * of the examples, belongs to part 0 alone.
 */

/*
 * What a program carries from one step to the next. It stands at the offset that the operations call `state`.
 * norm: sum of squares of the gradients, where they are clipped; live: examples in the current batch; cursor: place of the first of them in the list of indices.
 */
typedef struct {
  f64 loss;
  f64 norm;
  i32 correct;
  i32 iteration;
  i32 epoch;
  i32 cursor;
  i32 live;
  i32 clock;
} program_state;

/* Places the cursor on the batch of this iteration; shuffles the indices when an epoch begins. */
typedef struct { ptr state; ptr source; ptr indices; i32 count; i32 batch; u32 key0; u32 key1; u32 lane0; } order_arguments;

/* Places the cursor on batch number `iteration` of a fixed list; the last batch may be short. */
typedef struct { ptr state; i32 count; i32 batch; } range_arguments;

/* Ends the step: the iteration and the optimiser's clock increase by one. */
typedef struct { ptr state; } advance_arguments;

/*
 * Reads images [example][channel][pixel] into lane blocks, value * scale[channel] + shift[channel]. Images are bytes, or
 * single-precision floats where `floats` is not 0.
 */
typedef struct { ptr state; ptr images; ptr indices; ptr scale; ptr shift; ptr y; i32 blocks; i32 channels; i32 pixels; i32 floats; } gather_arguments;

/*
 * The same into maps with a border. With padding or flip each image is shifted by as much as padding either way, zeros
 * coming in, and mirrored half the time, as draws from the stream say.
 */
typedef struct { ptr state; ptr images; ptr indices; ptr scale; ptr shift; ptr y; i32 blocks; i32 channels; i32 rows; i32 columns; i32 y_row; i32 y_channel; i32 y_block; i32 padding; i32 flip; u32 key0; u32 key1; u32 lane0; i32 floats; } gather_maps_arguments;

/* y = W x + b, W dense [outputs][inputs]. */
typedef struct { ptr x; ptr weight; ptr bias; ptr y; i32 quarters; i32 inputs; i32 outputs; } linear_forward_arguments;

/* dx = W^T dy. */
typedef struct { ptr dy; ptr weight; ptr dx; i32 quarters; i32 inputs; i32 outputs; } linear_input_gradient_arguments;

/* dW = dy x^T, summed over the batch. */
typedef struct { ptr dy; ptr x; ptr gradient; i32 quarters; i32 inputs; i32 outputs; } linear_weight_gradient_arguments;

/*
 * y = W x + b, W in compressed rows: value[k] at byte offset column[k] of x. The inputs are cut into `tiles` of neighbours, so
 * that the vectors of one stay in the first-level cache: row o in tile t holds rows[t outputs + o] <= k < rows[(t + 1) outputs + o].
 */
typedef struct { ptr x; ptr rows; ptr column; ptr value; ptr bias; ptr y; i32 quarters; i32 inputs; i32 outputs; i32 tiles; } sparse_forward_arguments;

/* dx = W^T dy over the transposed rows: value[place[k]] at byte offset row[k] of dy, columns[i] <= k < columns[i+1]. */
typedef struct { ptr dy; ptr columns; ptr row; ptr place; ptr value; ptr dx; i32 quarters; i32 inputs; i32 outputs; } sparse_input_gradient_arguments;

/* The gradient of surviving weights alone, in the order of the compressed rows. */
typedef struct { ptr dy; ptr x; ptr rows; ptr column; ptr gradient; i32 quarters; i32 inputs; i32 outputs; i32 tiles; } sparse_weight_gradient_arguments;

/* db = dy summed over the batch. */
typedef struct { ptr dy; ptr gradient; i32 quarters; i32 outputs; } bias_gradient_arguments;

/* Elementwise, in place on y; a gradient is multiplied by the slope at y, the layer's output. n counts floats. */
typedef struct { ptr y; i32 n; } relu_arguments;
typedef struct { ptr y; ptr dy; i32 n; } relu_gradient_arguments;
typedef struct { ptr y; i32 n; } tanh_arguments;
typedef struct { ptr y; ptr dy; i32 n; } tanh_gradient_arguments;
typedef struct { ptr y; i32 n; } sigmoid_arguments;
typedef struct { ptr y; ptr dy; i32 n; } sigmoid_gradient_arguments;

/*
 * Softmax cross-entropy: adds to the state's loss and correct count; dy = (softmax - target) / live unless dy is 0.
 * The target is the label with the share `smoothing` of it spread over all classes; the loss counted is the label's own.
 */
typedef struct { ptr state; ptr logits; ptr labels; ptr indices; ptr dy; i32 blocks; i32 classes; f32 smoothing; i32 wide_labels; } cross_entropy_arguments;

/* Zeroes gradients of pruned weights of a densely stored layer; mask holds a word of all ones or of zeros a weight. */
typedef struct { ptr gradient; ptr mask; i32 n; } mask_gradient_arguments;

/*
 * Stochastic gradient descent; velocity is 0 without momentum. n counts floats, padded to four. rates holds the learning rate
 * of every iteration.
 */
typedef struct { ptr state; ptr rates; ptr weight; ptr gradient; ptr velocity; i32 n; f32 momentum; i32 nesterov; f32 decay; } sgd_arguments;

/* Adam (Kingma and Ba 2015, algorithm 1, with epsilon outside the corrected root). n counts floats, padded to four. */
typedef struct { ptr state; ptr rates; ptr weight; ptr gradient; ptr first; ptr second; i32 n; f32 beta1; f32 beta2; f32 epsilon; f32 decay; } adam_arguments;

/*
 * Maps: x_row, x_channel and x_block are bytes from one row, channel and block of x to the next; x_column is bytes from
 * one place taken to the next. rows and columns count the places of the output. All maps stand at the first value inside
 * their border.
 */

/*
 * y at each place = sum over terms t of weight[o across + index[t]] times x at offset[t], + bias; index 0: index[t] = t. It
 * adds to y where it accumulates.
 */
typedef struct { ptr x; ptr offset; ptr index; ptr weight; ptr bias; ptr y; i32 quarters; i32 terms; i32 outputs; i32 across; i32 rows; i32 columns; i32 accumulate; i32 x_column; i32 x_row; i32 x_block; i32 y_column; i32 y_row; i32 y_channel; i32 y_block; } convolution_arguments;
typedef struct { ptr weight; ptr index; ptr turned; i32 terms; i32 outputs; i32 across; } turn_weights_arguments;

/* The same in compressed rows, which begin in each tile of x's channels where row_starts says, [tiles + 1][outputs]. x_reach is the greatest offset in the first of x's channels: what is fetched ahead ends there. */
typedef struct { ptr x; ptr row_starts; ptr offset; ptr value; ptr bias; ptr y; i32 quarters; i32 tiles; i32 channels; i32 outputs; i32 rows; i32 columns; i32 accumulate; i32 x_reach; i32 x_column; i32 x_row; i32 x_channel; i32 x_block; i32 y_column; i32 y_row; i32 y_channel; i32 y_block; } sparse_convolution_arguments;

/* partial has room for four floats a weight. */
typedef struct { ptr dy; ptr x; ptr offset; ptr partial; ptr gradient; i32 quarters; i32 terms; i32 outputs; i32 rows; i32 columns; i32 x_column; i32 x_row; i32 x_block; i32 dy_row; i32 dy_channel; i32 dy_block; } convolution_weight_gradient_arguments;
typedef struct { ptr dy; ptr x; ptr row_starts; ptr offset; ptr partial; ptr gradient; i32 quarters; i32 outputs; i32 rows; i32 columns; i32 x_column; i32 x_row; i32 x_block; i32 dy_row; i32 dy_channel; i32 dy_block; } sparse_convolution_weight_gradient_arguments;
typedef struct { ptr dy; ptr gradient; i32 quarters; i32 channels; i32 rows; i32 columns; i32 dy_row; i32 dy_channel; i32 dy_block; } map_bias_gradient_arguments;

/* Mean and 1 / sqrt(variance + epsilon) of the batch, and the running statistics moved towards them. */
typedef struct { ptr state; ptr x; ptr mean; ptr inverse; ptr running_mean; ptr running_variance; i32 channels; i32 rows; i32 columns; i32 x_row; i32 x_channel; i32 x_block; f32 momentum; f32 epsilon; } normalisation_statistics_arguments;
typedef struct { ptr mean; ptr inverse; ptr running_mean; ptr running_variance; i32 channels; f32 epsilon; } normalisation_frozen_arguments;
typedef struct { ptr x; ptr y; ptr mean; ptr inverse; ptr scale; ptr shift; i32 relu; i32 blocks; i32 channels; i32 rows; i32 columns; i32 x_row; i32 x_channel; i32 x_block; i32 y_row; i32 y_channel; i32 y_block; } normalisation_arguments;
typedef struct { ptr state; ptr x; ptr dy; ptr dx; ptr mean; ptr inverse; ptr scale; ptr shift; ptr dscale; ptr dshift; i32 relu; i32 channels; i32 rows; i32 columns; i32 accumulate; i32 x_row; i32 x_channel; i32 x_block; i32 dy_row; i32 dy_channel; i32 dy_block; i32 dx_row; i32 dx_channel; i32 dx_block; } normalisation_gradient_arguments;

/* Windows of height x width; y is the output or its gradient, at rows x columns places. */
typedef struct { ptr x; ptr y; i32 blocks; i32 channels; i32 rows; i32 columns; i32 height; i32 width; i32 stride; i32 x_row; i32 x_channel; i32 x_block; i32 y_row; i32 y_channel; i32 y_block; } max_pool_arguments;
typedef struct { ptr x; ptr y; ptr dx; i32 blocks; i32 channels; i32 rows; i32 columns; i32 height; i32 width; i32 stride; i32 x_row; i32 x_channel; i32 x_block; i32 y_row; i32 y_channel; i32 y_block; i32 dx_row; i32 dx_channel; i32 dx_block; } max_pool_gradient_arguments;
typedef struct { ptr x; ptr y; i32 blocks; i32 channels; i32 rows; i32 columns; i32 height; i32 width; i32 stride; i32 x_row; i32 x_channel; i32 x_block; i32 y_row; i32 y_channel; i32 y_block; } average_pool_arguments;
typedef struct { ptr x; ptr y; i32 blocks; i32 channels; i32 rows; i32 columns; i32 height; i32 width; i32 stride; i32 x_row; i32 x_channel; i32 x_block; i32 y_row; i32 y_channel; i32 y_block; } average_pool_gradient_arguments;

/* y = a + b, or a copy where b is 0; with relu, its positive part. */
typedef struct { ptr a; ptr b; ptr y; i32 relu; i32 blocks; i32 channels; i32 rows; i32 columns; i32 a_row; i32 a_channel; i32 a_block; i32 b_row; i32 b_channel; i32 b_block; i32 y_row; i32 y_channel; i32 y_block; } add_arguments;
typedef struct { ptr state; ptr y; i32 blocks; i32 channels; i32 rows; i32 columns; i32 y_row; i32 y_channel; i32 y_block; u32 threshold; f32 scale; u32 key0; u32 key1; u32 lane0; u32 lane1; } dropout_arguments;
typedef struct { ptr y; i32 n; } zero_arguments;
typedef struct { ptr y; i32 planes; i32 rows; i32 columns; i32 border; } zero_border_arguments;

/* Clipping: the square of the norm over all gradients is gathered in the state, then each is scaled by it. */
typedef struct { ptr state; } begin_norm_arguments;
typedef struct { ptr state; ptr gradient; i32 n; } add_norm_arguments;
typedef struct { ptr state; ptr gradient; i32 n; f32 limit; } clip_arguments;

/* Adds weight decay to the gradients of survivors only, where pruned weights keep a value; mask as for mask_gradient. */
typedef struct { ptr gradient; ptr weight; ptr mask; i32 n; f32 decay; } decay_survivors_arguments;

/*
 * Learned masks: weight[i] is frozen[i] where the mask keeps it, +0 elsewhere. supermask_draw keeps it with probability
 * sigmoid(score[i]), sampled again in each iteration; supermask_choose where score[i] > 0. popup_select finds the `keep` largest
 * |score|, popup_choose keeps those; selection has room for 2 + 2048 words. Their gradients become those of the scores, in
 * place. n counts floats, padded to four; in popup_select alone it is exact.
 */
typedef struct { ptr state; ptr score; ptr frozen; ptr weight; i32 n; u32 key0; u32 key1; u32 lane0; u32 lane1; } supermask_draw_arguments;
typedef struct { ptr score; ptr frozen; ptr weight; i32 n; } supermask_choose_arguments;
typedef struct { ptr gradient; ptr score; ptr frozen; i32 n; } supermask_gradient_arguments;
typedef struct { ptr score; ptr selection; i32 n; i32 keep; } popup_select_arguments;
typedef struct { ptr score; ptr selection; ptr frozen; ptr weight; i32 n; } popup_choose_arguments;
typedef struct { ptr gradient; ptr score; ptr frozen; i32 n; } popup_gradient_arguments;

#define DECLARE(name) void op_##name(const name##_arguments *a, share s);
OPERATIONS(DECLARE)
#undef DECLARE

#endif
