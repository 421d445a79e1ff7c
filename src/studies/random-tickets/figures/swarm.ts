/**
 * Heights at which dots along a line do not cover one another, each as close to the line as those before it leave room:
 * a beeswarm. Above and below take turns where both are as close.
 *
 * @param places along the line, in pixels
 * @param distance from one dot's middle to the next, at least
 * @returns heights above the line, in the order of the places
 */
export function swarm(places: readonly number[], distance: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b] || a - b);
  const heights = new Array<number>(places.length).fill(0);
  const placed: number[] = [];
  let side = 1;
  for (const dot of order) {
    const near = placed.filter((other) => places[dot] - places[other] < distance);
    // Where it would just touch a neighbour, above and below.
    const free = near.flatMap((other) => {
      const rise = Math.sqrt(distance ** 2 - (places[dot] - places[other]) ** 2);
      return [heights[other] + side * rise, heights[other] - side * rise];
    });
    const candidates = [0, ...free].sort((a, b) => Math.abs(a) - Math.abs(b));
    const touches = (height: number) =>
      near.some(
        (other) => (places[dot] - places[other]) ** 2 + (height - heights[other]) ** 2 < distance ** 2 * (1 - 1e-9),
      );
    heights[dot] = candidates.find((height) => !touches(height)) as number;
    if (heights[dot] !== 0) side = -Math.sign(heights[dot]);
    placed.push(dot);
  }
  return heights;
}
