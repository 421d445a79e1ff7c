/** Whether two networks lie in one valley: what happens on the straight line between them. */

export { barrierOf, type LineCurve, type LineValues, STABLE_BELOW } from './barrier.js';
export { betweenTensors, LINE_POINTS, linePlaces, supportOf } from './line.js';
