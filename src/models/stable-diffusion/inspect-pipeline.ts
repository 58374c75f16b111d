/** A pipeline part by part, and its U-Net level by level: tokens, floating-point operations and parameters. */
import { flopsOf, nodesOf, parameterCount } from '../../graph/index.js';
import type { Graph } from '../../graph/tensor.js';
import { countsOf } from '../inspect.js';
import type { Pipeline } from './pipeline.js';
import type { Size } from './vae.js';

/** A level of resolution of the U-Net, the way down and the way up together; or what lies outside of the levels. */
export interface LevelDescription {
  /** `time`, `input`, `level 0`, `middle`, `output`. */
  readonly name: string;
  /** Tokens of its transformer blocks; null where there are none. */
  readonly tokens: number | null;
  readonly transformerBlocks: number;
  /** Of one sample, in all and of the parts that can merge tokens, their projections and norms included; multiply-add = 2. */
  readonly flops: number;
  readonly selfAttentionFlops: number;
  readonly crossAttentionFlops: number;
  readonly mlpFlops: number;
  readonly parameters: number;
}

export interface NetworkDescription {
  /** Of one picture, or one text of full length. */
  readonly flops: number;
  readonly parameters: number;
}

/** Null for a part that is not there. */
export interface PipelineDescription {
  readonly reference: string;
  readonly weightsKind: Pipeline['weightsKind'];
  readonly imageSize: Size | null;
  readonly latentSize: Size | null;
  readonly unet: (NetworkDescription & { readonly levels: readonly LevelDescription[] }) | null;
  readonly vaeEncoder: NetworkDescription | null;
  readonly vaeDecoder: NetworkDescription | null;
  readonly textEncoder: NetworkDescription | null;
}

/** Of Stable Diffusion's text encoders, for a U-Net that stands alone. */
const usualTextLength = 77;

/** Builds the graphs and counts; nothing is run and no weight is read. */
export async function inspectPipeline(pipeline: Pipeline): Promise<PipelineDescription> {
  const { reference, weightsKind, parts, imageSize, latentSize } = pipeline;
  const unet = parts.includes('unet') ? await pipeline.unet() : null;
  const vae = parts.includes('vae') ? await pipeline.vae() : null;
  const text = parts.includes('text_encoder') ? await pipeline.textEncoder() : null;
  const textLength = text?.config.max_position_embeddings ?? usualTextLength;
  return {
    ...{ reference, weightsKind, imageSize, latentSize },
    unet: unet && describeUNet(unet.graph({ ...latentSize!, textLength, reducer: null })),
    vaeEncoder: vae && describeNetwork(vae.encoderGraph(imageSize!)),
    vaeDecoder: vae && describeNetwork(vae.decoderGraph(latentSize!)),
    textEncoder: text && describeNetwork(text.graph({ sequenceLength: textLength, clipSkip: 0 })),
  };
}

function describeNetwork(graph: Graph): NetworkDescription {
  return { flops: flopsOf(graph, { batch: 1 }).total, parameters: parameterCount(graph) };
}

function describeUNet(graph: Graph): PipelineDescription['unet'] {
  const nodes = nodesOf(graph);
  const scopes = [...new Set(nodes.map(({ scope }) => scope))];
  const names = [...new Set(scopes.map(levelOf))].sort((a, b) => rank(a) - rank(b));
  const levels = names.map((name): LevelDescription => {
    const inside = (part?: string): Set<string> =>
      new Set(
        scopes.filter((scope) => levelOf(scope) === name && (!part || scope.split(' / ').includes(part))),
      );
    const selfAttention = inside('self-attention');
    const kernels = nodes.filter(
      ({ operator, scope }) => operator === 'MultiHeadAttention' && selfAttention.has(scope),
    );
    const { flops, parameters } = countsOf(graph, inside());
    return {
      name,
      tokens: (kernels[0]?.outputs[0]?.shape[1] as number | undefined) ?? null,
      transformerBlocks: kernels.length,
      flops,
      selfAttentionFlops: countsOf(graph, selfAttention).flops,
      crossAttentionFlops: countsOf(graph, inside('cross-attention')).flops,
      mlpFlops: countsOf(graph, inside('mlp')).flops,
      parameters,
    };
  });
  return { ...describeNetwork(graph), levels };
}

/** `level 0 / down / residual 1` → `level 0`. */
function levelOf(scope: string): string {
  return scope.split(' / ')[0]!;
}

const order = ['time', 'input', 'level', 'middle', 'output'];

/** Levels stand between what comes before them and what comes behind. */
function rank(name: string): number {
  const [kind, level = '0'] = name.split(' ');
  return 1000 * order.indexOf(kind!) + Number(level);
}
