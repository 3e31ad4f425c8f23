import { describe, expect, it } from 'vitest';
import type { ComparisonRow } from '../../../../lib/explain/checkFaithfulness';
import type { SanityRow } from '../../../../lib/explain/checkSanity';
import type { ExplanationChecks } from '../../../../lib/explain/checks';
import { controlNames } from '../../../../lib/explain/controls';
import { questions } from '../../../../lib/explain/faithfulness';
import type { Interval } from '../../../../lib/metrics/intervals';
import { chartHtml } from '../../../../lib/report/charts';
import { tableHtml } from '../../../../lib/report/tables';
import { removalCurves } from '../../../../lib/studies/prices/report/explanationCharts';
import {
  checkFigures,
  comparisonColumns,
  comparisonLines,
  faithfulSentences,
  pointingColumns,
  pointingSentences,
  sanityColumns,
  sanitySentences,
} from '../../../../lib/studies/prices/report/explanationTables';
import { hostileTitle } from '../../../report/chartKinds';

const interval = (estimate: number): Interval => ({
  estimate,
  low: estimate - 0.1,
  high: estimate + 0.1,
  confidence: 0.95,
  resamples: 2000,
});
const maps = ['Grad-CAM++', hostileTitle];

const sanity = (method: string, changed: string, correlation: number, magnitude: number): SanityRow => ({
  method,
  changed,
  judged: [],
  correlation: interval(correlation),
  magnitude: interval(magnitude),
});

const checks = {
  pictures: 60,
  items: 60,
  mapSizes: { 'Grad-CAM++': [3, 3], edges: [96, 96] },
  faithful: {
    curves: maps.flatMap((map, k) =>
      questions.map((question) => ({
        map,
        question,
        deletion: [0, -0.25 - k, -0.5 - k],
        insertion: [0, 0.125 + k, 0.75],
      })),
    ),
    comparisons: [
      {
        method: 'Grad-CAM++',
        control: hostileTitle,
        question: 'raises',
        measure: 'road',
        area: 0.25,
        difference: interval(-0.05),
        verdict: 'no better',
      },
    ],
  },
  sane: {
    rows: ['out', 'dense2 and above'].map((changed, i) => sanity('Grad-CAM++', changed, 0.75 - i, 0.5)),
    verdicts: [
      {
        method: 'Grad-CAM++',
        rows: [
          { ...sanity('Grad-CAM++', 'all', 0, 0.1), judged: ['correlation', 'magnitude'] },
          { ...sanity('Grad-CAM++', 'shuffled labels', 0.2, 0.8), judged: ['correlation'] },
        ],
        sane: true,
      },
      {
        method: 'edges',
        rows: [{ ...sanity('edges', 'all', 1, 1), judged: ['correlation'] }],
        sane: false,
      },
    ],
  },
  pointing: [
    {
      map: 'Grad-CAM++',
      question: 'raises',
      pictures: 110,
      items: 60,
      chance: 0.2,
      inside: 0.3,
      lift: interval(0.1),
      verdict: 'better',
      hit: 0.15,
      hitLift: interval(-0.05),
      hitVerdict: 'no better',
    },
  ],
} satisfies ExplanationChecks;

describe('the curves of deletion and insertion', () => {
  it('are a line for each map, and say in words where each is at half and at the end', () => {
    const deletion = removalCurves(checks.faithful.curves, 'deletion', 'raises', 'log price');
    expect(deletion.traces).toHaveLength(2);
    expect(deletion.traces[0]).toMatchObject({ x: [0, 0.5, 1], y: [0, -0.25, -0.5] });
    expect(deletion.alt).toContain('Grad-CAM++: −0.250 at half of the pixels, −0.500 at all.');
    expect(deletion.title).toBe('Deletion, by what raises the price');
    expect(deletion.table!.rows).toHaveLength(6);
    const insertion = removalCurves(checks.faithful.curves, 'insertion', 'lowers', 'log price');
    expect(insertion.traces[1]).toMatchObject({ y: [0, 1.125, 0.75] });
    expect(insertion.layout).toMatchObject({
      yaxis: { title: { text: 'Change of the log price' } },
    });
  });
});

