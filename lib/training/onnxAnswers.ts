import { ReportError } from '../core/errors';
import { throwIfAborted } from '../core/pool';
import { type Run, withProgress } from '../core/run';
import { openOnnx } from '../networks/onnx';
import { batches } from './sources';

/** Of what a network is asked. */
export interface OnnxQuestion {
  rows: readonly number[];
  /** What goes in for some rows, one after the other: `values` numbers each. */
  read(rows: readonly number[]): Float32Array;
  values: number;
  /** Numbers that come out for each row. */
  outputs: number;
}

/** Pictures at once for a network that takes any number. */
const BATCH = 16;

/** What a network in the format ONNX with one input gives as its first output, `[rows][outputs]`. `title` names it while it is asked. Throws `BAD_WEIGHTS` where it takes or gives something else, `INTERRUPTED`, and what `openOnnx` throws. */
export async function askOnnx(
  run: Run,
  title: string,
  file: string,
  { rows, read, values, outputs }: OnnxQuestion,
): Promise<number[][]> {
  return withProgress(run, title, async (onProgress) => {
    const onFetch = (): void => onProgress(0, rows.length, 'fetching what runs it');
    const network = await openOnnx(file, { onFetch, signal: run.signal });
    try {
      const [{ name, shape } = { name: '', shape: [] }, ...others] = network.inputs;
      const [first, ...rest] = shape;
      const dims = rest.map(Number); // NaN for a word
      if (others.length > 0 || dims.reduce((a, side) => a * side, 1) !== values) {
        const given = network.inputs.map((one) => `${one.name} [${one.shape.join(', ')}]`).join(' and ');
        const wanted = `one picture of ${values} values`;
        throw new ReportError('BAD_WEIGHTS', `${file} takes ${given}, expected ${wanted}.`);
      }
      const size = typeof first === 'number' && first > 0 ? first : BATCH;
      const said: number[][] = [];
      for (const own of batches(rows.length, size, rows)) {
        throwIfAborted(run.signal);
        const found = await network.run({ [name]: { data: read(own), dims: [own.length, ...dims] } });
        const all = Array.from(found[network.outputs[0]?.name ?? '']?.data ?? []);
        if (all.length !== own.length * outputs || !all.every(Number.isFinite)) {
          const given = `${file} gives ${all.length / own.length} values`;
          throw new ReportError('BAD_WEIGHTS', `${given}, expected ${outputs} numbers.`);
        }
        for (const i of own.keys()) said.push(all.slice(i * outputs, (i + 1) * outputs));
        onProgress(said.length, rows.length);
      }
      return said;
    } finally {
      await network.dispose();
    }
  });
}
