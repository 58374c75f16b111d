import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { JOURNAL_FILE, openJournal, readJournal } from '../../src/runner/journal.js';
import { currentTrials, formatLine, type JournalLine, parseJournal } from '../../src/runner/journal-lines.js';
import { provenanceOf } from '../../src/runner/provenance.js';
import { trialLine } from './row.js';

const provenance = provenanceOf({
  threads: 2,
  experiment: 'small',
  experimentFile: 'small.yaml',
  experimentText: 'name: small # ü ✓\n',
  seed: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
});
const LINES: JournalLine[] = [
  { kind: 'run', provenance, trials: ['a', 'b', 'c'] },
  trialLine('a', { reason: 'Ω, "quoted"\nnewline' }),
  { kind: 'picture', key: 'abc', jpegBase64: 'aGVsbG8=' },
  trialLine('b'),
  trialLine('c', { status: 'invalid' }),
  { kind: 'sample', dataset: 'pairs/dev', sample: 'dev-1', pictures: ['abc', 'abd'], text: 'Two dogs.' },
];
const BYTES = Buffer.from(LINES.map(formatLine).join(''));
const now = () => new Date('2026-01-02T03:04:05.678Z');
const systemError = (code: string) => Object.assign(new Error(code), { code });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});

describe('parseJournal', () => {
  it('reads back what was written', () => {
    expect(parseJournal(BYTES)).toEqual({ lines: LINES, damaged: [], wholeBytes: BYTES.length });
  });

  it('keeps every whole line when the file is cut off at any byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: BYTES.length }), (length) => {
        const { lines, damaged, wholeBytes } = parseJournal(BYTES.subarray(0, length));
        const whole = BYTES.subarray(0, length).toString('latin1').split('\n').length - 1;
        expect(lines).toEqual(LINES.slice(0, whole));
        expect(damaged.length).toBe(wholeBytes === length ? 0 : 1);
        expect(damaged.every(({ torn, line }) => torn && line === whole + 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never believes a line in which a byte was changed, and believes all others', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: BYTES.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (position, change) => {
          const bytes = Buffer.from(BYTES);
          bytes[position] = bytes[position]! ^ change;
          const { lines } = parseJournal(bytes);
          const untouched = LINES.filter((line) => {
            const text = Buffer.from(formatLine(line));
            const start = BYTES.indexOf(text);
            return position < start || position >= start + text.length;
          });
          for (const line of lines) expect(LINES).toContainEqual(line);
          if (bytes[position] !== 0x0a && BYTES[position] !== 0x0a) expect(lines).toEqual(untouched);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(parseJournal(bytes).lines).toEqual([]);
      }),
    );
  });
});

describe('currentTrials', () => {
  it('shows the trials of the last run, in its order, the latest entry of each', () => {
    const again = trialLine('b', { samples: 99 });
    const second: JournalLine = { kind: 'run', provenance, trials: ['b', 'a', 'new'] };
    const shown = currentTrials([...LINES, second, again]);
    expect(shown.map(({ fingerprint }) => fingerprint)).toEqual(['b', 'a']);
    expect(shown[0]!.row.samples).toBe(99);
  });
});

describe('openJournal', () => {
  it('goes on as if nothing had happened when it was cut off at any byte of its last two lines', () => {
    // Where there is one, a folder in memory: the disk would be waited for at every byte.
    const inMemory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'journal-'));
    const file = join(inMemory, JOURNAL_FILE);
    const first = BYTES.length - LINES.slice(-2).map(formatLine).join('').length;
    for (let length = first; length <= BYTES.length; length++) {
      writeFileSync(file, BYTES.subarray(0, length));
      const journal = openJournal(inMemory, false, now, { write: writeSync, sync: () => {} });
      for (const line of LINES.slice(journal.content.lines.length)) journal.append(line);
      journal.close();
      if (!readFileSync(file).equals(BYTES)) expect.fail(`cut off after ${length} bytes`);
    }
    rmSync(inMemory, { recursive: true });
  });

  it('goes on after a torn line as if it had never been begun', () => {
    const file = join(folder, JOURNAL_FILE);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: BYTES.length }), (length) => {
        writeFileSync(file, BYTES.subarray(0, length));
        const journal = openJournal(folder, false, now);
        for (const line of LINES.slice(journal.content.lines.length)) journal.append(line);
        journal.close();
        expect(readFileSync(file).equals(BYTES)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('puts an earlier journal aside for a fresh one', () => {
    writeFileSync(join(folder, JOURNAL_FILE), BYTES);
    const journal = openJournal(folder, true, now);
    expect(journal.content.lines).toEqual([]);
    journal.close();
    expect(readdirSync(folder).sort()).toEqual(['journal-2026-01-02T03-04-05-678Z.jsonl', JOURNAL_FILE]);
  });

  it('never puts one aside in place of another, also when the clock was set back', () => {
    for (const text of ['first', 'second', 'third']) {
      writeFileSync(join(folder, JOURNAL_FILE), text);
      openJournal(folder, true, now).close();
    }
    const kept = readdirSync(folder).filter((name) => name !== JOURNAL_FILE);
    expect(kept.map((name) => readFileSync(join(folder, name), 'utf8')).sort()).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  it.runIf(existsSync('/dev/full'))('refuses a journal that is a device, which would have no end', () => {
    symlinkSync('/dev/full', join(folder, JOURNAL_FILE));
    expect(() => openJournal(folder, false, now)).toThrow('no ordinary file');
  });

  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EFBIG', 'the file may not become that large'],
    ['EROFS', 'the file system is read-only'],
  ])('says what %s means when a line cannot be written', (code, text) => {
    const journal = openJournal(folder, false, now, {
      write: () => {
        throw systemError(code);
      },
      sync: () => {},
    });
    expect(() => journal.append(LINES[0]!)).toThrow(text);
    journal.close();
  });

  it('writes on when the disk takes only part of a line at a time', () => {
    const written: Buffer[] = [];
    const journal = openJournal(folder, false, now, {
      write: (_, bytes) => {
        const some = Math.min(7, bytes.length);
        written.push(Buffer.from(bytes.subarray(0, some)));
        return some;
      },
      sync: () => {},
    });
    journal.append(LINES[1]!);
    journal.close();
    expect(Buffer.concat(written).toString()).toBe(formatLine(LINES[1]!));
  });

  it('says when the folder cannot be made or written to', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => openJournal(join(folder, 'file', 'below'), false, now)).toThrow(
      'Cannot write to the report folder',
    );
    if (process.getuid?.() === 0) return;
    chmodSync(folder, 0o500);
    expect(() => openJournal(folder, false, now)).toThrow('permission denied');
    chmodSync(folder, 0o700);
  });
});

describe('readJournal', () => {
  it('says when there is none', () => {
    expect(() => readJournal(folder)).toThrow('There is no journal in this folder');
    expect(existsSync(join(folder, JOURNAL_FILE))).toBe(false);
  });
});
