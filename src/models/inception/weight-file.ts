/**
 * The weights of FID's InceptionV3: a file that the user names, or the one that pytorch-fid publishes.
 *
 * Source: `FID_WEIGHTS_URL` of pytorch-fid 0.3.0 (Apache-2.0), converted from Google's inception-2015-12-05.
 */
import path from 'node:path';
import {
  type PublishedFile,
  type PublishedFileOptions,
  resolvePublishedFile,
} from '../../checkpoints/hub/published-file.js';

const release = 'https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights';
const name = 'pt_inception-2015-12-05-6726825d.pth';

/** What pytorch-fid downloads: 472 tensors, 91 MiB. */
export const FID_INCEPTION: PublishedFile = {
  name,
  url: `${release}/${name}`,
  sha256: '6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2',
  byteLength: 95_628_359,
};

export interface InceptionFileOptions extends PublishedFileOptions {
  /** A file of the user's own: any format that checkpoints come in. Goes before the published one. */
  readonly file?: string | undefined;
  /** Another address of the published file, such as a mirror. */
  readonly url?: string | undefined;
}

/** The path of the weights, downloaded on first use unless a file is named. */
export async function resolveInceptionFile(options: InceptionFileOptions): Promise<string> {
  const { file, url = FID_INCEPTION.url } = options;
  if (file !== undefined) return path.resolve(file);
  return resolvePublishedFile({ ...FID_INCEPTION, url }, options);
}
