import { groupByItem } from '../../metrics/perItem';
import type { PricePrediction } from './target';

/** Why a picture was chosen to be explained. */
export type ExampleKind = 'cheap' | 'dear' | 'well predicted' | 'badly predicted';

export interface Example {
  kind: ExampleKind;
  prediction: PricePrediction;
}

/** `each` pictures of every kind, one per game: the one whose prediction is in the middle of its game's. Fewer where there are not enough games. */
export function pickExamples(predictions: readonly PricePrediction[], each: number): Example[] {
  const left = new Set(
    [...groupByItem(predictions).values()].map((pictures) => {
      const sorted = pictures.sort((a, b) => a.predicted.price - b.predicted.price);
      return sorted[sorted.length >> 1]!; // a game has at least one picture
    }),
  );
  const take = (kind: ExampleKind, order: (prediction: PricePrediction) => number): Example[] => {
    const chosen = [...left].sort((a, b) => order(a) - order(b)).slice(0, each);
    for (const prediction of chosen) left.delete(prediction);
    return chosen.map((prediction) => ({ kind, prediction }));
  };
  const logError = ({ predicted, label }: PricePrediction): number =>
    Math.abs(Math.log1p(predicted.price) - Math.log1p(label));
  return [
    ...take('cheap', ({ label }) => label),
    ...take('dear', ({ label }) => -label),
    ...take('well predicted', logError),
    ...take('badly predicted', (prediction) => -logError(prediction)),
  ];
}

/** A cheap game, a dear one and a badly predicted one as `pickExamples` finds them, with all their pictures. Fewer where there are not enough games. */
export const pickExampleGames = <P extends { prediction: PricePrediction }>(pictures: readonly P[]) =>
  pickExamples(
    pictures.map(({ prediction }) => prediction),
    1,
  )
    .filter(({ kind }) => kind !== 'well predicted')
    .map(({ kind, prediction: { id, label: truth } }) => ({
      ...{ kind, id, truth },
      pictures: pictures.filter(({ prediction }) => prediction.id === id),
    }));
