/**
 * ONNX Runtime on the CPU.
 *
 * `run` computes on the calling thread and on the session's own pool, so the event loop of the process stands still
 * meanwhile; whatever must go on beside it (decoding images) belongs in worker threads.
 */
import * as ort from 'onnxruntime-node';
import { type Graph, type OnnxModel, toOnnx } from '../../graph/index.js';
import type { Engine, Session, SessionOptions, TensorArray, TensorData } from '../engine.js';
import { checkFeeds, checkOutputs } from '../feeds.js';
import { engineError } from './engine-error.js';
import { externalDataFolder } from './external-data-folder.js';
import { onnxruntimeOptions } from './session-options.js';

const FOLDER_ENTRY = 'session.model_external_initializers_file_folder_path';

export function onnxruntimeEngine(): Engine {
  return { name: 'onnxruntime', version: ort.env.versions.node ?? 'unknown', createSession };
}

async function createSession(graph: Graph, options: SessionOptions): Promise<Session> {
  const { folder, bytes, externalBuffers } = onnxWithWeights(graph);
  const sessionOptions = onnxruntimeOptions(options, folder === undefined ? {} : { [FOLDER_ENTRY]: folder });
  try {
    const session = await ort.InferenceSession.create(bytes, {
      ...sessionOptions,
      ...(externalBuffers.length === 0 ? {} : { externalData: externalBuffers }),
    });
    return sessionOf(graph, session);
  } catch (thrown) {
    throw engineError(graph, 'load', thrown);
  }
}

/** As soon as one weight is handed over, ONNX Runtime looks for all of them in memory: it is either way for all. */
function onnxWithWeights(graph: Graph): OnnxModel & { readonly folder: string | undefined } {
  const folder = externalDataFolder(graph);
  const inPlace = toOnnx(graph, { externalDataFolder: folder });
  if (folder === undefined || inPlace.externalBuffers.length === 0) return { ...inPlace, folder };
  return { ...toOnnx(graph), folder: undefined };
}

function sessionOf(graph: Graph, session: ort.InferenceSession): Session {
  let released = false;
  return {
    device: 'cpu',
    async run(feeds, outputs) {
      checkFeeds(graph, feeds);
      const wanted = checkOutputs(graph, outputs);
      const inputs = Object.entries(feeds).map(([name, value]) => [name, toOrt(value)] as const);
      try {
        const results = await session.run(Object.fromEntries(inputs), [...wanted]);
        return Object.fromEntries(wanted.map((name) => [name, fromOrt(results[name]!)]));
      } catch (thrown) {
        throw engineError(graph, 'run', thrown);
      }
    },
    async release() {
      if (released) return;
      released = true;
      await session.release();
    },
  };
}

function toOrt({ dtype, data, shape }: TensorData): ort.Tensor {
  return new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
}

/** Node versions with a `Float16Array` get one from ONNX Runtime; its bits are what we hold. */
function fromOrt({ type, data, dims }: ort.Tensor): TensorData {
  const view = data as TensorArray;
  const values = type === 'float16' ? new Uint16Array(view.buffer, view.byteOffset, view.length) : view;
  return { dtype: type as TensorData['dtype'], shape: dims, data: values };
}
