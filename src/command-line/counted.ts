/** How many there are of a thing, in words: `1 trial`, `2 trials`. */

/** @param plural where it is not the thing with an s */
export function counted(count: number, thing: string, plural = `${thing}s`): string {
  return `${count} ${count === 1 ? thing : plural}`;
}
