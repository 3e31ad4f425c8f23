import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ReportError } from '../../lib/core/errors';
import { type Random, random } from '../../lib/core/random';

/** A reader that is given damaged inputs. */
export interface Target {
  name: string;
  /** Whole inputs, to be damaged. */
  whole: () => Promise<readonly Uint8Array[]>;
  /** What is wrong with how each input was read, or null. A `ReportError` thrown is an answer, except to a `whole` input; anything else is a finding. */
  check: (inputs: readonly Uint8Array[], whole?: boolean) => Promise<(string | null)[]>;
  /** Frees what the reader holds. */
  close?: () => void;
}

/** An input that was read wrongly; it lies in `file`. */
export interface Finding {
  target: string;
  number: number;
  fault: string;
  file: string;
}

/** Inputs that are checked together. */
const BATCH = 40;
/** Seconds that one input may take on a busy machine. */
const LONGEST = 20;

/** Damages whole inputs of each target in `count` ways that follow from `seed`, and gives what was read wrongly; the inputs are left in `folder`. */
export async function fuzz(
  targets: readonly Target[],
  count: number,
  seed: number,
  folder: string,
  say: (line: string) => void = () => {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const target of targets) {
    const start = performance.now();
    const whole = await target.whole();
    for (let first = 0; first < count; first += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => first + i);
      const inputs = numbers.map((number) => damage(whole, random(seed, 'fuzz', target.name, number)));
      const begun = performance.now();
      const faults = await target.check(inputs).catch(() => oneByOne(target, inputs));
      const each = (performance.now() - begun) / 1000 / inputs.length;
      faults.forEach((found, i) => {
        const fault = each > LONGEST ? `takes ${each.toFixed(0)} s` : found;
        if (fault === null) return;
        const number = first + i;
        const file = path.join(folder, `${target.name}-${seed}-${number}`);
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, inputs[i]!); // as many as faults
        findings.push({ target: target.name, number, fault, file });
      });
    }
    // The reader still reads what is whole, after all that.
    (await target.check(whole, true)).forEach((fault, i) => {
      if (fault !== null)
        findings.push({ target: target.name, number: count + i, fault, file: 'a whole input' });
    });
    target.close?.();
    const [seconds, memory] = [(performance.now() - start) / 1000, process.memoryUsage.rss() / 2 ** 20];
    const own = findings.filter((finding) => finding.target === target.name);
    say(
      `${target.name}: ${count} inputs, ${own.length} findings, ${seconds.toFixed(1)} s, ${memory.toFixed(0)} MiB`,
    );
    for (const { number, fault, file } of own.slice(0, 10)) say(`  ${number}: ${fault} (${file})`);
  }
  return findings;
}

/** What is wrong with each of some inputs of which one makes the reader throw. */
async function oneByOne({ check }: Target, inputs: readonly Uint8Array[]): Promise<(string | null)[]> {
  const faults: (string | null)[] = [];
  for (const input of inputs) faults.push(...(await check([input]).catch((error) => [`threw ${error}`])));
  return faults;
}

/** Each input by itself through a reader: null where it is read or refused with a sentence, else what was thrown. */
export const eachBy =
  (read: (input: Uint8Array) => unknown): Target['check'] =>
  async (inputs, whole = false) => {
    const faults: (string | null)[] = [];
    for (const input of inputs) {
      try {
        await read(input);
        faults.push(null);
      } catch (error) {
        faults.push(error instanceof ReportError && !whole ? null : `threw ${error}`);
      }
    }
    return faults;
  };

/** One of the whole inputs, damaged once to four times. */
function damage(whole: readonly Uint8Array[], draw: Random): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(draw.pick(whole));
  const times = draw.integer(1, 4);
  for (let i = 0; i < times; i++) bytes = draw.pick(damages)(bytes, draw, whole);
  return bytes;
}

type Damage = (bytes: Uint8Array, draw: Random, whole: readonly Uint8Array[]) => Uint8Array;

const place = (bytes: Uint8Array, draw: Random): number => draw.integer(0, Math.max(0, bytes.length - 1));

/** `bytes` with what `fill` gives written over a stretch of up to `most` bytes. */
function overwritten(bytes: Uint8Array, draw: Random, most: number, fill: (i: number) => number): Uint8Array {
  const from = place(bytes, draw);
  const to = Math.min(bytes.length, from + draw.integer(1, most));
  for (let at = from; at < to; at++) bytes[at] = fill(at - from);
  return bytes;
}

const damages: readonly Damage[] = [
  // A bit, a byte, a few bytes of the header, a number that is extreme.
  (bytes, draw) =>
    overwritten(bytes, draw, 1, () => (bytes[place(bytes, draw)] ?? 0) ^ (1 << draw.integer(0, 7))),
  (bytes, draw) => overwritten(bytes, draw, 1, () => draw.integer(0, 255)),
  (bytes, draw) => {
    const at = draw.integer(0, 700);
    if (at < bytes.length) bytes[at] = draw.integer(0, 255);
    return bytes;
  },
  (bytes, draw) => {
    const extreme = draw.pick([0, 1, 0x7f, 0x80, 0xff]);
    return overwritten(bytes, draw, 8, () => extreme);
  },
  // A hole, a text, noise, a piece left out, doubled or of another input, and the end cut off, with a mark of an end or without.
  (bytes, draw) => {
    const byte = draw.pick([0, 0xff, 0x20]);
    return overwritten(bytes, draw, 5000, () => byte);
  },
  (bytes, draw) => overwritten(bytes, draw, 200, (i) => '<p>404 not found, </p>\n'.charCodeAt(i % 23)),
  (bytes, draw) => overwritten(bytes, draw, 300, () => draw.integer(0, 255)),
  (bytes, draw) => {
    const from = place(bytes, draw);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + draw.integer(1, 2000))]);
  },
  (bytes, draw) => {
    const from = place(bytes, draw);
    return Buffer.concat([bytes.subarray(0, from + draw.integer(1, 500)), bytes.subarray(from)]);
  },
  (bytes, draw, whole) => {
    const other = draw.pick(whole);
    return Buffer.concat([bytes.subarray(0, place(bytes, draw)), other.subarray(place(other, draw))]);
  },
  (bytes, draw) => bytes.slice(0, place(bytes, draw)),
  (bytes, draw) => Buffer.concat([bytes.subarray(0, place(bytes, draw)), Buffer.from([0xff, 0xd9])]),
];
