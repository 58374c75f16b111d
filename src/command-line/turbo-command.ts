/** What all commands have in common: how an error looks, and that `--json` prints one document and nothing else. */
import { Command, ux } from '@oclif/core';
import { TurboError } from '../errors/turbo-error.js';
import { bearClosedOutput } from './closed-output.js';

export abstract class TurboCommand extends Command {
  static override enableJsonFlag = true;

  protected override async init(): Promise<void> {
    await super.init();
    bearClosedOutput();
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

  protected override toErrorJson(thrown: unknown): unknown {
    if (!(thrown instanceof TurboError)) return super.toErrorJson(thrown);
    const { cause: _, ...parts } = thrown.parts;
    return { error: { what: thrown.what, ...parts } };
  }
}
