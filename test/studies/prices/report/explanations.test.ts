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

  it('are of every test picture; those shown one by one have a line each, in their order', () => {
    expect(maps.count).toBe(prepared.parts.rows.test.length);
    expect(maps.lines.slice(0, 2).map(({ kind }) => kind)).toEqual(['cheap', 'cheap']);
    expect(maps.lines.length).toBeGreaterThan(0);
    expect(maps.facts['Resolution of a map']).toBe('8 × 8'); // of 64 pixels
  });

  it('make the rows of each figure', async () => {
    expect((await maps.exampleRows()).map(({ pictures }) => pictures.length)).toEqual(
      maps.lines.map(() => 3), // the picture, what raises, what lowers
    );
    expect((await maps.gameRows()).length).toBeGreaterThan(0);
    expect((await maps.meanRows()).rows).toHaveLength(2);
    expect((await maps.layerRows()).map(({ pictures }) => pictures.length)).toEqual([3, 3]);
    expect((await maps.methodRows()).map(({ pictures }) => pictures.length)).toEqual([5, 5]);
  });

  it('end in findings and figures', () => {
    const figures = explanationFigures(maps, checks);
    expect(figures).toMatchObject({ 'gradcam.images': maps.count, 'gradcam.flat_maps': 0 });
    const findings = explanationFindings(maps, checks);
    expect(findings[0]).toMatch(new RegExp(`^In \\d of the ${maps.lines.length} pictures the evidence`));
    expect(findings[1]).toBe('No map is zero everywhere.');
    expect(findings).toHaveLength(4); // the two and one of each check that takes seconds
  });
});
