/**
 * NumPy's archive of named arrays (`.npz`): a zip of `.npy` files, stored by `numpy.savez` and deflated by `numpy.savez_compressed`.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { openByteFile } from './byte-file.js';
import { writeCompleteFile } from './complete-file.js';
import { type NpyArray, npyBytes, parseNpy } from './npy.js';
import { isZip, readZipDirectory } from './zip.js';
import { readZipEntry } from './zip-entry.js';
import { zipArchive } from './zip-writer.js';

const suffix = '.npy';

/** The arrays of these names. Throws where the file is no such archive, lacks one, or one is broken. */
export function readNpz<Name extends string>(path: string, names: readonly Name[]): Record<Name, NpyArray> {
  const file = openByteFile(path);
  try {
    if (!isZip(file))
      throw new TurboError('This is not an .npz archive.', {
        where: path,
        allowed: 'a file of numpy.savez or numpy.savez_compressed',
        next: 'check the path, or download the file again',
      });
    const entries = readZipDirectory(file);
    const present = [...entries.keys()].map((entry) => entry.replace(/\.npy$/, ''));
    const arrays = names.map((name): [Name, NpyArray] => {
      const entry = entries.get(name + suffix);
      if (entry === undefined)
        throw new TurboError(`The archive has no array ${name}.`, {
          where: path,
          value: present,
          allowed: `an archive with ${names.join(' and ')}; this one has ${oneOf(name, present)}`,
        });
      return [name, parseNpy(readZipEntry(file, name + suffix, entry), `${path}, array ${name}`)];
    });
    return Object.fromEntries(arrays) as Record<Name, NpyArray>;
  } finally {
    file.close();
  }
}

/** Writes float64 arrays as `numpy.savez` does, so that NumPy reads them. */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyArray>>): Promise<void> {
  const entries = new Map(Object.entries(arrays).map(([name, array]) => [name + suffix, npyBytes(array)]));
  await writeCompleteFile(path, zipArchive(entries), 'The arrays cannot be written.');
}
