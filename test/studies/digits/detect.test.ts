import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { projectRoot } from '../../../lib/core/files';
import { quietRun } from '../../../lib/core/run';
import { readSettings } from '../../../lib/core/settings';
import { detect } from '../../../lib/studies/digits/commands/detect';
import { settings } from '../../../lib/studies/digits/settings';
import { withCode } from '../../data/close';

const folder = path.join(projectRoot(), 'lib/studies/digits/photos');

/** What the command prints for pictures. */
async function printed(operands: readonly string[], json: boolean): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await detect.run(quietRun(readSettings('digits', settings, {})), { operands, folder, options: { json } });
  return log.mock.calls.flat().join('\n');
}

afterEach(() => void vi.restoreAllMocks());

describe('npm run detect', () => {
  it('names what is in each picture', async () => {
    const text = await printed(['cat.jpg', 'motorcycle.jpg'], false);
    expect(text).toMatch(/^cat\.jpg {2}cat \d+%\nmotorcycle\.jpg {2}motorcycle \d+%\n/);
    expect(text).toContain('from a score of 0.4 on');
  }, 300_000);

  it('gives boxes as JSON', async () => {
    const [cat] = JSON.parse(await printed(['cat.jpg'], true));
    expect(cat).toMatchObject({ picture: 'cat.jpg', width: 451, height: 300, objects: [{ label: 'cat' }] });
    expect(cat.objects[0].box.width).toBeGreaterThan(300);
  });

  it('refuses what is no picture', async () => {
    await expect(printed(['NOTICE'], false)).rejects.toEqual(withCode('UNREADABLE_IMAGE'));
    await expect(printed(['none.jpg'], false)).rejects.toEqual(withCode('UNREADABLE_IMAGE'));
  });
});
