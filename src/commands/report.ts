/** `turbo-bench report`: the report of a run, written anew from its journal or served while the run goes on. */
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { writeCompleteFile } from '../checkpoints/complete-file.js';
import { makeFolder } from '../checkpoints/make-folder.js';
import { counted } from '../command-line/counted.js';
import { interruptSignal } from '../command-line/interrupt.js';
import { journalRun } from '../command-line/journal-run.js';
import { refuseFlags } from '../command-line/refuse-flags.js';
import { servePage } from '../command-line/serve-page.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { writeReport } from '../command-line/write-report.js';
import { TurboError } from '../errors/turbo-error.js';
import { loadExperiment } from '../experiment/load.js';
import { methods } from '../reduction/registry.js';
import { diskError, JOURNAL_FILE } from '../runner/journal.js';

export default class Report extends TurboCommand {
  static override summary =
    'Write table, charts and page again, from the journal alone; or serve the page while a run goes on.';
  static override description =
    `report.html is one file with everything in it: open it from the disk. --serve shows the same page at an address of this machine and brings it up to date whenever a trial ends. --compare puts two runs side by side in one page.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> reports/quickstart',
    '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml --out /tmp/quickstart',
    {
      description: 'Watch a run that goes on',
      command: '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml --serve',
    },
    {
      description: 'Two runs in one page',
      command: '<%= config.bin %> <%= command.id %> reports/quickstart reports/second --compare',
    },
  ];
  static override args = {
    folder: Args.string({
      description: 'Folder with a journal, or the experiment file it belongs to.',
      required: true,
    }),
    other: Args.string({ description: 'Second folder or experiment file, with --compare.' }),
  };
  static override flags = {
    out: Flags.directory({
      description: 'Folder to write to, in place of that of the journal.',
      helpValue: 'FOLDER',
    }),
    compare: Flags.boolean({ description: 'Put two runs side by side in one page.' }),
    serve: Flags.boolean({
      description: 'Serve the page on this machine alone, up to date as trials end, until Ctrl-C.',
    }),
    port: Flags.integer({
      description: 'Port to serve on; 0 is any that is free.',
      helpValue: 'N',
      dependsOn: ['serve'],
      min: 0,
      max: 65_535,
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Report);
    const folder = await folderOf(args.folder);
    if ((flags.compare === true) !== (args.other !== undefined))
      throw new TurboError('--compare takes two runs', {
        value: [args.folder, ...(args.other === undefined ? [] : [args.other])],
        next: 'turbo-bench report FOLDER OTHER --compare',
      });
    const folders = args.other === undefined ? [folder] : [folder, await folderOf(args.other)];
    if (flags.serve) {
      refuseFlags(flags, ['out'], 'a page that is served');
      return this.serve(folders, flags.port ?? USUAL_PORT);
    }
    return args.other === undefined
      ? this.write(folder, flags.out)
      : this.writeComparison(folders, flags.out);
  }

  private async write(folder: string, out: string | undefined): Promise<unknown> {
    const written = await writeReport(folder, out ?? folder, (text) => this.logToStderr(text));
    const files = written.files.map((file) => `  ${join(written.folder, file)}`);
    this.log([`${counted(written.rows.length, 'trial')}. Written:`, ...files].join('\n'));
    return written;
  }

  private async writeComparison(folders: readonly string[], chosen: string | undefined): Promise<unknown> {
    const { PAGE_FILE, renderPage } = await import('../report/page/page.js');
    const runs = [];
    for (const folder of folders)
      runs.push(await journalRun(folder, false, (text) => this.logToStderr(`${folder}: ${text}`)));
    const [first = '', second = ''] = folders;
    const out = chosen ?? join(dirname(first), `${basename(first)}-beside-${basename(second)}`);
    const file = join(out, PAGE_FILE);
    const html = await renderPage({ runs, live: false });
    try {
      makeFolder(out);
    } catch (cause) {
      throw diskError('Cannot write the page', out, cause);
    }
    await writeCompleteFile(file, [Buffer.from(html)], 'Cannot write the page');
    this.log(`Written:\n  ${file}`);
    return { folder: out, files: [PAGE_FILE] };
  }

  private async serve(folders: readonly string[], port: number): Promise<unknown> {
    const { renderPage } = await import('../report/page/page.js');
    const { encodePageData } = await import('../report/page/page-data.js');
    const data = async () => ({
      runs: await Promise.all(folders.map((folder) => journalRun(folder, true, () => {}))),
      live: true,
    });
    const server = await servePage(
      {
        page: async () => renderPage(await data()),
        data: async () => encodePageData(await data()),
        version: () => folders.map(journalVersion).join(' '),
      },
      port,
    );
    this.log(`The report is at ${server.url} and follows the run. Ctrl-C ends this.`);
    const interrupt = interruptSignal(() => {});
    await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve));
    interrupt.forget();
    await server.close();
    return { url: server.url };
  }
}

const USUAL_PORT = 8321;

/** The report folder that a user means. */
async function folderOf(path: string): Promise<string> {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return isFile ? join('reports', (await loadExperiment(path, methods)).experiment.name) : path;
}

/** Another text whenever the journal has grown. */
function journalVersion(folder: string): string {
  const found = statSync(join(folder, JOURNAL_FILE), { throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.size} ${found.mtimeMs}`;
}
