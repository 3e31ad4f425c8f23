import { beforeAll, expect, it } from 'vitest';
import { buildModel, type Layer } from '../../lib/networks/layers';
import { layerSummary, modelSummary } from '../../lib/networks/summary';
import { loadTensorFlow } from '../../lib/tensorflow/backend';

beforeAll(loadTensorFlow);

it('a list of layers has the shapes and parameters of the model that is built from it', () => {
  const layers: Layer[] = [
    { kind: 'input', name: 'pictures', shape: [17, 17, 3] },
    { kind: 'conv', name: 'conv', filters: 4, size: 3, stride: 2, bias: true },
    { kind: 'batchNorm', name: 'bn' },
    { kind: 'maxPool', name: 'pool', size: 2, padding: 'valid' },
    { kind: 'flatten', name: 'flatten' },
    { kind: 'dense', name: 'out', units: 2 },
  ];
  const model = buildModel(layers);
  const figures = (rows: ReturnType<typeof layerSummary>) => rows.map(({ kind: _, ...rest }) => rest);
  expect(figures(layerSummary(layers))).toEqual(figures(modelSummary(model)));
  model.dispose();
});
