import type { Shape } from '../../../lib/core/concepts';
import { random } from '../../../lib/core/random';
import { attribute } from '../../../lib/explain/attribute';
import { digitCnn } from '../../../lib/studies/digits/networks';
import { loadTensorFlow } from '../../../lib/tensorflow/backend';
import { classes } from '../../../lib/training/tasks';
import type { Work } from './work';

/** DeepSHAP of all ten outputs of the network of digits, for 10 pictures of noise beside a background of 100. */
export async function explainDigits(): Promise<Work> {
  await loadTensorFlow();
  const [count, shape]: [number, Shape] = [10, [28, 28, 1]];
  const names = [...'0123456789'];
  const grey = (number: number): Float32Array =>
    new Float32Array(number * 28 * 28).map(random(number, 'shap').next);
  const model = digitCnn.build(shape, classes(names), 0);
  const asked = { model, pictures: grey(count), references: grey(100), seed: 0 };
  const once = () => attribute({ ...asked, outputs: () => [...names.keys()] });
  await once();
  return {
    unit: 'images',
    run: async () => {
      const values = await once();
      const sum = values.flat().reduce((all, one) => all + one.mean.reduce((a, b) => a + Math.abs(b), 0), 0);
      return { n: count, check: { values: values.flat().length, mean: sum / (count * 10 * 28 * 28) } };
    },
  };
}
