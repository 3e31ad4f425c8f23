import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReportError } from '../../lib/core/errors';
import { temporaryFolder } from '../temporary';
import { eachBy, fuzz, type Target } from './fuzz';
import { picturesTarget } from './pictures';
import { readerTargets } from './readers';

describe('damaged inputs', () => {
  it('are read, or refused with a sentence, by everything that reads files', async () => {
    const folder = temporaryFolder();
    expect(await fuzz(readerTargets(temporaryFolder()), 120, 1, folder)).toEqual([]);
  });

  it('of weights whose tensors contradict each other about their storage are refused', async () => {
    const torch = readerTargets(temporaryFolder()).filter(({ name }) => name === 'torch');
    expect(await fuzz(torch, 2880, 5, temporaryFolder())).toEqual([]); // number 2848 was read beyond its storage
  });

  it('of pictures get the same verdict and the same picture from both decoders', async () => {
    expect(await fuzz([await picturesTarget()], 240, 1, temporaryFolder())).toEqual([]);
  });

  it('are kept where they were read wrongly, and are the same for the same seed', async () => {
    const seen: string[] = [];
    const target: Target = {
      name: 'letters',
      whole: async () => [Buffer.from('abcdefghijklmnopqrstuvwxyz')],
      check: eachBy((input) => {
        const text = Buffer.from(input).toString('latin1');
        seen.push(text);
        if (!text.includes('a')) throw new ReportError('BAD_INPUT', 'There is no a in it.');
        if (!text.includes('z')) throw new Error('no z');
      }),
    };
    const folder = temporaryFolder();
    const findings = await fuzz([target], 60, 7, folder);
    const first = [...seen];
    expect(first.every((text) => text === 'abcdefghijklmnopqrstuvwxyz')).toBe(false);
    expect(findings.length).toBeGreaterThan(0);
    for (const { number, fault, file } of findings) {
      expect(fault).toBe('threw Error: no z');
      expect(readFileSync(file, 'latin1')).toBe(first[number]);
    }
    expect(existsSync(path.join(folder, 'letters-7-0'))).toBe(findings.some(({ number }) => number === 0));
    seen.length = 0;
    await fuzz([target], 60, 7, temporaryFolder());
    expect(seen).toEqual(first);
  });
});
