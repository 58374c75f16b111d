/** What a command that runs in this process prints on both streams. */
import { vi } from 'vitest';

export async function printed(run: () => Promise<unknown>): Promise<string> {
  const texts: string[] = [];
  const keep = (text: unknown): boolean => texts.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  vi.spyOn(console, 'log').mockImplementation((...parts) => void keep(parts.join(' ')));
  vi.spyOn(console, 'error').mockImplementation((...parts) => void keep(parts.join(' ')));
  await run();
  return texts.join('\n');
}
