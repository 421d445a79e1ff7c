/**
 * Where a program's state keeps what, in bytes from its beginning; the build reads it from `program_state` in
 * kernels/operations.h. `loss` is a float64; `correct`, `iteration`, `epoch`, `cursor`, `live` and `clock` are int32, one after
 * another; `bytes` is the length of the whole.
 */
export { stateLayout } from './generated/layout.js';
