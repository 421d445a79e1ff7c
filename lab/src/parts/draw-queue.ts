/**
 * Drawings that wait for their turn: one a frame, so that however many charts a page has, none of them makes it hang. What is asked for
 * again before its turn has come is drawn once.
 */
const waiting = new Map<object, () => void>();
let isAwaited = false;

function drawNext(): void {
  isAwaited = false;
  const next = waiting.entries().next();
  if (next.done) return;
  const [owner, draw] = next.value;
  waiting.delete(owner);
  if (waiting.size > 0) schedule();
  draw();
}

function schedule(): void {
  if (isAwaited) return;
  isAwaited = true;
  requestAnimationFrame(drawNext);
}

/** Draws when its turn comes. @param owner whose drawing this is: one still waiting is replaced */
export function drawSoon(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  schedule();
}

/** Gives up a drawing that was waiting. */
export function drawNever(owner: object): void {
  waiting.delete(owner);
}
