/**
 * A stack machine for Python pickles that builds plain containers and nothing else.
 *
 * A pickle is a program, and may name any Python function to be called. Here a global has to be in the list handed in;
 * every other is refused by its name. Nothing is ever imported, looked up or run.
 *
 * Opcodes: CPython's `Lib/pickletools.py`, protocols 2 to 5, those that `torch.save` emits and their equals.
 * Lists and tuples become arrays, dictionaries become Maps, sets become Sets.
 */
import { TurboError } from '../errors/turbo-error.js';
import type { PickleBytes } from './pickle-bytes.js';

/** A Python name that the pickle may mention. Without `call` it may be mentioned but not called. */
export interface PickleGlobal {
  readonly name: string;
  readonly call?: (args: readonly unknown[]) => unknown;
}

export interface PickleOptions {
  /** Allowed globals by full name (`collections.OrderedDict`). */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /** What a persistent id stands for; in PyTorch files, a storage. */
  readonly persistentLoad: (id: unknown) => unknown;
}

/** The value that one pickle builds; `bytes` then stand behind it, where another may begin. */
export function unpickle(bytes: PickleBytes, options: PickleOptions): unknown {
  return new Machine(bytes, options).run();
}

type Handler = (machine: Machine) => void;

class Machine {
  stack: unknown[] = [];
  readonly marked: unknown[][] = [];
  readonly memo = new Map<number, unknown>();

  constructor(
    readonly bytes: PickleBytes,
    readonly options: PickleOptions,
  ) {}

  run(): unknown {
    for (;;) {
      const at = this.bytes.position;
      const opcode = this.bytes.uint8();
      if (opcode === stop) return this.pop();
      const handler = handlers.get(opcode);
      if (handler === undefined) {
        throw this.refused(
          `It has the opcode 0x${opcode.toString(16)} at byte ${at}, which weights do not need.`,
        );
      }
      handler(this);
    }
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw this.refused('It takes more from its stack than it has put there.');
    return this.stack.pop();
  }

  top(): unknown {
    if (this.stack.length === 0) throw this.refused('It reads from an empty stack.');
    return this.stack.at(-1);
  }

  mark(): void {
    this.marked.push(this.stack);
    this.stack = [];
  }

  /** Everything since the last mark. */
  popMark(): unknown[] {
    const items = this.stack;
    const below = this.marked.pop();
    if (below === undefined) throw this.refused('It returns to a mark that it has not set.');
    this.stack = below;
    return items;
  }

