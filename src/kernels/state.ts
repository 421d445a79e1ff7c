/**
 * Offsets of the fields of a program's state, in bytes from its beginning; the build reads them from `program_state` in
 * kernels/operations.h. `loss` and `norm` are float64; `correct`, `iteration`, `epoch`, `cursor`, `live` and `clock` are int32,
 * one after another; `bytes` is the length of the whole.
 */
export { stateLayout } from './generated/layout.js';
