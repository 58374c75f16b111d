import { describe, expect, it } from 'vitest';
import { type Death, deathText } from '../../src/runner/worker-death.js';

const death = (parts: Partial<Death>): string =>
  deathText({ code: null, signal: null, lastWords: '', systemKilled: false, ...parts });

/** What Node 20.20 prints when a heap of 20 MB is full, shortened. */
const HEAP_IS_FULL = `
<--- Last few GCs --->

[27536:0x16853ca0]      439 ms: Scavenge 18.8 (20.7) -> 18.2 (21.0) MB, 4.78 / 0.00 ms  (average mu = 0.314) allocation failure;


<--- JS stacktrace --->

FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb78db3 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
 2: 0xee8300 v8::Utils::ReportOOMFailure(v8::internal::Isolate*, char const*, v8::OOMDetails const&) [node]
`;

describe('deathText', () => {
  it.each([
    ['SIGABRT', HEAP_IS_FULL, 'JavaScript heap out of memory'],
    [
      'SIGABRT',
      "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
      'std::bad_alloc',
    ],
  ] as const)('says after %s that memory ran out, without the stack', (signal, lastWords, shown) => {
    const text = death({ signal, lastWords });
    expect(text).toMatch(/^ran out of memory: lower measure\.batchSize.*\(.*\)$/);
    expect(text).toContain(shown);
    expect(text).not.toContain('0x');
  });

  it('tells a process that the system ended for lack of memory from one that somebody killed', () => {
    expect(death({ signal: 'SIGKILL', systemKilled: true })).toMatch(
      /^was ended by SIGKILL by the system, because it ran out of memory: lower measure/,
    );
    for (const systemKilled of [false, null])
      expect(death({ signal: 'SIGKILL', systemKilled })).toMatch(
        /^was ended by SIGKILL \(out of memory, perhaps: /,
      );
    expect(death({ code: 137 })).toMatch(/^ended with exit code 137 \(out of memory, perhaps/);
  });

  it('keeps what the process said last of all', () => {
    expect(death({ signal: 'SIGSEGV', lastWords: `first\n    at run (worker.js:1:2)\nlast\n` })).toBe(
      'was ended by SIGSEGV: first\nlast',
    );
    expect(death({ code: 3, lastWords: 'x'.repeat(9000) }).length).toBeLessThan(600);
  });
});
