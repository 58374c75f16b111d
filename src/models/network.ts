/** What a model family says of one model: everything but the weights and the reduction. */
import type { z } from 'zod';
import type { Tensor } from '../graph/tensor.js';
import type { CrossModal } from '../reduction/cross-modal.js';
import type { EncoderShape, Reducer } from '../reduction/reducer.js';
import type { TextMerging } from '../reduction/text-merging.js';
import type { SizeBias } from './blocks/attention.js';
import type { Trace } from './blocks/vision-tower.js';
import type { ImageSide } from './config.js';
import type { HasParameter, Parameters } from './parameters.js';

/** Name of the output that tells how many patches each token stands for. */
export const TOKEN_SIZES = 'token_sizes';

/** Outputs by Hugging Face's names, made only when they are asked for. */
export type Outputs = Readonly<Record<string, () => Tensor>>;

export interface VisionRequest {
  /** [batch, channels, H, W] float32. */
  readonly pixels: Tensor;
  readonly image: ImageSide;
  readonly reducer: Reducer;
  readonly sizeBias: SizeBias;
  readonly trace: Trace;
  /** Position 0 holds a class token. */
  readonly classToken: boolean;
  /** Rows that the outputs read after the last block, which then computes no others; null for all. */
  readonly leadingRows: number | null;
}

export interface VisionFeatures {
  readonly outputs: Outputs;
  readonly trace: Readonly<Record<string, Tensor>>;
}

export interface TextRequest {
  /** [batch, T] int64. */
  readonly inputIds: Tensor;
  /** [batch, T] int64; null for a network that takes none. */
  readonly attentionMask: Tensor | null;
}

export interface TextNetwork {
  /** Longest sequence that has positions. */
  readonly maxLength: number;
  /** Whether padding is masked by `attention_mask`. */
  readonly takesAttentionMask: boolean;
  build(parameters: Parameters, request: TextRequest): Outputs;
}

/** What a part of a network is built for. All counts are fixed; the batch stays open. */
export interface PartRequest {
  /** Tokens of a text. */
  readonly sequenceLength: number;
  /** Tokens that the text looks at: those of an image, or of an encoded question. */
  readonly imageTokens: number;
  /** Whether some of these may be padding, told by a mask. */
  readonly imageMask: boolean;
  /** Sequences per image that a decoding step goes on with. */
  readonly beams: number;
  /** Image tokens that the text side lets go; null for none. */
  readonly crossModal: CrossModal | null;
  /** Text tokens that a text encoder merges in every layer; null for none. */
  readonly textMerging?: TextMerging | null;
  /** Offer `image_mass` [batch, imageTokens]: the attention that every image token receives. Default false. */
  readonly sumsAttention?: boolean;
  /** Offer `image_kept.<i>` [batch, N_i] int64 of every text layer that sees fewer image tokens than the one before: their places there. Default false. */
  readonly tracesImageTokens?: boolean;
}

export interface PartBuild {
  readonly inputs: readonly Tensor[];
  readonly outputs: Outputs;
}

/** A graph behind the image encoder, such as a text encoder that looks at image tokens, or a step of a decoder. */
export type Part = (parameters: Parameters, request: PartRequest) => PartBuild;

/** Ids that start, end and fill texts. */
export interface SpecialTokens {
  /** Starts a generated text. */
  readonly decoderId: number;
  /** Ends a text. */
  readonly endId: number;
  readonly padId: number;
  /** Leads a text that is read together with an image. */
  readonly encoderId: number;
}

/** A network of known configuration. `parameters` decides whether it is built or only listed. */
export interface Network {
  readonly architecture: string;
  /** The image size that the positions were trained for. */
  readonly trainedImage: ImageSide;
  readonly patch: ImageSide;
  readonly channels: number;
  readonly labels: readonly string[] | null;
  /** For outputs that look at class or distillation token alone: how many of the first rows they read. */
  readonly leadingRowsRead: Readonly<Record<string, number>>;
  encoderFor(image: ImageSide): EncoderShape;
  vision(parameters: Parameters, request: VisionRequest): VisionFeatures;
  readonly text: TextNetwork | null;
  /** Further graphs by name; none for a network of one or two towers. */
  readonly parts?: Readonly<Record<string, Part>>;
  /** Longest text of a part that has positions; left out where no part reads text. */
  readonly partMaxLength?: number;
  readonly specialTokens?: SpecialTokens;
  /** Factor and addend of `logits_per_image`, for a network with two towers. */
  similarity(parameters: Parameters): { logitScale: number; logitBias: number } | null;
}

/** Networks that share a `model_type`. */
export interface Family<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** `model_type` in config.json. */
  readonly modelType: string;
  /** Names in `architectures` that can be built; the first is taken when the config names none. */
  readonly architectures: readonly string[];
  readonly schema: Schema;
  /** Whether images are given at another size than the positions were trained for as a matter of course. */
  readonly takesAnyImageSize?: boolean;
  network(config: z.output<Schema>, architecture: string, has: HasParameter): Network;
}

/** Keeps the type of the config between schema and network. */
export function defineFamily<Schema extends z.ZodType>(family: Family<Schema>): Family {
  return family as unknown as Family;
}
