import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapLayers } from '../../../lib/explain/mapMethods';
import { explainAtLayers, explainByMethods } from '../../../lib/studies/prices/comparedMapStage';
import { type Example, explainPictures, pickExamples } from '../../../lib/studies/prices/explainStage';
import { predictPictures, type Trained, trainTarget } from '../../../lib/studies/prices/headStage';
import { type PreparedData, prepareData } from '../../../lib/studies/prices/preparedData';
import type { Run } from '../../../lib/studies/prices/settings';
import { loadTensorFlow, type TensorFlow } from '../../../lib/tensorflow/backend';
import { withCode } from '../../data/close';
import { tinyData, watched } from './tinyData';

const tiny = tinyData();

describe('the same pictures in several ways', () => {
  let tf: TensorFlow;
  let run: Run;
  let prepared: PreparedData;
  let trained: Trained;
  let examples: Example[];

  beforeAll(async () => {
    ({ tf } = await loadTensorFlow());
    run = tiny.run({ epochs: 2 });
    prepared = await prepareData(run);
    const result = await trainTarget(run, prepared, 'log1p');
    trained = result.value;
    examples = pickExamples((await predictPictures(run, prepared, result)).value, 1).slice(0, 2);
  });
  afterAll(() => {
    trained.model.dispose();
    prepared.close();
  });

  it('are explained at each layer as by the settings, with its resolution, under one progress display', async () => {
    const { run: seen, labels } = watched(run);
    const before = tf.memory().numTensors;
    const found = await explainAtLayers(seen, prepared, trained, examples);
    expect(tf.memory().numTensors).toBe(before);
    expect(found.map(({ name, resolution }) => [name, resolution])).toEqual([
      ['out_relu', '2 × 2 places of 32 × 32 pixels'], // of 64 pixels: a 32nd, a 16th, an 8th
      ['block_13_expand_relu', '4 × 4 places of 16 × 16 pixels'],
      ['block_6_expand_relu', '8 × 8 places of 8 × 8 pixels'],
    ]);
    const at = { ...run, config: { ...run.config, gradCamLayer: mapLayers[1] } };
    expect(found[1]!.explained).toEqual(await explainPictures(at, prepared, trained, examples));
    expect(new Set(labels)).toEqual(new Set(['Layers']));
  });

  it('are explained by each method, occlusion with the size of its squares', async () => {
    const found = await explainByMethods(run, prepared, trained, examples);
    expect(found.map(({ name }) => name)).toEqual([
      'Grad-CAM',
      'Grad-CAM++',
      'HiResCAM',
      'LayerCAM',
      'Occlusion',
    ]);
    expect(found[3]!.resolution).toBe('8 × 8 places of 8 × 8 pixels');
    expect(found[4]!.resolution).toBe('squares of 11 × 11 pixels'); // a sixth of 64
    const expected = await explainPictures(run, prepared, trained, examples, 'price', 'layercam');
    expect(found[3]!.explained).toEqual(expected);
  });

  it('are refused at a layer that there is not, and are none of none', async () => {
    const nowhere = explainAtLayers(run, prepared, trained, examples, ['nowhere']);
    await expect(nowhere).rejects.toThrow(withCode('BAD_INPUT'));
    expect(await explainByMethods(run, prepared, trained, examples, [])).toEqual([]);
  });
});
