/** Worker processes as tests start them: compiled where that is no older than the sources, which start sooner. */
import { type StartWorker, startWorkerProcess as startFromSource } from '../../src/runner/worker-process.js';
import { compiledModule } from '../commands/program.js';

const compiled = compiledModule('runner/worker-process.js');

export const startWorkerProcess: StartWorker =
  compiled === null ? startFromSource : (await import(compiled)).startWorkerProcess;
