/**
 * What a file that should be a checkpoint is instead, told by its first bytes, and what to do about it.
 *
 * Sources: POSIX `pax` (`ustar` at byte 257 of a tar archive), RFC 1952 (gzip), Git LFS specification (pointer files).
 */
import { TurboError } from '../errors/turbo-error.js';
import type { ByteFile } from './byte-file.js';

const headBytes = 512;
const longestLine = 80;
const tarMagic = { offset: 257, text: 'ustar' };
const allowed = 'a file of torch.save (zip, or the pickles from before PyTorch 1.6), or a safetensors file';

/** The refusal of a file that is neither of PyTorch's formats. */
export function notACheckpoint(file: ByteFile): TurboError {
  const head = Buffer.from(file.read(0, Math.min(file.byteLength, headBytes)));
  const { what, next, value } = described(head);
  return new TurboError(what, { where: file.path, ...(value !== undefined && { value }), allowed, next });
}

function described(head: Buffer): { what: string; next: string; value?: string } {
  const text = head.toString('latin1');
  if (head.length === 0) return { what: 'The file is empty.', next: 'download or copy the file again' };
  if (text.startsWith(tarMagic.text, tarMagic.offset)) {
    return {
      what: 'This is a tar archive, as the first versions of PyTorch wrote them, or one of other files.',
      next: 'unpack an archive of other files; load an old checkpoint with PyTorch and save it again',
    };
  }
  if (text.startsWith('\x1f\x8b')) {
    return { what: 'This is a file compressed with gzip.', next: 'unpack it: gunzip, or tar -xzf' };
  }
  if (!isText(head)) {
    return {
      what: 'This is not a checkpoint.',
      value: `begins with the bytes ${head.subarray(0, 8).toString('hex')}`,
      next: 'check the path, or download the file again',
    };
  }
  const value = firstLine(head.toString('utf8'));
  if (/^<(!doctype|html|head|body|\?xml)/i.test(value)) {
    return {
      what: 'This is a web page, not a checkpoint: a download that failed.',
      value,
      next: 'open the address in a browser; download the file itself, not the page about it',
    };
  }
  if (value.startsWith('version https://git-lfs.')) {
    return { what: 'This is a pointer of Git LFS, not the file itself.', value, next: 'git lfs pull' };
  }
  return {
    what: 'This is a text, not a checkpoint.',
    value,
    next: 'check the path, or download the file again',
  };
}

/** No control characters but white space. */
function isText(head: Buffer): boolean {
  return head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function firstLine(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/[\r\n]/, 1)[0]!
    .slice(0, longestLine);
}
