import { describe, expect, it, vi } from 'vitest';
import { proportion } from '../../lib/metrics/proportion';
import { comparisonTable, type Learnt, learntFigures, learntFindings } from '../../lib/report/learntModels';

const learnt = (name: string, training: number, validation: number, reported?: number): Learnt => ({
  ...{ name, title: `CNN ${name}`, size: 64, folder: '', key: '', seconds: 12, reported, predictions: [] },
  layers: [{ name: 'out', kind: 'Dense', outputShape: [2], parameters: 1234, trainable: 1234 }],
  history: { ...{ epochs: Array(9).fill({}), bestEpoch: 4, seconds: 12 } } as Learnt['history'],
  training: proportion(training, 200),
  validation: proportion(validation, 200),
});
const all = [learnt('cnn.a', 200, 120, 0.76), learnt('cnn.b', 150, 150), learnt('transfer', 195, 190)];

describe('networks side by side', () => {
  it('stand in a table with their accuracy and its interval', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    comparisonTable(all);
    const text = String(log.mock.calls[0]?.[0]);
    log.mockRestore();
    expect(text).toMatch(/CNN cnn\.a +64 px +1,234 +4 of 9 +12 s +100\.0% +60\.0% \(52\.9% to 66\.8%\) +76%/);
    expect(text).toMatch(/CNN transfer.* –/);
  });

  it('leave their figures under their names', () => {
    expect(learntFigures(all)).toMatchObject({
      'cnn.a.valid.accuracy': 0.6,
      'cnn.a.train.accuracy': 1,
      'cnn.b.best_epoch': 4,
      'transfer.valid.accuracy': 0.95,
      'transfer.epochs': 9,
    });
  });

  it('say which is best, which cannot be told from it, and which learnt pictures by heart', () => {
    const [best, level, overfitting] = learntFindings(all);
    expect(best).toContain('CNN transfer');
    expect(level).toContain('No other interval');
    expect(overfitting).toMatch(/Overfitting.*CNN cnn\.a\.$/);
    const close = learntFindings([learnt('cnn.a', 150, 150), learnt('cnn.b', 150, 146)]);
    expect(close[1]).toMatch(/overlaps.*CNN cnn\.b/);
    expect(close.join(' ')).not.toContain('Overfitting');
  });
});
