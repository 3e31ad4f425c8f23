import { ReportError } from '../../core/errors';
import { withProgress } from '../../core/run';
import type { HeatMap } from '../../explain/heatMap';
import { hurdlePaid, hurdlePrice, predictedValue, type ScoreTarget } from '../../explain/scoreTarget';
import { letterbox } from '../../images/letterbox';
import type { ImagePrediction, Trained } from './headStage';
import { type AnyMethodName, explainSides } from './pictureExplainer';
import type { PreparedData } from './preparedData';
import type { Run } from './settings';
import type { TargetKind } from './target';
import type { AppId } from './units';

/** Why a picture was chosen to be explained. */
export type ExampleKind = 'cheap' | 'dear' | 'well predicted' | 'badly predicted';

export interface Example {
  kind: ExampleKind;
  prediction: ImagePrediction;
}

/** A picture's raw heat map: positive where the picture raises the prediction, in target units. */
export interface ExplainedPicture extends Example {
  map: HeatMap;
}

/** A raw map with both its sides apart: those of the map, or of two explanations where a method only knows what raises a score. */
export interface SidedMap {
  map: HeatMap;
  raises: HeatMap;
  lowers: HeatMap;
}

/** What can be explained: a prediction for a picture of the store. */
export type Explainable = Pick<Example, 'prediction'>;
export type SidedPrediction = Explainable & SidedMap;
export interface SidedPicture extends ExplainedPicture, SidedMap {}

/**
 * `each` pictures of every kind, one per game: of the cheapest and the dearest games, and the best and worst predictions on the log
 * scale among the rest. Of a game, the picture whose prediction is nearest to the middle of its pictures' predictions. Fewer when there
 * are not enough games.
 */
export function pickExamples(predictions: readonly ImagePrediction[], each = 2): Example[] {
  const typical = [...byGame(predictions).values()].map(middle);
  const left = new Set(typical);
  const take = (kind: ExampleKind, order: (prediction: ImagePrediction) => number): Example[] => {
    const chosen = [...left].sort((a, b) => order(a) - order(b)).slice(0, each);
    for (const prediction of chosen) left.delete(prediction);
    return chosen.map((prediction) => ({ kind, prediction }));
  };
  return [
    ...take('cheap', ({ truth }) => truth),
    ...take('dear', ({ truth }) => -truth),
    ...take('well predicted', logError),
    ...take('badly predicted', (prediction) => -logError(prediction)),
  ];
}

const logError = ({ price, truth }: ImagePrediction): number =>
  Math.abs(Math.log1p(price) - Math.log1p(truth));

function byGame(predictions: readonly ImagePrediction[]): Map<AppId, ImagePrediction[]> {
  const games = new Map<AppId, ImagePrediction[]>();
  for (const prediction of predictions) {
    games.set(prediction.id, [...(games.get(prediction.id) ?? []), prediction]);
  }
  return games;
}

/** The element in the middle by predicted price. */
function middle(predictions: readonly ImagePrediction[]): ImagePrediction {
  const sorted = [...predictions].sort((a, b) => a.price - b.price);
  return sorted[sorted.length >> 1]!; // a game has at least one picture
}

/** What a heat map explains: the price (of a hurdle the price if the game costs something), or whether a game costs anything. */
export type ExplainedOutput = 'price' | 'paid';

/** The score that stands for it, its name, and the unit of its maps. Throws `BAD_INPUT` for `paid` where the model has no such output. */
export function explainedScore(
  kind: TargetKind,
  output: ExplainedOutput = 'price',
): { score: ScoreTarget; name: string; unit: string } {
  const unit = `standard deviations of the ${kind === 'standardized' ? '' : 'log '}price`; // see `fitTarget`
  if (kind === 'hurdle') {
    return output === 'price'
      ? { score: hurdlePrice, name: 'the predicted log price, if the game costs something', unit }
      : {
          score: hurdlePaid,
          name: 'the logit of the probability that the game costs something',
          unit: 'logits',
        };
  }
  if (output === 'price') return { score: predictedValue, name: `the predicted ${kind} price`, unit };
  throw new ReportError(
    'BAD_INPUT',
    `A model of ${kind} prices does not say whether a game costs anything: set REPORT_TARGET=hurdle.`,
  );
}

/**
 * Maps of what the model predicts for pictures of the store, at the layer of the settings, a batch at a time. Throws what `explainedScore` and
 * `explainSides` throw.
 */
export async function explainPictures<E extends Explainable>(
  run: Run,
  { images, weights }: PreparedData,
  { model, scaler }: Trained,
  examples: readonly E[],
  output: ExplainedOutput = 'price',
  method: AnyMethodName = 'grad-cam',
): Promise<(E & SidedMap)[]> {
  const { score: target } = explainedScore(scaler.kind, output);
  const { imageSize, gradCamLayer: layer } = run.config;
  const store = images;
  const { width, height } = store.index.columns;
  const places = examples.map(({ prediction }) => prediction.image);
  const pictures = {
    count: examples.length,
    read: (rows: readonly number[]) => store.read(rows.map((row) => places[row]!)), // one for each example
    boxes: places.map((place) => letterbox(width[place]!, height[place]!, imageSize)), // a row of the store
  };
  const question = { weights, imageSize, head: model, pictures };
  const by = { target, layer, method };
  const found = await withProgress(run, 'Pictures explained', (onProgress) =>
    explainSides(question, by, { onProgress, signal: run.signal }),
  );
  return examples.map((example, i) => ({
    ...example,
    map: found.maps[i]!, // one of each per picture
    raises: found.raises[i]!,
    lowers: found.lowers[i]!,
  }));
}
