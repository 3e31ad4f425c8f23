import { describe, expect, it } from 'vitest';
import type { ComparisonRow } from '../../../../lib/explain/checkFaithfulness';
import type { SanityRow } from '../../../../lib/explain/checkSanity';
import type { ExplanationChecks } from '../../../../lib/explain/checks';
import type { Interval } from '../../../../lib/metrics/intervals';
import { tableHtml } from '../../../../lib/report/tables';
import {
  checkFigures,
  comparisonColumns,
  pointingColumns,
  pointingSentences,
  removalSentences,
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
    expect(html[0]).toContain('−0.050 <span class="rp-interval">(−0.150 to 0.050)</span>');
    expect(html[0]).toContain('ROAD');
  });
});

describe('what is said of the checks', () => {
  it('counts where what raises the price beats maps that know nothing', () => {
    const [row] = checks.faithful;
    const said = (...changes: Partial<ComparisonRow>[]) =>
      removalSentences({ faithful: changes.map((change) => ({ ...row!, ...change })) });
    const [sentence] = said({}, { measure: 'deletion', verdict: 'better' }, { verdict: 'worse' });
    expect(sentence).toMatch(/in \*\*1\*\* of 3 comparisons, and worse in 1\.$/);
    expect(said({ question: 'lowers' })).toEqual([]); // that is another question
    expect(removalSentences({ faithful: null })).toEqual([]);
  });

  it('is plain about a method that fails', () => {
    const [passed, failed] = sanitySentences(checks);
    expect(passed).toBe(
      'Grad-CAM++ depends on what the model has learnt: with other weights its maps keep a rank correlation of 0.200 at most.',
    );
    const [wide] = sanitySentences({
      sane: {
        rows: [],
        verdicts: [{ ...checks.sane.verdicts[0]!, method: 'Grad-CAM at block_6', sane: false }],
      },
    });
    expect(wide).toMatch(/^These pictures are too few to say for certain that Grad-CAM depends/);
    expect(failed).toMatch(/^edges fails the sanity check.* of 1 at most\.$/);
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
