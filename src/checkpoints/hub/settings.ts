/**
 * Where the hub is, where its files are kept, and who asks: the environment variables that Python users already have.
 *
 * Source: `huggingface_hub/constants.py` and https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { TurboError } from '../../errors/turbo-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface HubSettings {
  /** Address of the hub, without a trailing slash. */
  readonly endpoint: string;
  /** The folder that holds `models--owner--name` folders. */
  readonly cacheFolder: string;
  readonly token?: string;
  /** No network access at all; what is cached is used. */
  readonly offline: boolean;
}

/** @param cacheFolder goes before `HF_HUB_CACHE` and `HF_HOME` */
export function hubSettings(env: Environment, cacheFolder?: string): HubSettings {
  const home =
    env.HF_HOME || path.join(env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache'), 'huggingface');
  const token = tokenOf(env, home);
  return {
    endpoint: endpointOf(env.HF_ENDPOINT || 'https://huggingface.co'),
    cacheFolder: path.resolve(
      cacheFolder || env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || path.join(home, 'hub'),
    ),
    ...(token === undefined ? {} : { token }),
    offline: isTrue(env.HF_HUB_OFFLINE) || isTrue(env.TRANSFORMERS_OFFLINE),
  };
}

/** Addresses appear in errors and progress, so that no password may be in one; the value is not repeated. */
function endpointOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url !== undefined && ['http:', 'https:'].includes(url.protocol);
  if (isPlain && url.username === '' && url.password === '') return address.replace(/\/+$/, '');
  throw new TurboError(
    isPlain ? 'HF_ENDPOINT holds a user name or password.' : 'HF_ENDPOINT is not the address of a hub.',
    {
      allowed: 'an address such as https://huggingface.co, without user name and password',
      next: 'set HF_ENDPOINT to the address alone, and HF_TOKEN to the token',
    },
  );
}

function isTrue(value: string | undefined): boolean {
  return ['1', 'ON', 'YES', 'TRUE'].includes((value ?? '').toUpperCase());
}

/** `HF_TOKEN`, or what `hf auth login` has stored. */
function tokenOf(env: Environment, home: string): string | undefined {
  const given = (env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN || '').trim();
  if (given !== '') return given;
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  try {
    return readFileSync(env.HF_TOKEN_PATH || path.join(home, 'token'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
