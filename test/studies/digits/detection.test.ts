import { afterEach, describe, expect, it, vi } from 'vitest';
import { readSettings } from '../../../lib/core/settings';
import { openReport } from '../../../lib/report/openReport';
import { openingOf } from '../../../lib/report/openStudy';
import { detection } from '../../../lib/studies/digits/detection';
import { settings } from '../../../lib/studies/digits/settings';
import { study } from '../../../lib/studies/digits/study';
import { temporaryFolder } from '../../temporary';

afterEach(() => void vi.unstubAllEnvs());

/** What the page of that notebook finds, and its figures. */
async function found(env: NodeJS.ProcessEnv = {}) {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const folder = temporaryFolder();
  const config = readSettings('digits', settings, { REPORT_REPORTS: folder, ...env });
  const report = openReport(study, '03-pretrained', openingOf(config, { name: 'none' }, null));
  const objects = await detection(report);
  return { objects, report };
}

describe('objects on the page', () => {
  it('are those of the photographs, and what is found becomes a figure of the run', async () => {
    const { objects, report } = await found();
    expect((await objects.photographs()).map((one) => one.found[0]?.label)).toEqual([
      ...['cat', 'cup', 'person', 'motorcycle'],
    ]);
    const figures = report.figures();
    for (const name of ['cat.cat', 'cup.cup', 'astronaut.person', 'motorcycle.motorcycle']) {
      expect(figures[`detect.${name}`]).toBeGreaterThan(0.4);
    }
    expect(figures['warning.detector'] ?? null).toBeNull();
    const boxes = (await objects.suppressed('cat')).map((one) =>
      one.found.filter(({ score }) => score > 0.4),
    );
    expect(boxes[0]!.length).toBeGreaterThan(boxes[1]!.length);
    expect(boxes[1]!.length).toBe(1);
  }, 300_000);

  it('are looked for nowhere without a network, and the page says so', async () => {
    vi.stubEnv('REPORT_CACHE', temporaryFolder());
    vi.stubEnv('npm_config_offline', 'true');
    vi.stubEnv('npm_config_cache', temporaryFolder());
    const { objects, report } = await found();
    expect(await objects.photographs()).toEqual([]);
    expect((await objects.video()).found).toEqual([]);
    expect(report.figures()['warning.detector']).toMatch(
      /^The detector of objects was left out: .+ from the npm registry \(is there a network\?\)\.$/,
    );
    expect(Object.keys(report.figures()).filter((name) => name.startsWith('detect.'))).toEqual([]);
  });
});
