import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassNetwork } from '../../lib/explain/classNetwork';
import type { ScoreTarget } from '../../lib/explain/scoreTarget';
import type { SaidClass } from '../../lib/metrics/judgedClasses';
import { classLookRows, mistakes } from '../../lib/report/lookRows';
import { loadTensorFlow, type TensorFlow } from '../../lib/tensorflow/backend';
import { files, pictureStore } from './pictureStore';

const { store } = pictureStore();
const classes = ['cats', 'dogs'];
let tf: TensorFlow;
beforeAll(async () => {
  tf = (await loadTensorFlow()).tf;
});

/** The share of `cats` in what is said of each file, and what it is. */
const said = [0.9, 0.6, 0.2, 0.4, 0.7, 0.8].map((cats, row): SaidClass => {
  const [label, probabilities] = [row < 4 ? 'cats' : 'dogs', [cats, 1 - cats]];
  const predicted = { label: cats > 0.5 ? 'cats' : 'dogs', probabilities };
  return { id: String(row), file: files[row]!, image: row, part: 'test', label, predicted }; // one of the files
});

describe('mistakes', () => {
  it('are the surest first, each with what is said and what it is', async () => {
    const found = await mistakes(store(), said, 3);
    expect(found.map(({ alt, caption }) => [alt, caption])).toEqual([
      [files[2], '**dogs** 80.0%, is cats'],
      [files[5], '**cats** 80.0%, is dogs'],
      [files[4], '**cats** 70.0%, is dogs'],
    ]);
  });
});

describe('where a network of several classes looks', () => {
  it('is shown on what it tells rightly, the surest first, as evidence over the mean of all classes', async () => {
    const targets: ScoreTarget[] = [];
    const network = {
      maps: async (images: { count: number }, target: ScoreTarget) => {
        targets.push(target);
        const map = { width: 1, height: 1, values: Float32Array.of(2) };
        return Array.from({ length: images.count }, () => map);
      },
    } as unknown as ClassNetwork; // what is asked of it
    const rows = await classLookRows(network, { images: store(), classes }, said);
    expect(rows.map(({ caption, pictures }) => [caption, pictures.map((one) => one.caption)])).toEqual([
      ['**cats**', ['90.0%', '60.0%']], // none of the dogs is told rightly
    ]);
    const evidence = tf.tidy(() => targets[0]!(tf.tensor2d([[3, 1]])).dataSync());
    expect([...evidence]).toEqual([1]);
  });
});
