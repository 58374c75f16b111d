/** A checkpoint that is one file, such as the official `.pth` files of BLIP: its config lies beside it, or is told by its tensors. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { openCheckpointFile } from '../checkpoints/weights.js';
import { blip } from './blip/blip.js';
import { blipNlvr } from './blip/nlvr.js';
import { officialConfig } from './blip/official-config.js';
import { type ConfigFile, readConfig } from './config.js';
import { checkpointParameters, type ParameterSource } from './parameters.js';

/** Families whose checkpoints are published as one file. */
const publishedAlone: readonly unknown[] = [blip.modelType, blipNlvr.modelType];

/** @returns a source that the caller closes */
export async function openLoneCheckpoint(
  file: string,
): Promise<{ readonly config: ConfigFile; readonly source: ParameterSource }> {
  const beside = configBeside(file);
  const source = checkpointParameters(await openCheckpointFile(file));
  try {
    return { config: beside ?? officialConfig(source.stored ?? new Map(), file), source };
  } catch (thrown) {
    source.close();
    throw thrown;
  }
}

/** A `config.json` in the same folder, unless it is of another model. */
function configBeside(file: string): ConfigFile | undefined {
  const folder = path.dirname(file);
  if (!existsSync(path.join(folder, 'config.json'))) return undefined;
  const config = readConfig(folder);
  return publishedAlone.includes(config.fields.model_type) ? config : undefined;
}
