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
  X(adam)

/*
 * What a program carries from one step to the next. It stands at the offset that the operations call `state`.
 * live: examples in the current batch; cursor: place of the first of them in the list of indices.
 */
typedef struct {
  f64 loss;
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

/* Ends the step: the iteration and the optimiser's clock go on by one. */
typedef struct { ptr state; } advance_arguments;

/* Reads 8-bit images [example][channel][pixel] into lane blocks, value * scale[channel] + shift[channel]. */
typedef struct { ptr state; ptr images; ptr indices; ptr scale; ptr shift; ptr y; i32 blocks; i32 channels; i32 pixels; } gather_arguments;

/* y = W x + b, W dense [outputs][inputs]. */
typedef struct { ptr x; ptr weight; ptr bias; ptr y; i32 quarters; i32 inputs; i32 outputs; } linear_forward_arguments;

/* dx = W^T dy. */
typedef struct { ptr dy; ptr weight; ptr dx; i32 quarters; i32 inputs; i32 outputs; } linear_input_gradient_arguments;

/* dW = dy x^T, summed over the batch. */
typedef struct { ptr dy; ptr x; ptr gradient; i32 quarters; i32 inputs; i32 outputs; } linear_weight_gradient_arguments;

/* y = W x + b, W in compressed rows: value[k] at byte offset column[k] of x, rows[o] <= k < rows[o+1]. */
typedef struct { ptr x; ptr rows; ptr column; ptr value; ptr bias; ptr y; i32 quarters; i32 inputs; i32 outputs; } sparse_forward_arguments;

/* dx = W^T dy over the transposed rows: value[place[k]] at byte offset row[k] of dy, columns[i] <= k < columns[i+1]. */
typedef struct { ptr dy; ptr columns; ptr row; ptr place; ptr value; ptr dx; i32 quarters; i32 inputs; i32 outputs; } sparse_input_gradient_arguments;

/* The gradient of surviving weights alone, in the order of the compressed rows. */
typedef struct { ptr dy; ptr x; ptr rows; ptr column; ptr gradient; i32 quarters; i32 inputs; i32 outputs; } sparse_weight_gradient_arguments;

/* db = dy summed over the batch. */
typedef struct { ptr dy; ptr gradient; i32 quarters; i32 outputs; } bias_gradient_arguments;

/* Elementwise, in place on y; a gradient is multiplied by the slope at y, the layer's output. n counts floats. */
typedef struct { ptr y; i32 n; } relu_arguments;
typedef struct { ptr y; ptr dy; i32 n; } relu_gradient_arguments;
typedef struct { ptr y; i32 n; } tanh_arguments;
typedef struct { ptr y; ptr dy; i32 n; } tanh_gradient_arguments;
typedef struct { ptr y; i32 n; } sigmoid_arguments;
typedef struct { ptr y; ptr dy; i32 n; } sigmoid_gradient_arguments;

/* Softmax cross-entropy: adds to the state's loss and correct count; dy = (softmax - label) / live unless dy is 0. */
typedef struct { ptr state; ptr logits; ptr labels; ptr indices; ptr dy; i32 blocks; i32 classes; } cross_entropy_arguments;

/* Zeroes gradients of pruned weights of a densely stored layer; mask holds a word of all ones or of zeros a weight. */
typedef struct { ptr gradient; ptr mask; i32 n; } mask_gradient_arguments;

/* Stochastic gradient descent; velocity is 0 without momentum. n counts floats, padded to four. */
typedef struct { ptr weight; ptr gradient; ptr velocity; i32 n; f32 lr; f32 momentum; i32 nesterov; f32 decay; } sgd_arguments;

/* Adam (Kingma and Ba 2015, algorithm 1, with epsilon outside the corrected root). n counts floats, padded to four. */
typedef struct { ptr state; ptr weight; ptr gradient; ptr first; ptr second; i32 n; f32 lr; f32 beta1; f32 beta2; f32 epsilon; f32 decay; } adam_arguments;

#define DECLARE(name) void op_##name(const name##_arguments *a);
OPERATIONS(DECLARE)
#undef DECLARE

#endif
