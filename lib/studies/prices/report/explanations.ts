import type { Results } from '../../../core/results';
import type { ExplanationChecks } from '../../../explain/checks';
import { mapBalance } from '../../../explain/heatMap';
import { formatCount } from '../../../report/format';
import { meanMapsByPrice } from '../bands';
import { pickExampleGames, pickExamples } from '../examples';
import { explainedLayer, explainedScore, explainPredictions } from '../explainStage';
import { checkExplanations } from '../explanationChecks';
import type { PriceStudy } from '../open';
import { checkFigures, checkSentences } from './explanationTables';
import { explainedRows, gameStrips, meanMapRows } from './mapRows';

/** The heat maps of the page on explanations. */
export type PageMaps = Awaited<ReturnType<typeof openMaps>>;

/** Explains the test pictures of the report's model, or takes their maps from an earlier run; every figure comes from these maps. */
export async function openMaps(study: PriceStudy) {
  const [data, model, predictions] = [await study.data(), await study.trained(), await study.predictions()];
  const test = predictions.filter(({ part }) => part === 'test');
  const { value: every } = await explainPredictions(study, data, model, test);
  const mapsOf = new Map(every.map((explained) => [explained.prediction, explained]));
  const examples = pickExamples(test, 1).map((example) => ({
    ...example,
    ...mapsOf.get(example.prediction)!,
  })); // of each test picture
  const balances = every.map(({ map }) => mapBalance(map));
  const { name, unit } = explainedScore(model.scaler.kind);
  const { width, height } = every[0]?.map ?? { width: 1, height: 1 };
  const { imageSize } = study.config;
  return {
    count: every.length,
    /** Maps that are zero everywhere. */
    flat: balances.filter(({ largest }) => largest === 0).length,
    /** Pictures in which more raises the price than lowers it. */
    higher: balances.filter(({ raises, lowers }) => raises > lowers).length,
    layer: explainedLayer(study, data.weights),
    unit,
    facts: {
      'What is explained': name,
      'Places of a map': `${width} × ${height}, each of ${Math.round(imageSize / width)} × ${Math.round(imageSize / height)} pixels`,
      'Test pictures': formatCount(every.length),
    },
    exampleRows: () => explainedRows(examples, data, unit),
    gameRows: () => gameStrips(pickExampleGames(every), data, unit),
    meanRows: () => meanMapRows(meanMapsByPrice(every, data.images)),
    checks: async () => (await checkExplanations(study, data, model)).value,
  };
}

/** The figures of the page for results.json. */
export const explanationFigures = (maps: PageMaps, checks: ExplanationChecks): Results => ({
  'gradcam.images': maps.count,
  'gradcam.layer': maps.layer,
  'gradcam.flat_maps': maps.flat,
  ...checkFigures(checks),
});

/** What the page has found, a sentence each. */
export const explanationFindings = (
  { count, higher, flat }: PageMaps,
  checks: ExplanationChecks,
): string[] => [
  `In **${formatCount(higher)}** of ${formatCount(count)} test pictures more raises the price than lowers it.`,
  flat > 0
    ? `${formatCount(flat)} maps are zero everywhere: the model does not look at these pictures at all.`
    : 'No map is zero everywhere.',
  ...checkSentences(checks),
];
