import type { Results } from '../../../core/results';
import { anyMethodNames } from '../../../explain/baseAndHead';
import type { ExplanationChecks } from '../../../explain/checks';
import { mapBalance } from '../../../explain/heatMap';
import { formatNumber, formatStage } from '../../../report/format';
import { type Columns, table } from '../../../report/tables';
import { meanMapsByPrice } from '../bands';
import { pickExampleGames, pickExamples } from '../examples';
import {
  type ExplainOptions,
  explainEach,
  explainedLayer,
  explainedScore,
  explainPredictions,
} from '../explainStage';
import { checkExplanations } from '../explanationChecks';
import type { PriceStudy } from '../open';
import { formatPrice } from '../units';
import { checkFigures, checkSentences, comparisonColumns } from './explanationTables';
import { comparedRows, explainedRows, gameStrips, meanMapRows, titlesOf } from './mapRows';

const mass = (value: number): string => formatNumber(value, 4);

export const exampleColumns: Columns<PageMaps['lines'][number]> = {
  kind: 'Kind',
  title: 'Game',
  truth: ['True', formatPrice],
  price: ['Predicted', formatPrice],
  raises: ['Raises', mass],
  lowers: ['Lowers', mass],
  largest: ['Largest place', mass],
};

/** The heat maps of the page on explanations. */
export type PageMaps = Awaited<ReturnType<typeof openMaps>>;

/** Explains the test pictures of the report's model, or takes their maps from an earlier run; every figure comes from these maps. */
export async function openMaps(study: PriceStudy) {
  const [data, model, predictions] = [await study.data(), await study.trained(), await study.predictions()];
  const test = predictions.filter(({ part }) => part === 'test');
  const { value: every, ...stage } = await explainPredictions(study, data, model, test);
  const mapsOf = new Map(every.map((explained) => [explained.prediction, explained]));
  const examples = pickExamples(test).map((example) => ({ ...example, ...mapsOf.get(example.prediction)! })); // of each test picture
  const dear = [...examples.filter(({ kind }) => kind === 'dear'), ...examples]
    .slice(0, 1)
    .map((one) => one.prediction);
  const { name, unit } = explainedScore(model.scaler.kind);
  const { width, height } = every[0]?.map ?? { width: 1, height: 1 };
  const { imageSize } = study.config;
  const layer = explainedLayer(study, data.weights);
  const titleOf = titlesOf(data);
  const compared = async (by: 'layer' | 'method', options: readonly ExplainOptions[]) =>
    comparedRows(await explainEach(study, 'Maps compared', data, model, dear, options), by, data);
  return {
    lines: examples.map(({ kind, prediction: { id, label: truth, predicted }, map }) => ({
      ...{ kind, title: titleOf(id), truth, price: predicted.price },
      ...mapBalance(map),
    })),
    count: every.length,
    /** Maps of the pictures in `lines` that are zero everywhere. */
    flat: examples.filter(({ map }) => map.values.every((value) => value === 0)).length,
    layer,
    unit,
    facts: {
      'What is explained': name,
      Layer: layer,
      'Resolution of a map': `${width} × ${height}`,
      'Pixels for one place of a map': `${Math.round(imageSize / width)} × ${Math.round(imageSize / height)}`,
      'Test pictures': String(every.length),
      'Time for all maps': formatStage(stage),
    },
    exampleRows: () => explainedRows(examples, data, unit),
    gameRows: () => gameStrips(pickExampleGames(every), data, unit),
    meanRows: () => meanMapRows(meanMapsByPrice(every, data.images)),
    layerRows: () =>
      compared(
        'layer',
        data.weights.mapLayers.map((layer) => ({ layer })),
      ),
    methodRows: () =>
      compared(
        'method',
        anyMethodNames.map((method) => ({ method })),
      ),
    checks: async () => {
      const { value, ...made } = await checkExplanations(study, data, model);
      return { ...value, time: formatStage(made) };
    },
  };
}

/** Shows how faithful each method is to the model, beside maps that know nothing of it. */
export function showRemoval(faithful: ExplanationChecks['faithful']): void {
  const rows = (faithful ?? []).filter(({ question }) => question === 'raises');
  table(rows, comparisonColumns, {
    caption: 'What raises the price: each method minus maps that know nothing, game by game',
    note: 'In brackets 95% intervals. No better: the interval of the difference holds 0.',
  });
}

/** The figures of the page for results.json. */
export const explanationFigures = (maps: PageMaps, checks: ExplanationChecks): Results => ({
  'gradcam.images': maps.count,
  'gradcam.layer': maps.layer,
  'gradcam.flat_maps': maps.flat,
  ...checkFigures(checks),
});

/** What the page has found, a sentence each. */
export function explanationFindings(maps: PageMaps, checks: ExplanationChecks): string[] {
  const { lines, flat } = maps;
  const higher = lines.filter(({ raises, lowers }) => raises > lowers).length;
  return [
    `In ${higher} of the ${lines.length} pictures the evidence for a higher price outweighs that for a lower one.`,
    flat > 0
      ? `${flat} maps are zero everywhere: the model does not look at these pictures at all.`
      : 'No map is zero everywhere.',
    ...checkSentences(checks),
  ];
}
