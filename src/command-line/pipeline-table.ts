/** A Stable Diffusion pipeline part by part, and its U-Net level by level, as text. */
import type {
  LevelDescription,
  NetworkDescription,
  PipelineDescription,
} from '../models/stable-diffusion/inspect-pipeline.js';
import { textTable, withPrefix } from './text-table.js';

export function pipelineTable(description: PipelineDescription): string {
  const { reference, weightsKind, imageSize, latentSize, unet, vaeEncoder, vaeDecoder, textEncoder } =
    description;
  const sizes = [
    ...(imageSize === null ? [] : [`${imageSize.height} × ${imageSize.width} px`]),
    ...(latentSize === null ? [] : [`latents of ${latentSize.height} × ${latentSize.width}`]),
    weightsKind === 'random' ? 'random weights' : 'weights from its checkpoint',
  ];
  const networks: [string, NetworkDescription | null][] = [
    ['U-Net, one step of one sample', unet],
    ['text encoder, one text', textEncoder],
    ['VAE encoder, one picture', vaeEncoder],
    ['VAE decoder, one picture', vaeDecoder],
  ];
  const rows = networks.flatMap(([name, network]) =>
    network === null ? [] : [[name, withPrefix(network.flops), withPrefix(network.parameters)]],
  );
  return [
    `${reference}: Stable Diffusion, ${sizes.join(', ')}`,
    ...(unet === null ? [] : ['', levelTable(unet.levels)]),
    '',
    textTable(['part', 'FLOP', 'parameters'], rows, [1, 2]),
    '',
    'FLOP with multiply-add = 2. Classifier-free guidance runs the U-Net on two samples per picture and step.',
  ].join('\n');
}

function levelTable(levels: readonly LevelDescription[]): string {
  const headings = [
    'U-Net',
    'tokens',
    'blocks',
    'self-attention',
    'cross-attention',
    'MLP',
    'FLOP',
    'parameters',
  ];
  const rows = levels.map((level) => [
    level.name,
    level.tokens === null ? '' : String(level.tokens),
    ...[level.transformerBlocks, level.selfAttentionFlops, level.crossAttentionFlops, level.mlpFlops].map(
      (value) => (value === 0 ? '' : withPrefix(value)),
    ),
    withPrefix(level.flops),
    withPrefix(level.parameters),
  ]);
  return textTable(headings, rows, [1, 2, 3, 4, 5, 6, 7]);
}
