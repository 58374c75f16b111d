/** Writes checkpoints in the format from before PyTorch 1.6 opcode by opcode, so that single parts of them can be wrong. */

const int32 = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes.toString('latin1');
};
const int = (value: number): string => `J${int32(value)}`;
const text = (value: string): string => `X${int32(Buffer.byteLength(value))}${value}`;

export interface LegacyTensor {
  readonly name: string;
  readonly key: string;
  /** Element count of the storage as the tensor's persistent id has it. */
  readonly count: number;
  readonly shape: number;
  readonly storageClass?: string;
  /** `[key, first element, element count]` of a view into the storage. */
  readonly view?: readonly [string, number, number];
}

export interface LegacyParts {
  readonly magic?: string;
  readonly version?: number;
  /** Opcodes of `sys_info['little_endian']`. */
  readonly littleEndian?: string;
  readonly tensors?: readonly LegacyTensor[];
  /** The list of storage keys. Default: one for each tensor. */
  readonly keys?: readonly string[];
  /** The storages' float32 values, in the order of `keys`, and the element count that stands before them. */
  readonly storages?: readonly { readonly values: readonly number[]; readonly count?: bigint }[];
}

const MAGIC = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';

/** A file of `{name: tensor}`; without parts, of the tensor `weight` with the values 1, 2, 3. */
export function legacyCheckpoint(parts: LegacyParts = {}): Buffer {
  const tensors = parts.tensors ?? [{ name: 'weight', key: 'a', count: 3, shape: 3 }];
  const keys = parts.keys ?? tensors.map(({ key }) => key);
  const storages = parts.storages ?? keys.map(() => ({ values: [1, 2, 3] }));
  const pickles = [
    parts.magic ?? MAGIC,
    int(parts.version ?? 1001),
    `}${text('little_endian')}${parts.littleEndian ?? '\x88'}s`,
    `}${tensors.map((tensor) => `${text(tensor.name)}${tensorProgram(tensor)}s`).join('')}`,
    `](${keys.map(text).join('')}e`,
  ];
  const head = pickles.map((program) => `\x80\x02${program}.`).join('');
  return Buffer.concat([Buffer.from(head, 'latin1'), ...storages.map(storageBytes)]);
}

function tensorProgram({ key, count, shape, storageClass = 'FloatStorage', view }: LegacyTensor): string {
  const viewProgram = view === undefined ? 'N' : `(${text(view[0])}${int(view[1])}${int(view[2])}t`;
  const id = `(${text('storage')}ctorch\n${storageClass}\n${text(key)}${text('cpu')}${int(count)}${viewProgram}t`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${id}Q${int(0)}${int(shape)}\x85${int(1)}\x85\x89ccollections\nOrderedDict\n)RtR`;
}

function storageBytes({ values, count }: { values: readonly number[]; count?: bigint }): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigInt64LE(count ?? BigInt(values.length));
  return Buffer.concat([head, Buffer.from(Float32Array.from(values).buffer)]);
}
