import sharp from 'sharp';
import { argMax, largest } from '../core/extremes';
import { averagePrecision, type ShownObject } from '../metrics/averagePrecision';
import { atLeastOne, type Detection } from '../metrics/boxes';
import type { Detected } from '../networks/findObjects';
import { type Chart, seriesColour } from './charts';
import { formatNumber, formatPercent } from './format';
import { dataUri, type Picture } from './gallery';
import { table } from './tables';
import { line, markLines } from './traces';

/** The best objects of each picture, `most` of them at most, as rows of a table. */
export const objectRows = (pictures: readonly Detected[], most: number) =>
  pictures.flatMap(({ name, found }) =>
    found.slice(0, most).map(({ label, score }) => ({ picture: name, label, score })),
  );

/** The scores of what is found under a label, the best first. */
const scoresOf = ({ found }: Detected, label: string): number[] =>
  found.filter((one) => one.label === label).map(({ score }) => score);

/** How sure it is for each picture that there is such an object, as rows of a table: the highest score, and what all boxes from a score on say together if none depended on another. */
export const presenceRows = (pictures: readonly Detected[], label: string, least: number) =>
  pictures.map((one) => {
    const scores = scoresOf(one, label);
    const sure = scores.filter((score) => score >= least);
    const [all, some] = [atLeastOne(scores), atLeastOne(sure)];
    return { picture: one.name, boxes: scores.length, highest: Math.max(0, largest(scores)), some, all };
  });

/** Average precision for each label that these pictures show, as rows of a table: of boxes that share half of their union, and the mean over COCO's thresholds. */
export function precisionRows(all: readonly ShownObject[], pictures: readonly Detected[]) {
  const shown = all.filter(({ picture }) => pictures.some(({ name }) => name === picture));
  const found = pictures.flatMap((one) => one.found.map((object) => ({ ...object, picture: one.name })));
  const half = averagePrecision(shown, found, { ious: [0.5] });
  return averagePrecision(shown, found).map((one, i) => ({ ...one, half: half[i]!.precision })); // the same labels
}

/** Average precision for each label as a table, whose caption names those that are never found. */
export function precisionTable(rows: ReturnType<typeof precisionRows>, where: string): void {
  const never = rows.flatMap(({ label, recall }) => (recall === 0 ? label : []));
  const columns = {
    label: 'Object',
    count: 'Shown',
    half: ['AP, half shared', formatNumber],
    precision: ['AP, mean of ten', formatNumber],
    recall: ['Recall, mean of ten', formatNumber],
  } as const;
  const caption = `Average precision ${where}: ${never.length > 0 ? `never found is ${never.join(', ')}` : 'each kind is found'}`;
  table(rows, columns, { caption });
}

/** Pixels of the longer side of a picture on the page. */
const SIDE = 512;

/** What is found from a score on. */
const from = (least: number, { found }: Detected): Detection[] => found.filter(({ score }) => score >= least);

/** The labels that are found from a score on, each once. */
export const labelsOf = (pictures: readonly Detected[], least: number): string[] => [
  ...new Set(pictures.flatMap((one) => from(least, one)).map(({ label }) => label)),
];

/** Pictures with a box around all that is found from a score on, a colour for each label, as those of the time chart. */
export function detectedPictures(pictures: readonly Detected[], least: number): Promise<Picture[]> {
  const labels = labelsOf(pictures, least);
  return Promise.all(
    pictures.map(async (one) => {
      const { name, source, width, height, seconds } = one;
      const image = sharp(source).rotate().resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true });
      const drawn = from(least, one).reverse(); // the best one on top
      const boxes = drawn.map(({ label, score, box }) => ({
        words: `${label} ${formatPercent(score, 0)}`,
        colour: seriesColour(labels.indexOf(label)).slice(1),
        left: box.left / width,
        top: box.top / height,
        width: box.width / width,
        height: box.height / height,
      }));
      const said =
        boxes
          .map(({ words }) => words)
          .reverse()
          .join(', ') || 'nothing found';
      return {
        src: dataUri('jpeg', await image.flatten().jpeg({ quality: 80 }).toBuffer()),
        alt: `${name}: ${said}`,
        caption: seconds === undefined ? name : `${seconds.toFixed(2)} s`,
        boxes,
      };
    }),
  );
}

/** The best score of every label over time, of those that a frame has from a score on. */
export function objectsOverTime(frames: readonly Detected[], least: number): Chart {
  const best = (one: Detected, label: string): number => Math.max(0, largest(scoresOf(one, label)));
  const labels = labelsOf(frames, least);
  const x = frames.map(({ seconds = 0 }) => seconds);
  const seen = labels.map((label) => frames.filter((one) => best(one, label) >= least).length);
  const most = argMax(seen);
  return {
    title: labels[most]
      ? `Seen longest: ${labels[most]}, in ${seen[most]} of ${frames.length} frames`
      : 'Nothing is seen',
    alt:
      labels.map((label, k) => `${label}: in ${seen[k]} of ${frames.length} frames.`).join(' ') ||
      `Nothing was found in ${frames.length} frames.`,
    traces: labels.map((label, k) => {
      const y = frames.map((one) => best(one, label));
      const points = { name: label, x, y, hover: `%{x:.1f} s, ${label}: %{y:.0%}` };
      return line(points, { color: seriesColour(k) }, { mode: 'lines+markers' });
    }),
    layout: {
      xaxis: { title: { text: 'Seconds' } },
      yaxis: { title: { text: 'Best score' }, range: [0, 1.02], tickformat: '.0%' },
      ...markLines('level', [{ at: least, words: 'shown from here' }]),
    },
    table: {
      columns: ['Seconds', ...labels],
      rows: frames.map((one, i) => [
        x[i]!.toFixed(1),
        ...labels.map((label) => formatPercent(best(one, label))),
      ]), // a time each
    },
  };
}
