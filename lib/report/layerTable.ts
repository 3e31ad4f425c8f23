import type { SummaryRow } from '../networks/summary';
import { formatCount, formatShape } from './format';
import { type Columns, table } from './tables';

const columns: Columns<SummaryRow> = {
  name: 'Layer',
  kind: 'Kind',
  outputShape: ['Output', formatShape],
  parameters: 'Parameters',
  trainable: 'Trainable',
};

/** Shows the layers of a model, with the number of parameters in the caption. */
export function layerTable(layers: readonly SummaryRow[], model = 'The model'): void {
  const sum = (of: 'parameters' | 'trainable'): string =>
    formatCount(layers.reduce((total, layer) => total + layer[of], 0));
  const caption = `${model}: ${sum('parameters')} parameters, ${sum('trainable')} of them trained`;
  table(layers, columns, { caption, rowHeadings: true });
}
