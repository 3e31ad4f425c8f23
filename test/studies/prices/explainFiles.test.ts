import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { explainModel, withModel } from '../../../lib/explain/baseAndHead';
import { lowers, normaliseTogether, raises } from '../../../lib/explain/heatMap';
import { inferno, overlay } from '../../../lib/explain/overlay';
import { resizeMap } from '../../../lib/explain/resize';
import { outputColumn } from '../../../lib/explain/scoreTarget';
import { pixelsOf } from '../../../lib/images/prepare';
import { explainFiles, uniqueNames } from '../../../lib/studies/prices/explainFiles';
import { findModel, predictGame } from '../../../lib/studies/prices/foundModel';
import { prepareData } from '../../../lib/studies/prices/preparedData';
import { trainReportModel } from '../../../lib/studies/prices/reportModel';
import type { Run } from '../../../lib/studies/prices/settings';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';
import { picture, wavePixels } from '../../images/pictures';
import { largestDifference } from '../../networks/weightFiles';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();
let tf: TensorFlow;
let run: Run;
let files: string[];
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
  run = tiny.run({ epochs: 1, variants: 0, target: 'hurdle' });
  const prepared = await prepareData(run);
  const value = await trainReportModel(run, prepared);
  value.dispose();
  prepared.close();
  const folder = path.join(tiny.folder, 'screenshots');
  const [game] = readdirSync(folder);
  files = readdirSync(path.join(folder, game!))
    .slice(0, 2)
    .map((name) => path.join(folder, game!, name));
});

const pixelsIn = async (file: string) => {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { pixels: new Uint8Array(data), width: info.width, height: info.height };
};
const out = (name: string): string => path.join(tiny.root, 'explained', name);

