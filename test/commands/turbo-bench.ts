/** The command line from its sources, as a child process: `node --import tsx turbo-bench.ts run …`. */
const [command, ...args] = process.argv.slice(2);
const commands: Record<
  string,
  () => Promise<{ default: { run(args: string[], root: string): Promise<unknown> } }>
> = {
  run: () => import('../../src/commands/run.js'),
  plan: () => import('../../src/commands/plan.js'),
  audit: () => import('../../src/commands/audit.js'),
  reproduce: () => import('../../src/commands/reproduce.js'),
  predict: () => import('../../src/commands/predict.js'),
  inspect: () => import('../../src/commands/inspect.js'),
  report: () => import('../../src/commands/report.js'),
};
const { default: loaded } = await commands[command ?? '']!();
await loaded.run(args, new URL('../../package.json', import.meta.url).href);