  tuple(size: number): void {
    const items = Array.from({ length: size }, () => this.pop());
    this.push(items.reverse());
  }

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw this.refused(`It asks for memo ${index}, which it has not filled.`);
    this.push(this.memo.get(index));
  }

  global(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw this.refused('It asks for a global by something that is not a name.');
    const fullName = `${module}.${name}`;
    const allowed = this.options.globals.get(fullName);
    if (allowed === undefined) {
      throw new TurboError(
        `The checkpoint asks for the Python global ${fullName}, which weights do not need.`,
        {
          where: this.bytes.where,
          allowed: `one of: ${[...this.options.globals.keys()].join(', ')}`,
          next: 'nothing was run; use a safetensors version of this model, or do not use it at all',
        },
      );
    }
    this.push(allowed);
  }

  reduce(): void {
    const args = this.pop();
    const callee = this.pop() as Partial<PickleGlobal> | null | undefined;
    if (typeof callee?.call !== 'function' || !Array.isArray(args)) {
      throw this.refused(
        `It calls ${callee?.name ?? 'something'}, which is not a function that builds weights.`,
      );
    }
    this.push(callee.call(args));
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.refused('It appends to something that is not a list.');
    for (const item of items) list.push(item);
  }

  setItems(items: readonly unknown[]): void {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2 !== 0)
      throw this.refused('It sets items of something that is not a dict.');
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (map.has(key))
        throw this.refused(`It sets ${keyName(key)} of a dict twice, which Python never does.`);
      map.set(key, items[i + 1]);
    }
  }

  addItems(items: readonly unknown[]): void {
    const set = this.top();
    if (!(set instanceof Set)) throw this.refused('It adds items to something that is not a set.');
    for (const item of items) set.add(item);
  }

  /** Attributes of an OrderedDict (`_metadata` of a state dict) say nothing about the weights and are dropped. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map))
      throw this.refused('It sets attributes of something that is not a dict.');
  }

  refused(what: string): TurboError {
    return new TurboError(`The pickle cannot be read. ${what}`, {
      where: this.bytes.where,
      next: 'use a safetensors version of this model, or download the file again',
    });
  }
}

const stop = 0x2e;

/** What each opcode does, by its name in `pickletools`. */
const handlers: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [0x80, (m) => m.bytes.uint8()], // PROTO
  [0x95, (m) => m.bytes.uint64()], // FRAME
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => m.pop()], // POP
  [0x31, (m) => m.popMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.bytes.int32())], // BININT
  [0x4b, (m) => m.push(m.bytes.uint8())], // BININT1
  [0x4d, (m) => m.push(m.bytes.uint16())], // BININT2
  [0x8a, (m) => m.push(m.bytes.long(m.bytes.uint8()))], // LONG1
  [0x8b, (m) => m.push(m.bytes.long(m.bytes.uint32()))], // LONG4
  [0x47, (m) => m.push(m.bytes.float64())], // BINFLOAT
  [0x58, (m) => m.push(m.bytes.text(m.bytes.uint32()))], // BINUNICODE
  [0x8c, (m) => m.push(m.bytes.text(m.bytes.uint8()))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.bytes.text(m.bytes.uint64()))], // BINUNICODE8
  [0x54, (m) => m.push(m.bytes.text(m.bytes.uint32()))], // BINSTRING
  [0x55, (m) => m.push(m.bytes.text(m.bytes.uint8()))], // SHORT_BINSTRING
  [0x42, (m) => m.push(m.bytes.take(m.bytes.uint32()))], // BINBYTES
  [0x43, (m) => m.push(m.bytes.take(m.bytes.uint8()))], // SHORT_BINBYTES
  [0x8e, (m) => m.push(m.bytes.take(m.bytes.uint64()))], // BINBYTES8
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x61, (m) => appendOne(m)], // APPEND
  [0x65, (m) => m.append(m.popMark())], // APPENDS
  [0x6c, (m) => m.push(m.popMark())], // LIST
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x85, (m) => m.tuple(1)], // TUPLE1
  [0x86, (m) => m.tuple(2)], // TUPLE2
  [0x87, (m) => m.tuple(3)], // TUPLE3
  [0x74, (m) => m.push(m.popMark())], // TUPLE
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x64, (m) => dictFromMark(m)], // DICT
  [0x73, (m) => setOne(m)], // SETITEM
  [0x75, (m) => m.setItems(m.popMark())], // SETITEMS
  [0x8f, (m) => m.push(new Set())], // EMPTY_SET
  [0x90, (m) => m.addItems(m.popMark())], // ADDITEMS
  [0x91, (m) => m.push(new Set(m.popMark()))], // FROZENSET
  [0x68, (m) => m.recall(m.bytes.uint8())], // BINGET
  [0x6a, (m) => m.recall(m.bytes.uint32())], // LONG_BINGET
  [0x71, (m) => m.remember(m.bytes.uint8())], // BINPUT
  [0x72, (m) => m.remember(m.bytes.uint32())], // LONG_BINPUT
  [0x94, (m) => m.remember(m.memo.size)], // MEMOIZE
  [0x63, (m) => m.global(m.bytes.line(), m.bytes.line())], // GLOBAL
  [0x93, (m) => stackGlobal(m)], // STACK_GLOBAL
  [0x52, (m) => m.reduce()], // REDUCE
  [0x81, (m) => m.reduce()], // NEWOBJ
  [0x62, (m) => m.build()], // BUILD
  [0x51, (m) => m.push(m.options.persistentLoad(m.pop()))], // BINPERSID
]);

const keyName = (key: unknown): string => (typeof key === 'string' ? JSON.stringify(key) : 'a key');

function appendOne(machine: Machine): void {
  machine.append([machine.pop()]);
}

function setOne(machine: Machine): void {
  const value = machine.pop();
  machine.setItems([machine.pop(), value]);
}

function dictFromMark(machine: Machine): void {
  const items = machine.popMark();
  machine.push(new Map());
  machine.setItems(items);
}

function stackGlobal(machine: Machine): void {
  const name = machine.pop();
  machine.global(machine.pop(), name);
}
