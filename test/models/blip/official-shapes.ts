/**
 * Names and shapes of the official BLIP checkpoints, written down independently of the code that reads them.
 *
 * Source: github.com/salesforce/BLIP, `models/vit.py`, `med.py`, `nlvr_encoder.py`, `blip_*.py`, `configs/med_config.json`.
 */
export interface OfficialSizes {
  readonly width: number;
  readonly layers: number;
  readonly patch: number;
  /** Patches on a side. */
  readonly grid: number;
  readonly textWidth: number;
  readonly textLayers: number;
  readonly vocabulary: number;
  readonly positions: number;
}
export type Shapes = Map<string, readonly number[]>;
export type Kind = 'caption' | 'vqa' | 'retrieval' | 'nlvr' | 'pretrain';

const text = { textWidth: 768, textLayers: 12, vocabulary: 30524, positions: 512 };
export const blipBase: OfficialSizes = { width: 768, layers: 12, patch: 16, grid: 24, ...text };
export const blipLarge: OfficialSizes = { ...blipBase, width: 1024, layers: 24 };

/** Everything that a file of this kind holds, buffers that nobody reads included. */
export function officialShapes(kind: Kind, sizes: OfficialSizes): Shapes {
  const shapes: Shapes = new Map();
  const { width, textWidth } = sizes;
  const linear = (name: string, outputs: number, inputs: number): void => {
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  };
  addVision(shapes, 'visual_encoder', sizes);
  if (kind !== 'caption') addText(shapes, 'text_encoder', sizes, width, kind === 'nlvr');
  if (kind === 'caption' || kind === 'vqa' || kind === 'pretrain') {
    addText(shapes, 'text_decoder.bert', sizes, kind === 'vqa' ? textWidth : width);
    const head = 'text_decoder.cls.predictions';
    linear(`${head}.transform.dense`, textWidth, textWidth);
    norm(shapes, `${head}.transform.LayerNorm`, textWidth);
    linear(`${head}.decoder`, sizes.vocabulary, textWidth);
    shapes.set(`${head}.bias`, [sizes.vocabulary]);
  }
  if (kind === 'nlvr') {
    linear('cls_head.0', textWidth, textWidth);
    linear('cls_head.2', 2, textWidth);
  }
  if (kind === 'retrieval' || kind === 'pretrain') {
    linear('itm_head', 2, textWidth);
    for (const copy of ['', '_m']) {
      linear(`vision_proj${copy}`, 256, width);
      linear(`text_proj${copy}`, 256, textWidth);
    }
    addVision(shapes, 'visual_encoder_m', sizes);
    addText(shapes, 'text_encoder_m', sizes, width);
    shapes.set('temp', []).set('image_queue', [256, 96]).set('text_queue', [256, 96]);
    shapes.set('ptr_queue', [1]).set('idx_queue', [1, 96]);
  }
  return shapes;
}

function norm(shapes: Shapes, name: string, width: number): void {
  shapes.set(`${name}.weight`, [width]).set(`${name}.bias`, [width]);
}

function addVision(shapes: Shapes, prefix: string, { width, layers, patch, grid }: OfficialSizes): void {
  shapes.set(`${prefix}.cls_token`, [1, 1, width]).set(`${prefix}.pos_embed`, [1, grid * grid + 1, width]);
  shapes.set(`${prefix}.patch_embed.proj.weight`, [width, 3, patch, patch]);
  shapes.set(`${prefix}.patch_embed.proj.bias`, [width]);
  for (let layer = 0; layer < layers; layer++) {
    const block = `${prefix}.blocks.${layer}`;
    norm(shapes, `${block}.norm1`, width);
    norm(shapes, `${block}.norm2`, width);
    for (const [name, outputs, inputs] of [
      ['attn.qkv', 3 * width, width],
      ['attn.proj', width, width],
      ['mlp.fc1', 4 * width, width],
      ['mlp.fc2', width, 4 * width],
    ] as const)
      shapes.set(`${block}.${name}.weight`, [outputs, inputs]).set(`${block}.${name}.bias`, [outputs]);
  }
  norm(shapes, `${prefix}.norm`, width);
}

function addText(
  shapes: Shapes,
  prefix: string,
  { textWidth: width, textLayers, vocabulary, positions }: OfficialSizes,
  imageWidth: number,
  twoImages = false,
): void {
  const linear = (name: string, outputs: number, inputs: number): void => {
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  };
  const embeddings = `${prefix}.embeddings`;
  shapes.set(`${embeddings}.position_ids`, [1, positions]);
  shapes.set(`${embeddings}.word_embeddings.weight`, [vocabulary, width]);
  shapes.set(`${embeddings}.position_embeddings.weight`, [positions, width]);
  norm(shapes, `${embeddings}.LayerNorm`, width);
  for (let index = 0; index < textLayers; index++) {
    const layer = `${prefix}.encoder.layer.${index}`;
    const cross = `${layer}.crossattention`;
    for (const part of ['query', 'key', 'value']) {
      linear(`${layer}.attention.self.${part}`, width, width);
      for (const copy of twoImages ? ['0', '1'] : [''])
        linear(`${cross}.self${copy}.${part}`, width, part === 'query' ? width : imageWidth);
    }
    linear(`${layer}.attention.output.dense`, width, width);
    for (const copy of twoImages ? ['0', '1'] : ['']) linear(`${cross}.output.dense${copy}`, width, width);
    if (twoImages && index >= 6) linear(`${cross}.output.merge_layer`, width, 2 * width);
    linear(`${layer}.intermediate.dense`, 4 * width, width);
    linear(`${layer}.output.dense`, width, 4 * width);
    for (const part of ['attention.output', 'crossattention.output', 'output'])
      norm(shapes, `${layer}.${part}.LayerNorm`, width);
  }
}
