import type { SceneLabels } from '../dataset/drawing/scene';
import { figureKinds } from '../dataset/drawing/figures';
import { hours } from '../dataset/drawing/palette';
import { placeKinds } from '../dataset/drawing/places';
import { styles } from '../dataset/drawing/styles';

/** One question that the base learns to answer about a picture. */
export interface Task {
  name: string;
  /** `choice`: one of `size` classes (softmax); `flags`: `size` yes-or-no answers (sigmoid); `values`: `size` numbers (squared error). */
  kind: 'choice' | 'flags' | 'values';
  size: number;
}

/**
 * What the base learns from generated pictures. Nothing here depends on the price: not the quality, the fineness or the panels that
 * come with it, nor the share of the picture that figures and overlay take.
 */
export const tasks: readonly Task[] = [
  { name: 'art style', kind: 'choice', size: styles.length },
  { name: 'place', kind: 'choice', size: placeKinds.length },
  { name: 'hour', kind: 'choice', size: hours.length },
  { name: 'number of figures', kind: 'choice', size: 3 },
  { name: 'kinds of figures', kind: 'flags', size: figureKinds.length },
  { name: 'overlay and message', kind: 'flags', size: 2 },
  { name: 'palette', kind: 'values', size: 12 },
];

/** Numbers in one picture's answers: one per choice, `size` otherwise. */
export const answerLength = tasks.reduce((sum, { kind, size }) => sum + (kind === 'choice' ? 1 : size), 0);

/** The answers for one picture in the order of `tasks`: the index of each choice, flags as 0 or 1, colours from 0 to 1. */
export function answersOf(labels: SceneLabels): number[] {
  const { style, place, hour, figures, hud, text, palette } = labels;
  return [
    styles.indexOf(style),
    placeKinds.indexOf(place),
    hours.indexOf(hour),
    figures.length - 1,
    ...figureKinds.map((kind) => Number(figures.includes(kind))),
    Number(hud),
    Number(text.length > 1), // the first line is the score
    ...palette.flatMap((colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)),
  ];
}
