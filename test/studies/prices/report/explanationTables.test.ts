import { describe, expect, it } from 'vitest';
import type { ComparisonRow } from '../../../../lib/explain/checkFaithfulness';
import type { SanityRow } from '../../../../lib/explain/checkSanity';
import type { ExplanationChecks } from '../../../../lib/explain/checks';
import { controlNames } from '../../../../lib/explain/controls';
import type { Interval } from '../../../../lib/metrics/intervals';
import { tableHtml } from '../../../../lib/report/tables';
import {
  checkFigures,
  comparisonColumns,
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
  faithful: [
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

describe('every table of the checks', () => {
  const html = [
    tableHtml(checks.faithful, comparisonColumns, { caption: 'Comparisons' }),
    tableHtml(checks.sane.rows, sanityColumns, { caption: 'Sanity' }),
    tableHtml(checks.pointing, pointingColumns, { caption: 'Pointing' }),
  ];

  it('holds no gap and no markup of a name', () => {
    for (const text of html) expect(text).not.toMatch(/undefined|NaN|\[object|null,|<b>A/);
    expect(html[0]).toContain('−0.050 (−0.150 to 0.050)');
    expect(html[0]).toContain('ROAD');
  });
});

describe('what is said of the checks', () => {
  it('is plain about a method that is no better than the edges at what raises the price', () => {
    const { faithful, mapSizes } = checks;
    const [row] = faithful;
    const edges = controlNames({ width: 3, height: 3 }).edges;
    const said = (...changes: Partial<ComparisonRow>[]) =>
      faithfulSentences({
        mapSizes,
        faithful: changes.map((change) => ({ ...row!, control: edges, ...change })),
      });
    expect(said({}, { measure: 'deletion', verdict: 'worse' })).toEqual([
      `On what raises the price, Grad-CAM++ beside ${edges} is no better by ROAD and worse by deletion.`,
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
