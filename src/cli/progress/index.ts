import { isLive, type Output } from '../terminal.js';
import { LiveView } from './live-view.js';
import { PlainView } from './plain-view.js';
import type { ProgressView, ViewOptions } from './view.js';

export { Estimate } from './estimate.js';
export { errorText, finishedText, lossText, plannedText } from './texts.js';
export type { ProgressView, ViewOptions } from './view.js';

/** Shows tasks on a stream: redrawn lines on a terminal, plain lines elsewhere. */
export function progressView(output: Output, options: ViewOptions): ProgressView {
  const all = { clock: () => performance.now(), ...options };
  return isLive(output) ? new LiveView(output, all) : new PlainView(output, all);
}
