/** What all commands have in common: how an error looks, and that `--json` prints one document and nothing else. */
import { Command, type Interfaces, ux } from '@oclif/core';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { bearClosedOutput } from './closed-output.js';
import { usageError } from './usage-error.js';

export abstract class TurboCommand extends Command {
  static override enableJsonFlag = true;

  protected override async init(): Promise<void> {
    await super.init();
    bearClosedOutput();
  }

  /** @throws TurboError for wrong usage, which so looks like any other error and exits with code 2 */
  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    try {
      return await super.parse(options, argv);
    } catch (thrown) {
      this.parsed = true;
      const known = [...Object.keys(this.ctor.flags ?? {}), 'json'];
      throw usageError(thrown, `${this.config.bin} ${this.ctor.id}`, known);
    }
  }

  /** An error that a user is meant to read is shown without a stack, unless DEBUG asks for it. */
  protected override async catch(thrown: Error & { exitCode?: number }): Promise<unknown> {
    if (!(thrown instanceof TurboError)) return super.catch(thrown);
    process.exitCode = thrown.exitCode;
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(thrown));
    else {
      const text = process.env.DEBUG ? (thrown.stack ?? thrown.message) : thrown.message;
      this.logToStderr(`${ux.colorize('red', 'Error:')} ${text}`);
    }
    return undefined;
  }

  /** Errors have one shape, defects too. */
  protected override toErrorJson(thrown: unknown): unknown {
    if (!(thrown instanceof TurboError)) return { error: { what: messageOf(thrown) } };
    const { cause: _, ...parts } = thrown.parts;
    return { error: { what: thrown.what, ...parts } };
  }
}
