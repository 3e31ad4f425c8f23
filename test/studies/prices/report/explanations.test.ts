import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplanationChecks } from '../../../../lib/explain/checks';
import type { PriceStudy } from '../../../../lib/studies/prices/open';
import { predictPictures } from '../../../../lib/studies/prices/predictions';
import { type PreparedData, prepareData } from '../../../../lib/studies/prices/preparedData';
import { trainedPriceModel } from '../../../../lib/studies/prices/priceModel';
import {
  explanationFigures,
  explanationFindings,
  openMaps,
  type PageMaps,
} from '../../../../lib/studies/prices/report/explanations';
import { loadTensorFlow } from '../../../../lib/tensorflow/backend';
import { tinyData } from '../tinyData';

const tiny = tinyData();

describe('the maps of the page on explanations', () => {
  let prepared: PreparedData;
  let model: Awaited<ReturnType<typeof trainedPriceModel>>;
  let maps: PageMaps;
  let checks: ExplanationChecks;

  beforeAll(async () => {
    await loadTensorFlow();
    const run = tiny.run({ epochs: 2 });
    prepared = await prepareData(run);
    model = await trainedPriceModel(run, prepared, 'log1p');
    const study = {
      ...run,
      data: async () => prepared,
      trained: async () => model,
      predictions: () => predictPictures(run, prepared, model),
    };
    maps = await openMaps(study as unknown as PriceStudy); // all of it that is used
    checks = await maps.checks();
  });
  afterAll(() => {
    model.dispose();
    prepared.close();
  });

  it('are of every test picture', () => {
    expect(maps.count).toBe(prepared.parts.rows.test.length);
    expect(maps.higher).toBeLessThanOrEqual(maps.count);
    expect(maps.facts['Places of a map']).toBe('8 × 8, each of 8 × 8 pixels'); // of 64 pixels
  });

  it('make the rows of each figure', async () => {
    const shown = await maps.exampleRows();
    expect(shown.map(({ caption }) => /^\*\*(.*)\*\*/.exec(caption ?? '')?.[1])).toEqual([
      'cheap',
      'dear',
      'well predicted',
    ]);
    expect(shown.map(({ pictures }) => pictures.length)).toEqual([3, 3, 3]); // a picture of each of three test games: the picture, what raises, what lowers
    expect((await maps.gameRows()).length).toBeGreaterThan(0);
    expect((await maps.meanRows()).rows).toHaveLength(2);
  });

  it('end in findings and figures', () => {
    const figures = explanationFigures(maps, checks);
    expect(figures).toMatchObject({ 'gradcam.images': maps.count, 'gradcam.flat_maps': 0 });
    const findings = explanationFindings(maps, checks);
    expect(findings[0]).toBe(
      `In **${maps.higher}** of ${maps.count} test pictures more raises the price than lowers it.`,
    );
    expect(findings[1]).toBe('No map is zero everywhere.');
    expect(findings).toHaveLength(4); // the two and one of each check that takes seconds
  });
});