describe('every chart and table of the checks', () => {
  const html = [
    chartHtml(removalCurves(checks.faithful.curves, 'deletion', 'raises', 'log price')),
    tableHtml(comparisonLines(checks.faithful.comparisons, 'raises'), comparisonColumns, {
      caption: 'Comparisons',
    }),
    tableHtml(checks.sane.rows, sanityColumns, { caption: 'Sanity' }),
    tableHtml(checks.pointing, pointingColumns, { caption: 'Pointing' }),
  ];

  it('holds no gap and no markup of a name', () => {
    for (const text of html) expect(text).not.toMatch(/undefined|NaN|\[object|null,|<b>A/);
    expect(html[1]).toContain('no better: −0.050 (−0.150 to 0.050)');
  });

  it('has a line of comparisons for each method and control, under the question asked', () => {
    const { comparisons } = checks.faithful;
    expect(comparisonLines(comparisons, 'raises')).toEqual([
      {
        method: 'Grad-CAM++',
        control: hostileTitle,
        deletion: '–',
        insertion: '–',
        road: 'no better: −0.050 (−0.150 to 0.050)',
      },
    ]);
    expect(comparisonLines(comparisons, 'lowers')).toEqual([]);
  });
});

describe('what is said of the checks', () => {
  it('is plain about a method that is no better than the edges at what raises the price', () => {
    const { faithful, mapSizes } = checks;
    const [row] = faithful.comparisons;
    const edges = controlNames({ width: 3, height: 3 }).edges;
    const said = (...changes: Partial<ComparisonRow>[]) =>
      faithfulSentences({
        mapSizes,
        faithful: {
          ...faithful,
          comparisons: changes.map((change) => ({ ...row!, control: edges, ...change })),
        },
      });
    expect(said({}, { measure: 'deletion', verdict: 'worse' })).toEqual([
      `On what raises the price, Grad-CAM++ is no better than ${edges} by ROAD; worse than ${edges} by deletion.`,
    ]);
    expect(said({ question: 'lowers' }, { control: 'another' })).toEqual([]); // those have no say
  });

  it('is plain about a method that fails', () => {
    const [passed, failed] = sanitySentences(checks);
    expect(passed).toContain('Grad-CAM++ depends on what the model has learnt');
    expect(passed).toContain('is 0 (0.100 of the magnitudes) for "all" and 0.200 for "shuffled labels".');
    const [wide] = sanitySentences({
      sane: { rows: [], verdicts: [{ ...checks.sane.verdicts[0]!, sane: false }] },
    });
    expect(wide).toMatch(/^These pictures are too few to say for certain that Grad-CAM\+\+ depends/);
    expect(failed).toMatch(/^edges fails the sanity check.* is 1 for "all"\.$/);
  });

  it('is plain about chance', () => {
    expect(pointingSentences(checks)).toEqual([
      'Of what raises the price by Grad-CAM++, 30.0% lies on figures and overlay, which cover 20.0% of these pictures: better than chance. Its largest value lies there in 15.0%: no better than chance.',
      'edges marks nothing that raises the price.',
    ]);
    expect(pointingSentences({ ...checks, pointing: null })).toHaveLength(1);
  });

  it('stands in results.json under names that files can hold, methods only', () => {
    const figures = checkFigures(checks);
    expect(figures).toMatchObject({
      'explain.grad_cam_plus_plus.raises.road': 0.25,
      'explain.grad_cam_plus_plus.all': 0,
      'explain.grad_cam_plus_plus.sane': true,
      'explain.edges.sane': false,
      'explain.grad_cam_plus_plus.raises.mass_above_chance': 0.1,
    });
    expect(checkFigures({ ...checks, faithful: null })).not.toHaveProperty([
      'explain.grad_cam_plus_plus.raises.road',
    ]);
    for (const name of Object.keys(figures)) expect(name).toMatch(/^[a-z0-9_.]+$/);
    expect(Object.keys(figures).some((name) => name.includes('script'))).toBe(false);
  });
});
