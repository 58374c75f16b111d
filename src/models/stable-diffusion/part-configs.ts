/** The configs of a pipeline's parts, each checked by itself and against the others. */
import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import { ClipTextConfig } from '../clip/config.js';
import { type ConfigFile, parseConfig } from '../config.js';
import type { PartConfigFiles } from './pipeline-folder.js';
import { UNetConfig } from './unet-config.js';
import { VaeConfig } from './vae-config.js';

/** Null for a part that is not there. */
export interface PartConfigs {
  readonly unet: UNetConfig | null;
  readonly vae: VaeConfig | null;
  readonly textEncoder: ClipTextConfig | null;
}

/** @throws TurboError that names file, field and value where a config cannot be built, or two do not fit together */
export function parsePartConfigs(files: PartConfigFiles): PartConfigs {
  const [unetFile, vaeFile, textFile] = [files.get('unet'), files.get('vae'), files.get('text_encoder')];
  if (textFile !== undefined) checkArchitecture(textFile);
  const configs = {
    unet: unetFile === undefined ? null : parseConfig(UNetConfig, unetFile),
    vae: vaeFile === undefined ? null : parseConfig(VaeConfig, vaeFile),
    textEncoder: textFile === undefined ? null : parseConfig(ClipTextConfig, textFile),
  };
  checkTogether(configs, files);
  return configs;
}

function checkArchitecture({ fields, where }: ConfigFile): void {
  const known = ['CLIPTextModel'];
  const named: unknown = Array.isArray(fields.architectures) ? fields.architectures[0] : known[0];
  if (known.includes(String(named))) return;
  throw new TurboError('This architecture of text encoder is not supported.', {
    where,
    value: named,
    allowed: oneOf(String(named), known),
  });
}

/** The U-Net reads what the text encoder returns, and works on the latents of the autoencoder. */
function checkTogether({ unet, vae, textEncoder }: PartConfigs, files: PartConfigFiles): void {
  const refuse = (field: 'cross_attention_dim' | 'in_channels' | 'out_channels', fits: string): never => {
    throw new TurboError('The U-Net does not fit the other parts of its pipeline.', {
      where: files.get('unet')!.where,
      value: { [field]: unet![field] },
      allowed: fits,
      next: 'check that all sub-folders are of one pipeline; download it again if unsure',
    });
  };
  if (unet === null) return;
  if (textEncoder !== null && textEncoder.hidden_size !== unet.cross_attention_dim)
    refuse(
      'cross_attention_dim',
      `${textEncoder.hidden_size}, the hidden_size in ${files.get('text_encoder')!.where}`,
    );
  for (const field of ['in_channels', 'out_channels'] as const)
    if (vae !== null && vae.latent_channels !== unet[field])
      refuse(field, `${vae.latent_channels}, the latent_channels in ${files.get('vae')!.where}`);
}
