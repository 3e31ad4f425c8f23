import { type ExampleKind, type Explainable, pickExamples } from './explainStage';
import type { AppId, Cents } from './units';

/** A game with all its pictures, and why it was chosen. */
export interface ExampleGame<E extends Explainable = Explainable> {
  kind: ExampleKind;
  id: AppId;
  truth: Cents;
  /** At least one, in the order given. */
  pictures: E[];
}

/**
 * One game of each kind as `pickExamples` finds them, with all its pictures; by default a cheap one, a dear one and a badly predicted one. Fewer
 * where there are not enough games.
 */
export function pickExampleGames<E extends Explainable>(
  pictures: readonly E[],
  kinds: readonly ExampleKind[] = ['cheap', 'dear', 'badly predicted'],
): ExampleGame<E>[] {
  const examples = pickExamples(
    pictures.map(({ prediction }) => prediction),
    1,
  );
  return examples
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, prediction: { id, truth } }) => ({
      kind,
      id,
      truth,
      pictures: pictures.filter(({ prediction }) => prediction.id === id),
    }));
}
