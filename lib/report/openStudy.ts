import type { Study } from '../core/concepts';
import { backendWarning } from '../core/run';
import { type Config, type coreSettings, readSettings, type Values } from '../core/settings';
import { type Backend, loadTensorFlow } from '../tensorflow/backend';
import { openReport, type Report } from './openReport';
import type { StudyPages } from './study';

/**
 * Opens a notebook of a study: reads the settings, loads TensorFlow, and shows the header with everything the run was made with. Throws
 * `BAD_SETTING` and `UNKNOWN_NOTEBOOK`.
 */
export async function openStudy<S extends typeof coreSettings>(
  study: Study<S> & StudyPages,
  name: string,
): Promise<Report<Values<S>>> {
  const start = performance.now();
  const config = readSettings(study.name, study.settings);
  const { data, imageSize, seed }: Config = config;
  const loaded = await loadTensorFlow();
  const backend = backendText(loaded);
  const dataName = data ?? 'generated pictures';
  const opening = {
    config,
    facts: {
      'Data set': dataName,
      'Image size': `${imageSize} × ${imageSize} pixels`,
      Seed: String(seed),
      Backend: backend,
    },
    figures: {
      'data.name': dataName,
      'image.size': imageSize,
      seed,
      backend,
      'warning.backend': backendWarning() ?? loaded.warning,
    },
    note: data === null ? drawnNote : undefined,
  };
  return openReport(study, name, opening, start);
}

/** `tensorflow 2.15.1 (CPU)` */
export const backendText = ({ name, version, gpu }: Backend): string =>
  `${name} ${version} (${name === 'wasm' ? 'WebAssembly' : gpu ? 'GPU' : 'CPU'})`;

const drawnNote = {
  title: 'Generated pictures',
  text:
    'No data set was given, so this run uses pictures drawn by the project itself. ' +
    'The figures show that the method works, not what real pictures are like. Give your own with --data DIR.',
};
