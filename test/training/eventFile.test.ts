import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crc32c,
  epochEvents,
  epochScalars,
  scalarEvent,
  tfRecord,
  versionEvent,
} from '../../lib/training/eventFile';
import { temporaryFolder } from '../networks/weightFiles';
import { oracleJson } from '../oracle';
import { epochRecord } from '../report/runRecords';

interface Oracle {
  started: number;
  events: { step: number; wall_time: number; values: Record<string, number> }[];
  bytes: string;
}
const oracle = oracleJson<Oracle>('events');
const folder = temporaryFolder();
const bytesOf = (length: number, value: (i: number) => number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => value(i));

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4, but for the last, the usual check value of the polynomial.
  it.each([
    ['32 zeros', bytesOf(32, () => 0), 0x8a9136aa],
    ['32 ones', bytesOf(32, () => 0xff), 0x62a8ab43],
    ['rising bytes', bytesOf(32, (i) => i), 0x46dd794e],
    ['falling bytes', bytesOf(32, (i) => 31 - i), 0x113fdb5c],
    [
      'a command to read',
      Buffer.from(
        '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000',
        'hex',
      ),
      0xd9963a56,
    ],
    ['digits', Buffer.from('123456789'), 0xe3069283],
  ])('of %s is the known one', (_, data, expected) => {
    expect(crc32c(data)).toBe(expected);
  });
});

describe('a file of events', () => {
  it('has the very bytes that TensorFlow writes', () => {
    const parts = [
      versionEvent(oracle.started),
      ...oracle.events.map(({ wall_time, step, values }) => scalarEvent(wall_time, step, values)),
    ];
    expect(Buffer.concat(parts).toString('hex')).toBe(oracle.bytes);
  });

  it('frames data of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const frame = tfRecord(data);
        expect(frame.length).toBe(data.length + 16);
        expect(frame.readBigUInt64LE(0)).toBe(BigInt(data.length));
        expect([...frame.subarray(12, 12 + data.length)]).toEqual([...data]);
        for (const [checked, at] of [
          [frame.subarray(0, 8), 8],
          [data, 12 + data.length],
        ] as const) {
          // The mask undone as record_reader does it: the constant taken away, then turned the other way.
          const turned = (frame.readUInt32LE(at) - 0xa282ead8) >>> 0;
          expect(((turned >>> 17) | (turned << 15)) >>> 0).toBe(crc32c(checked));
        }
      }),
    );
  });

  it('grows by one event with each epoch', async () => {
    const write = epochEvents(folder, 'head');
    for (const epoch of [1, 2]) await write(epochRecord(epoch, 0.5));
    const [file, ...others] = readdirSync(path.join(folder, 'head'));
    expect(others).toEqual([]);
    expect(file).toMatch(/^events\.out\.tfevents\.\d{10}\.\d+$/);
    const content = readFileSync(path.join(folder, 'head', file!));
    const seconds = content.readDoubleLE(12 + 1); // behind the length, its checksum and the field's tag
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60);
    const start = versionEvent(seconds);
    const first = content.readDoubleLE(start.length + 12 + 1);
    const events = [1, 2].map((epoch) => scalarEvent(first, epoch, epochScalars(epochRecord(epoch, 0.5))));
    expect(content.length).toBe(start.length + events[0]!.length + events[1]!.length);
    expect(content.subarray(0, start.length + events[0]!.length)).toEqual(Buffer.concat([start, events[0]!]));
  });

  it('is not written without a folder', async () => {
    await epochEvents(null, 'nothing')(epochRecord(1, 0.5));
    expect(existsSync(path.join(folder, 'nothing'))).toBe(false);
  });

  it('names the figures as Keras does', () => {
    const scalars = epochScalars(epochRecord(3, 0.5));
    expect(scalars).toEqual({
      loss: 1,
      mse: 0.9,
      mae: 0.8,
      val_loss: 0.6,
      val_mse: 0.5,
      val_mae: 0.25,
      learning_rate: 0.001,
    });
  });
});
