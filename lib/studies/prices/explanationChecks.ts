import { mapBounded } from '../../core/pool';
import { random } from '../../core/random';
import { dataName, stageFolder } from '../../core/run';
import { jsonStage, type Staged, type StageResult } from '../../core/stage';
import { type MapMethod, mapMethod } from '../../explain/baseAndHead';
import { checkMaps, type ExplanationChecks } from '../../explain/checks';
import type { CheckedPicture } from '../../explain/comparison';
import { usualRemoval } from '../../explain/faithfulness';
import { letterbox } from '../../images/letterbox';
import { prepareImage } from '../../images/prepare';
import { loadModel } from '../../networks/modelFile';
import { explainedLayer, explainedScore } from './explainStage';
import type { Selection } from './games';
import type { PreparedData } from './preparedData';
import { type PriceModel, trainPriceModel } from './priceModel';
import { drawSubject, type LabelLine, readLabels } from './sample/pictures';
import type { Run } from './settings';
import type { AppId } from './units';

export interface CheckOptions {
  methods?: Readonly<Record<string, MapMethod>>;
  /** Also deletion, insertion, ROAD, each step of the random weights and a head that learnt shuffled prices. Default: the setting. */
  thorough?: boolean;
  /** Test pictures at most, one of each game, as two pictures of one game say less than those of two; default 30, or 24 where it is not thorough. */
  limit?: number;
  /** Pictures for the pointing test at most, two of each game; default four times as many. */
  pointed?: number;
}

/** Checks explanations of the report's model, see `checkMaps`, or takes an earlier run's for methods of the same names. Throws what `checkMaps` throws. */
export function checkExplanations(
  run: Run,
  prepared: PreparedData,
  trained: Staged<PriceModel>,
  { thorough = run.config.thorough, ...options }: CheckOptions = {},
): Promise<StageResult<ExplanationChecks>> {
  const { seed, imageSize } = run.config;
  const layer = explainedLayer(run, prepared.weights);
  const { scaler } = trained;
  const { score: target } = explainedScore(scaler.kind);
  const grad = { [`Grad-CAM at ${layer}`]: mapMethod({ method: 'grad-cam', layer, target }) };
  const { methods = grad, limit = thorough ? 30 : 24 } = options;
  const { pointed = 4 * limit } = options;
  const removal = thorough ? usualRemoval : null;
  const randomisation = thorough ? { draws: 3, every: true } : { draws: 1, every: false };
  return jsonStage<ExplanationChecks>({
    name: 'explanations',
    version: 5,
    folder: stageFolder(run.config, 'predictions', `${dataName(run.config)}-explanations`),
    inputs: {
      model: trained.key,
      features: prepared.stages.features.key,
      methods: Object.keys(methods),
      limit,
      pointed,
      seed,
      removal,
      randomisation,
    },
    file: 'checks.json',
    make: async () => {
      const pictures = await checkedPictures(prepared, { limit, each: 1, seed });
      const { model: head } = await loadModel(trained.folder); // a copy, whose weights may change
      const shuffled = thorough ? await learnShuffled(run, prepared, trained) : null;
      try {
        return await checkMaps(run, {
          model: { weights: prepared.weights, imageSize, head },
          target,
          methods,
          pictures,
          pointed: await checkedPictures(prepared, { limit: pointed, each: 2, seed }),
          removal,
          randomisation,
          shuffled: shuffled?.layers ?? null,
          seed,
        });
      } finally {
        head.dispose();
        shuffled?.dispose();
      }
    },
  });
}

/** A head that learnt as the model did, but from shuffled prices: there is nothing in it that the pictures could show. The caller disposes its model. */
const learnShuffled = (run: Run, prepared: PreparedData, { scaler }: PriceModel): Promise<PriceModel> =>
  trainPriceModel(
    run,
    { ...prepared, selection: shufflePrices(prepared.selection, run.config.seed) },
    scaler.kind,
  );

/** The selection with the prices of its training and validation games dealt anew among them; test games keep theirs. */
export function shufflePrices<Dealt extends Pick<Selection, 'kept' | 'split'>>(
  selection: Dealt,
  seed: number,
): Dealt {
  const test = new Set(selection.split.test);
  const others = selection.kept.filter(({ id }) => !test.has(id));
  const prices = random(seed, 'shuffled prices').shuffle(others.map(({ price }) => price));
  const dealt = new Map(others.map(({ id }, i) => [id, prices[i]!])); // as many
  return {
    ...selection,
    kept: selection.kept.map((game) => ({ ...game, price: dealt.get(game.id) ?? game.price })),
  };
}

const AT_ONCE = 4;

/** `each` pictures of test games drawn by the seed, `limit` at most, with masks where they were generated; in the order of the store. */
export async function checkedPictures(
  { images, parts, selection }: Pick<PreparedData, 'images' | 'parts' | 'selection'>,
  { each, limit, seed }: { each: number; limit: number; seed: number },
): Promise<CheckedPicture[]> {
  const { size, index } = images;
  const { item: id, file, width, height } = index.columns;
  const games = new Map<AppId, number[]>();
  for (const row of parts.rows.test) games.set(id[row]!, [...(games.get(id[row]!) ?? []), row]); // rows of the store
  const source = random(seed, 'checked pictures');
  const drawn = [...games.values()].map((rows) => source.shuffle(rows).slice(0, each));
  const rows = source
    .shuffle(drawn)
    .slice(0, Math.max(1, Math.floor(limit / each)))
    .flat()
    .sort((a, b) => a - b);
  const labels = await readLabels(selection.folder);
  const maskOf = async (line: LabelLine | undefined) => (line ? preparedMask(line, size) : null);
  return mapBounded(rows, AT_ONCE, async (row) => ({
    id: id[row]!,
    file: file[row]!,
    pixels: images.readOne(row),
    size,
    box: letterbox(width[row]!, height[row]!, size),
    mask: await maskOf(labels.get(file[row]!)),
  }));
}

/** What a picture was drawn with, prepared as the picture was: 1 where figures and overlay cover half of a pixel. */
async function preparedMask(line: LabelLine, size: number): Promise<Uint8Array> {
  const { pixels } = await prepareImage(await drawSubject(line), size, '#000000');
  return Uint8Array.from({ length: size * size }, (_, i) => (pixels[3 * i]! >= 128 ? 1 : 0)); // grey: one channel says all
}
