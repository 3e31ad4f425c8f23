import { hours } from '../../../samples/palette';
import { styles } from '../../../samples/styles';
import { figureKinds } from '../sample/figureParts';
import { placeKinds } from '../sample/places';
import type { SceneLabels } from '../sample/scene';

/** One question that the base learns to answer about a picture. */
export interface Task {
  name: string;
  /** `choice`: one of `size` classes (softmax); `flags`: `size` yes-or-no answers (sigmoid); `values`: `size` numbers (squared error). */
  kind: 'choice' | 'flags' | 'values';
  size: number;
  /** Of its loss in the sum. Squared errors of colours from 0 to 1 are small numbers. */
  weight: number;
  /** `drawing`: the generator knows it; the others are computed from the picture that the network sees. */
  source: 'drawing' | 'colours' | 'detail';
}

/** Fields a side for which the last tasks ask colours and detail. */
export const fieldsPerSide = 2;

/** Pixels a side of the blocks between which detail is measured. */
export const detailScales = [1, 2, 4] as const;

/**
 * What the base learns from generated pictures. Nothing that the generator knows of the price is among it: not the quality, the
 * fineness or the panels that come with it, nor the share of the picture that figures and overlay take.
 */
export const tasks: readonly Task[] = [
  { name: 'art style', kind: 'choice', size: styles.length, weight: 1, source: 'drawing' },
  { name: 'place', kind: 'choice', size: placeKinds.length, weight: 1, source: 'drawing' },
  { name: 'time of day', kind: 'choice', size: hours.length, weight: 1, source: 'drawing' },
  { name: 'number of figures', kind: 'choice', size: 3, weight: 1, source: 'drawing' },
  { name: 'kinds of figures', kind: 'flags', size: figureKinds.length, weight: 3, source: 'drawing' },
  { name: 'overlay, message', kind: 'flags', size: 2, weight: 2, source: 'drawing' },
  { name: 'colours of fields', kind: 'values', size: 6 * fieldsPerSide ** 2, weight: 10, source: 'colours' },
  {
    name: 'detail of fields',
    kind: 'values',
    size: 2 * detailScales.length * fieldsPerSide ** 2,
    weight: 2,
    source: 'detail',
  },
];

/** Outputs of the layer that answers all tasks. */
export const outputLength = tasks.reduce((sum, { size }) => sum + size, 0);

/** Numbers of one picture that the generator knows: one per choice, `size` otherwise. */
export const answerLength = tasks
  .filter(({ source }) => source === 'drawing')
  .reduce((sum, { kind, size }) => sum + (kind === 'choice' ? 1 : size), 0);

/** What the generator knows of one picture, in the order of `tasks`: the index of each choice, flags as 0 or 1. */
export function answersOf(labels: SceneLabels): number[] {
  const { style, place, hour, figures, hud, text } = labels;
  return [
    styles.indexOf(style),
    placeKinds.indexOf(place),
    hours.indexOf(hour),
    figures.length - 1,
    ...figureKinds.map((kind) => Number(figures.includes(kind))),
    Number(hud),
    Number(text.length > 1), // the first line is the score
  ];
}
