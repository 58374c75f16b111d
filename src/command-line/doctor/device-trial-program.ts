/** The program of a device trial: multiplies two small matrices on the device that it is told, and says how that went. */
import { openEngine, tensorData } from '../../engines/index.js';
import { messageOf, TurboError } from '../../errors/turbo-error.js';
import { graph, input, matMul } from '../../graph/index.js';
import type { DeviceTrial } from './device-trial.js';

async function trial(name: string, device: string): Promise<DeviceTrial> {
  try {
    const engine = await openEngine(name);
    const x = input('x', 'float32', [2, 2]);
    const session = await engine.createSession(graph('trial', [x], { y: matMul(x, x) }), {
      threads: 1,
      device,
    });
    const { y } = await session.run({ x: tensorData(Float32Array.of(1, 2, 3, 4), [2, 2]) });
    const product = [...y!.data].map(Number).join(' ');
    if (product !== '7 10 15 22')
      return { ran: false, what: `computes a wrong product: ${product}`, isAbsent: false };
    return { ran: true, device: session.device };
  } catch (thrown) {
    if (!(thrown instanceof TurboError)) return { ran: false, what: messageOf(thrown), isAbsent: false };
    const { value, allowed, next } = thrown.parts;
    return {
      ...{ ran: false, what: [thrown.what, value].filter(Boolean).join(': '), isAbsent: false },
      ...(allowed === undefined ? {} : { allowed }),
      ...(next === undefined ? {} : { next }),
    };
  }
}

const [name = '', device = ''] = process.argv.slice(2);
process.send?.(await trial(name, device), () => process.exit(0));
