import { argMax } from '../core/extremes';
import type { Chart } from './charts';
import { plotText } from './html';
import { matrix } from './traces';

/** How near each of some pictures is to each of some sentences, `[pictures][sentences]`. */
export interface Nearness {
  pictures: readonly string[];
  sentences: readonly string[];
  cosines: readonly (readonly number[])[];
  /** The softmax over the sentences. */
  shares: readonly (readonly number[])[];
}

/** The sentence that is nearest to each picture. */
export const nearest = ({ pictures, sentences, cosines: found, shares }: Nearness) =>
  pictures.map((picture, i) => {
    const place = argMax(shares[i]!); // one of each
    const [cosine, share] = [found[i]![place]!, shares[i]![place]!];
    return { picture, sentence: sentences[place]!, cosine, share, sum: shares[i]!.reduce((a, b) => a + b) };
  });

/** How near each picture is to each sentence, as a matrix. */
export function nearnessChart(near: Nearness, title: string): Chart {
  const { pictures, sentences, cosines: found } = near;
  const z = sentences.map((_, k) => found.map((row) => row[k]!)); // one of each sentence
  return {
    title,
    alt: nearest(near)
      .map(({ picture, sentence, cosine }) => `${picture}: nearest is "${sentence}", ${cosine.toFixed(2)}.`)
      .join(' '),
    traces: [
      matrix(pictures, sentences.map(plotText), z, {
        texttemplate: '%{z:.2f}',
        hovertemplate: '%{x}, %{y}: %{z:.3f}<extra></extra>',
      }),
    ],
    layout: { yaxis: { autorange: 'reversed', automargin: true } },
    table: { columns: ['Sentence', ...pictures], rows: sentences.map((one, k) => [one, ...z[k]!]) }, // as above
  };
}
