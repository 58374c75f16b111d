/** `turbo-bench list`: the models, datasets, methods and tasks that there are. */
import { Args } from '@oclif/core';
import { LISTS, type ListName, listOf } from '../command-line/lists.js';
import { textTable } from '../command-line/text-table.js';
import { TurboCommand } from '../command-line/turbo-command.js';

export default class List extends TurboCommand {
  static override summary = 'List models, datasets, methods or tasks.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> methods',
    '<%= config.bin %> <%= command.id %> datasets --json',
  ];
  static override args = {
    what: Args.string({ description: 'What to list.', required: true, options: [...LISTS] }),
  };

  async run(): Promise<unknown> {
    const { args } = await this.parse(List);
    const entries = await listOf(args.what as ListName);
    const headings = Object.keys(entries[0] ?? {});
    this.log(
      textTable(
        headings,
        entries.map((entry) => headings.map((heading) => entry[heading] ?? '')),
      ),
    );
    return { [args.what]: entries };
  }
}
