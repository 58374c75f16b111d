/** Numbers to run a graph on where none are given: of both signs, spread evenly, the same every time. */

/** @param scale the numbers lie from `-scale` to `scale` */
export function spreadValues(count: number, scale = 1): Float32Array {
  const values = new Float32Array(count);
  for (let at = 0; at < count; at++) values[at] = scale * (((at * 7919) % 2048) / 1024 - 1);
  return values;
}
