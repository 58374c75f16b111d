/** The program as tests start it: compiled where that is no older than its sources, which saves seconds in every process. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Arguments for Node, before those of turbo-bench. `npm test` compiles first; what is changed after that runs from its sources. */
export function programArguments(): string[] {
  if (isCompiled()) return [join(repository, 'bin/run.js')];
  const tsx = join(repository, 'node_modules/tsx/dist/esm/index.mjs');
  return ['--import', tsx, join(repository, 'test/commands/turbo-bench.ts')];
}

/** Without the NODE_ENV of the tests, for which oclif would load the TypeScript compiler. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const { NODE_ENV: _, ...environment } = process.env;
  return environment;
}

/** The address of a compiled module, by its path in dist; null where something was changed since. */
export function compiledModule(path: string): string | null {
  return isCompiled() ? pathToFileURL(join(repository, 'dist', path)).href : null;
}

function isCompiled(): boolean {
  const compiled = join(repository, 'dist/index.js');
  if (!existsSync(compiled)) return false;
  const { mtimeMs } = statSync(compiled);
  const sources = join(repository, 'src');
  return readdirSync(sources, { recursive: true, encoding: 'utf8' }).every(
    (name) => statSync(join(sources, name)).mtimeMs < mtimeMs,
  );
}
