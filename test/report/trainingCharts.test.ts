import { describe, expect, it, vi } from 'vitest';
import { growingCurves } from '../../lib/report/trainingCharts';

describe('curves that grow', () => {
  it('say outside a notebook at the end what all epochs were', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const records = [0.7, 0.6].map((loss, i) => ({
      ...{ epoch: i + 1, seconds: 1, learningRate: 0.1 },
      ...{ training: { loss, accuracy: 0.5 }, validation: { loss, accuracy: 0.5 } },
    }));
    const curves = growingCurves('Curves');
    curves.add(records[0]!);
    expect(log).not.toHaveBeenCalled();
    curves.done({ epochs: records, bestEpoch: 2 });
    expect(log).toHaveBeenCalledTimes(1);
    expect(log.mock.calls[0]?.[0]).toMatch(
      /^\[Curves: epoch 2 of 2 does best on validation pictures\] Loss over 2 epochs.*weights of epoch 2 were kept/,
    );
    log.mockRestore();
  });
});
