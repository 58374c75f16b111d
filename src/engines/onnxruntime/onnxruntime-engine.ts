/**
 * ONNX Runtime, on the CPU or an accelerator.
 *
 * `run` computes on the calling thread and on the session's own pool, so the event loop of the process stands still
 * meanwhile; whatever must go on beside it (decoding images) belongs in worker threads.
 *
 * Measured with onnxruntime-node 1.30 on two cores, twelve blocks of ViT-B size (340 MB), batch 1:
 * - Weights in place load in 0.9 s (0.55 s of CPU) and 370 MB; handed over as bytes, in 2.3 s (1.1 s) and 740 MB.
 * - `session.disable_prepacking: true` loads in 0.2–0.5 s and 30 MB, mapping the file when it runs; steady speed with
 *   `Gemm` was the same within noise (310 and 311 ms at best). The default stays that of ONNX Runtime.
 * - Offsets beyond 4 GiB and more than 2 GiB of bytes work.
 */
import * as ort from 'onnxruntime-node';
import { messageOf, TurboError } from '../../errors/turbo-error.js';
import { decompose, type Graph, nodesOf, type OnnxModel, toOnnx } from '../../graph/index.js';
import type { DeviceValue, Engine, Placement, Session, SessionOptions, TensorData } from '../engine.js';
import { checkFeeds, checkOutputs } from '../feeds.js';
import { deviceText } from '../placement.js';
import { ATTENTION_OPERATORS, attentionIsRight, firstThatOpens, tryDevice } from './device-trials.js';
import { missingDevice, onnxruntimeDevices, requireDevice } from './devices.js';
import { engineError } from './engine-error.js';
import { externalDataFolder } from './external-data-folder.js';
import { type FirstRunProfile, firstRunProfile } from './first-run-profile.js';
import { onnxruntimeOptions, precisionsOf } from './session-options.js';
import { deviceOutputs, fromOrt, leavesOutputs, OrtDeviceValue, toOrt } from './values.js';

const FOLDER_ENTRY = 'session.model_external_initializers_file_folder_path';
/** A protocol buffer ends at 2 GiB; this leaves room for the rest of the model. */
const MODEL_BYTES = 2 ** 30;

type Feeds = Readonly<Record<string, TensorData | DeviceValue>>;

export function onnxruntimeEngine(): Engine {
  return {
    name: 'onnxruntime',
    version: ort.env.versions.node ?? 'unknown',
    devices: onnxruntimeDevices,
    requireDevice: (device) => requireDevice(device),
    chooseDevice: () => firstThatOpens(openSession),
    tryDevice: (options) => tryDevice(openSession, options),
    precisions: precisionsOf,
    formulation: (device) => (device === 'cpu' ? 'sorting' : 'matrix'),
    leavesOutputs,
    createSession,
  };
}

/** A device whose fused attention is wrong gets it in parts. */
async function createSession(graph: Graph, options: SessionOptions): Promise<Session> {
  const attends = nodesOf(graph).some(({ operator }) => ATTENTION_OPERATORS.includes(operator));
  const isTrusted = !attends || (await attentionIsRight(openSession, options));
  return openSession(isTrusted ? graph : decompose(graph, ATTENTION_OPERATORS), options);
}

async function openSession(graph: Graph, options: SessionOptions): Promise<Session> {
  const { device = 'cpu' } = options;
  requireDevice(device);
  const { folder, bytes, externalBuffers } = onnxWithWeights(graph);
  const sessionOptions = onnxruntimeOptions(options, folder === undefined ? {} : { [FOLDER_ENTRY]: folder });
  const profile = device === 'cpu' ? undefined : firstRunProfile(options);
  try {
    const session = await ort.InferenceSession.create(bytes, {
      ...sessionOptions,
      ...profile?.options,
      ...deviceOutputs(graph, options),
      ...(externalBuffers.length === 0 ? {} : { externalData: externalBuffers }),
    });
    const left = leavesOutputs(device) ? (options.deviceOutputs ?? []) : [];
    return sessionOf(graph, session, { device, left }, profile);
  } catch (thrown) {
    profile?.remove();
    throw missingDevice(device, messageOf(thrown)) ?? engineError(graph, 'load', thrown);
  }
}

/**
 * Weights are read in place, handed over beside the model, or carried inside it. As soon as one buffer is handed over,
 * ONNX Runtime looks for all external data in memory, so beside weights in place the others go inside while they fit.
 */
function onnxWithWeights(graph: Graph): OnnxModel & { readonly folder: string | undefined } {
  const folder = externalDataFolder(graph);
  const inPlace = toOnnx(graph, { externalDataFolder: folder });
  const besideBytes = inPlace.externalBuffers.reduce((total, { data }) => total + data.byteLength, 0);
  if (folder === undefined || besideBytes === 0) return { ...inPlace, folder };
  if (besideBytes > MODEL_BYTES) return { ...toOnnx(graph), folder: undefined };
  return { ...toOnnx(graph, { externalDataFolder: folder, inlineBytes: MODEL_BYTES }), folder };
}

/**
 * @param left names of the outputs that stay on the device
 * @param profile of the first run, where it is not known beforehand where operators run
 */
function sessionOf(
  graph: Graph,
  session: ort.InferenceSession,
  { device, left }: { readonly device: string; readonly left: readonly string[] },
  profile: FirstRunProfile | undefined,
): Session {
  let released = false;
  let placement: Placement | undefined;
  const run = async (feeds: Feeds, wanted: readonly string[]): Promise<ort.InferenceSession.ReturnType> => {
    if (released) throw new TurboError(`the session of graph ${graph.name} is released`);
    checkFeeds(graph, feeds);
    const inputs = Object.entries(feeds).map(([name, value]) => [name, toOrt(value)] as const);
    try {
      const results = await session.run(Object.fromEntries(inputs), [...wanted]);
      if (profile !== undefined) placement ??= profile.read(session);
      return results;
    } catch (thrown) {
      throw engineError(graph, 'run', thrown);
    }
  };
  const onHost = Object.keys(graph.outputs).filter((name) => !left.includes(name));
  return {
    get device() {
      return placement === undefined ? device : deviceText(device, placement);
    },
    placement: () => placement,
    async run(feeds, outputs) {
      const wanted = checkOutputs(graph, outputs ?? onHost);
      const results = await run(feeds, wanted);
      return Object.fromEntries(wanted.map((name) => [name, fromOrt(results[name]!)]));
    },
    ...(left.length > 0 && {
      async runOnDevice(feeds: Feeds) {
        const results = await run(feeds, Object.keys(graph.outputs));
        return {
          outputs: Object.fromEntries(onHost.map((name) => [name, fromOrt(results[name]!)])),
          left: Object.fromEntries(left.map((name) => [name, new OrtDeviceValue(results[name]!)])),
        };
      },
    }),
    async release() {
      if (released) return;
      released = true;
      await session.release();
      profile?.remove();
    },
  };
}