describe('explaining picture files', () => {
  it('writes two overlays for each, in its own pixels, and says what the model predicts', async () => {
    const before = tf.memory().numTensors;
    const { run: shown, labels } = watched(run);
    const found = await explainFiles(shown, files, { out: out('plain') });
    const guess = await predictGame(run, files);
    expect(found.pictures.map(({ file, price }) => ({ file, price }))).toEqual(guess.pictures);
    expect(found).toMatchObject({
      places: { width: 8, height: 8 },
      method: 'grad-cam',
      layer: 'block_6_expand_relu',
    });
    expect(found.scoreName).toContain('log price');
    expect(found.warnings[0]).toContain("The base is the project's own");
    for (const { file, raises: up, lowers: down } of found.pictures) {
      const original = await pixelsIn(file);
      const painted = await Promise.all([up, down].map((part) => pixelsIn(part.file)));
      for (const { width, height } of painted) {
        expect([width, height]).toEqual([original.width, original.height]);
      }
      const strongest = up.largest >= down.largest ? 0 : 1;
      expect(Math.max(up.largest, down.largest)).toBeGreaterThan(0);
      // The largest value of the two takes the last colour at six tenths.
      const full = original.pixels.map((byte, i) =>
        Math.round(byte + (inferno[765 + (i % 3)]! - byte) * 0.6),
      );
      const { pixels } = painted[strongest]!;
      const reached = Array.from({ length: full.length / 3 }, (_, i) => 3 * i).some((at) =>
        [0, 1, 2].every((c) => pixels[at + c] === full[at + c]),
      );
      expect(reached).toBe(true);
    }
    expect(new Set(labels)).toEqual(new Set(['Pictures explained', 'Overlays written']));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('lays over a wide picture what the same picture gets with its padding in the file, cut off', async () => {
    // Halved in both directions either way. Black rows at its edges, as many as Lanczos reaches over, keep the black padding out of the rest.
    const pixels = wavePixels(128, 64);
    pixels.fill(0, 0, 8 * 384);
    pixels.fill(0, 56 * 384);
    const square = new Uint8Array(128 * 128 * 3);
    square.set(pixels, 32 * 128 * 3);
    mkdirSync(out('pictures'), { recursive: true });
    const [wide, padded] = [path.join(out('pictures'), 'wide.png'), path.join(out('pictures'), 'padded.png')];
    await picture(pixels, 128, 64).png().toFile(wide);
    await picture(square, 128, 128).png().toFile(padded);
    const layer = 'block_6_expand_relu';
    const options = { out: out('wide'), layer, method: 'hirescam' } as const;
    const explained = await explainFiles(run, [wide], options);

    const model = await findModel(run, [padded]);
    const source = { count: 1, read: (rows: readonly number[]) => pixelsOf(model.pictures, rows) };
    const by = { target: outputColumn(1), layer, method: 'hirescam' } as const;
    const [found] = await withModel({ weights: model.weights, imageSize: 64, head: model.layers }, (open) =>
      explainModel(open, source, by),
    );
    model.dispose();
    const middle = [raises, lowers].map((side) => {
      const { values } = resizeMap(side(found!.map), 128, 128);
      return { width: 128, height: 64, values: values.slice(32 * 128, 96 * 128) };
    });
    const [up, down] = normaliseTogether(middle).map((map) =>
      overlay(pixels, map, { width: 128, height: 64 }),
    );
    const [only] = explained.pictures;
    expect(explained.places).toEqual({ width: 8, height: 8 });
    for (const [written, expected] of [
      [only!.raises.file, up!],
      [only!.lowers.file, down!],
    ] as const) {
      const found = await pixelsIn(written);
      // rounding of bytes that are prepared twice
      expect(largestDifference(found.pixels, expected)).toBeLessThanOrEqual(2);
      expect(largestDifference(found.pixels, pixels)).toBeGreaterThan(10); // five times that
    }
  });

  it('explains by any method, also the one that hides parts', async () => {
    const [file] = files as [string];
    const hidden = await explainFiles(run, [file], { out: out('hidden'), method: 'occlusion' });
    expect(hidden.places).toEqual({ width: 64, height: 64 });
    // Positive gradients alone count in LayerCAM: what lowers a price is explained by itself.
    const layered = await explainFiles(run, [file], { out: out('layered'), method: 'layercam' });
    expect(layered.pictures[0]!.raises.largest).toBeGreaterThan(0);
    expect(layered.pictures[0]!.lowers.largest).toBeGreaterThan(0);
  });

  it('keeps pictures of one name apart', async () => {
    const { pictures } = await explainFiles(run, [files[0]!, files[0]!], { out: out('twice') });
    const written = pictures.flatMap((one) => [one.raises.file, one.lowers.file]);
    expect(new Set(written).size).toBe(4);
    expect(readdirSync(out('twice')).sort()).toEqual(written.map((file) => path.basename(file)).sort());
    expect(uniqueNames(['730/a.jpg', '570/a.jpg'])).toEqual(['730-a', '570-a']);
    expect(uniqueNames(['a/1.jpg', 'b/1.png', 'c/1-2.jpg', 'd/1.JPG', 'e/A.b.png', 'e/a.B.png'])).toEqual([
      '1',
      '1-2',
      '1-2-2',
      '1-3',
      'A.b',
      'a.B-2',
    ]);
  });

  it('refuses what cannot be explained before anything is written', async () => {
    const before = tf.memory().numTensors;
    const to = { out: out('refused') };
    await expect(explainFiles(run, [], to)).rejects.toEqual(withCode('BAD_INPUT'));
    await expect(explainFiles(run, files, { ...to, layer: 'top_relu' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('top_relu'),
    });
    const missing = path.join(tiny.folder, 'nothing.jpg');
    await expect(explainFiles(run, [...files, missing], to)).rejects.toEqual(withCode('UNREADABLE_IMAGE'));
    const elsewhere = { ...run, config: { ...run.config, work: path.join(tiny.root, 'empty') } };
    await expect(explainFiles(elsewhere, files, to)).rejects.toMatchObject({
      code: 'NO_MODEL',
      message: expect.stringContaining('npm run report'),
    });
    await expect(explainFiles({ ...run, signal: AbortSignal.abort() }, files, to)).rejects.toEqual(
      withCode('INTERRUPTED'),
    );
    expect(existsSync(to.out)).toBe(false);
    expect(tf.memory().numTensors).toBe(before);
  });
});
