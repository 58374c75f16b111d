/**
 * The Python names that may occur in a PyTorch checkpoint, and what they stand for here.
 *
 * Source: `torch/_utils.py` (`_rebuild_tensor_v2`, `_rebuild_parameter`) and `torch/storage.py` (legacy storage classes).
 */
import { z } from 'zod';
import { TurboError } from '../errors/turbo-error.js';
import { type Dtype, elementCount } from './dtype.js';
import type { PickleGlobal } from './pickle.js';
import { type StridedView, spannedElements } from './strided-view.js';

/** A run of elements in the checkpoint; several tensors may view one. */
export class TorchStorage {
  constructor(
    readonly key: string,
    readonly dtype: Dtype,
    readonly elementCount: number,
    /** Where it begins within what is stored under its key: not at 0 only where an old PyTorch stored a view. */
    readonly firstElement = 0,
    /** How many elements are stored under its key. */
    readonly storedElements = elementCount,
  ) {}
}

/** A tensor as the pickle describes it: a view, its bytes still on the disk. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly view: StridedView,
  ) {}
}

const dtypeOfStorage: Record<string, Dtype> = {
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.DoubleStorage': 'float64',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
};

/** A view may repeat elements (`expand`), but not so often that a small file fills the memory. */
const mostRepeatedElements = 1 << 24;

const Count = z.int().min(0);
const StorageView = z.tuple([z.string(), Count, Count]);
const StorageId = z.tuple(
  [z.literal('storage'), z.object({ name: z.string() }), z.string(), z.string(), Count],
  z.union([z.null(), StorageView]),
);
const TensorArguments = z.tuple(
  [z.instanceof(TorchStorage), Count, z.array(Count), z.array(Count)],
  z.unknown(),
);
const ParameterArguments = z.tuple([z.instanceof(TorchTensor)], z.unknown());
const DictArguments = z.union([z.tuple([]), z.tuple([z.array(z.tuple([z.unknown(), z.unknown()]))])]);
const SetArguments = z.union([z.tuple([]), z.tuple([z.array(z.unknown())])]);

/** The whitelist of a checkpoint; `where` names the file in errors. */
export function torchGlobals(where: string): ReadonlyMap<string, PickleGlobal> {
  const globals: PickleGlobal[] = [
    {
      name: 'collections.OrderedDict',
      call: (args) => orderedDict(parseOr(DictArguments, args, where, 'an OrderedDict')[0] ?? [], where),
    },
    { name: 'torch._utils._rebuild_tensor_v2', call: (args) => rebuildTensor(args, where) },
    {
      name: 'torch._utils._rebuild_parameter',
      call: (args) => parseOr(ParameterArguments, args, where, 'a parameter')[0],
    },
    ...['__builtin__.set', 'builtins.set'].map((name) => ({
      name,
      call: (args: readonly unknown[]) => new Set(parseOr(SetArguments, args, where, 'a set')[0]),
    })),
    ...Object.keys(dtypeOfStorage).map((name) => ({ name })),
  ];
  return new Map(globals.map((global) => [global.name, global]));
}

/**
 * The storage behind a persistent id `('storage', class, key, device, element count)`. In the format from before
 * PyTorch 1.6 there follows either None or `(key of the view, first element, element count of the view)`.
 */
export function storageOfPersistentId(id: unknown, where: string): TorchStorage {
  const [, { name }, key, , count, view] = parseOr(StorageId, id, where, 'a storage');
  const dtype = dtypeOfStorage[name];
  if (dtype === undefined) {
    throw new TurboError('A storage is of an unknown class.', {
      where,
      value: name,
      allowed: Object.keys(dtypeOfStorage).join(', '),
    });
  }
  if (!view) return new TorchStorage(key, dtype, count);
  const [, first, viewed] = view;
  if (first + viewed > count) {
    throw new TurboError('A storage reaches beyond the one that it is a part of.', {
      where,
      value: { firstElement: first, elements: viewed, storedElements: count },
      next: 'download or copy the file again',
    });
  }
  return new TorchStorage(key, dtype, viewed, first, count);
}

function orderedDict(pairs: readonly (readonly [unknown, unknown])[], where: string): Map<unknown, unknown> {
  const dict = new Map(pairs);
  if (dict.size === pairs.length) return dict;
  throw new TurboError(
    'The checkpoint builds an OrderedDict that has one key twice, which Python never does.',
    {
      where,
      next: 'use a safetensors version of this model, or download the file again',
    },
  );
}

function rebuildTensor(args: readonly unknown[], where: string): TorchTensor {
  const [storage, offset, shape, strides] = parseOr(TensorArguments, args, where, 'a tensor');
  const view: StridedView = { offset, shape, strides };
  const count = elementCount(shape);
  const inside = strides.length === shape.length && offset + spannedElements(view) <= storage.elementCount;
  if (!inside || !(count <= Math.max(storage.elementCount, mostRepeatedElements))) {
    throw new TurboError('A tensor reaches beyond its storage.', {
      where,
      value: { ...view, storageElements: storage.elementCount },
      next: 'download or copy the file again',
    });
  }
  return new TorchTensor(storage, view);
}

function parseOr<S extends z.ZodType>(schema: S, value: unknown, where: string, what: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TurboError(
    `The checkpoint describes ${what} in an unknown way.\n${z.prettifyError(parsed.error)}`,
    {
      where,
      next: 'use a safetensors version of this model, or save it again with a current PyTorch',
      cause: parsed.error,
    },
  );
}
