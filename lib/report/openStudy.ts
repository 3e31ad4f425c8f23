import path from 'node:path';
import type { Study } from '../core/concepts';
import { backendWarning } from '../core/run';
import { type Config, type coreSettings, readSettings, type Values } from '../core/settings';
import { type Backend, loadTensorFlow } from '../tensorflow/backend';
import { type Opening, openReport, type Report } from './openReport';
import type { StudyPages } from './study';

/** Opens a notebook of a study: reads the settings, loads TensorFlow, and shows the header, which says that pictures are drawn where no data set is given, or what is `used` then. Throws `BAD_SETTING` and `UNKNOWN_NOTEBOOK`. */
export async function openStudy<S extends typeof coreSettings>(
  study: Study<S> & StudyPages,
  name: string,
  used: WithoutData = drawn,
): Promise<Report<Values<S>>> {
  const start = performance.now();
  const config = readSettings(study.name, study.settings);
  return openReport(study, name, openingOf(config, used, await loadTensorFlow()), start);
}

/** What a run uses that is given no data set, and what its pages say of that. */
interface WithoutData {
  name: string;
  text?: string;
}

const drawn: WithoutData = {
  name: 'generated pictures',
  text:
    'No data set was given, so this run uses pictures drawn by the project itself. ' +
    'The figures show that the method works, not what real pictures are like. Give your own with --data DIR.',
};

/** What a notebook of any study is opened with; `used` says what is used where no data set is given. */
export function openingOf<C extends Config>(
  config: C,
  used: WithoutData,
  native: Backend | null,
): Opening<C> {
  const { data, imageSize, seed }: Config = config;
  const name = data === null ? used.name : path.basename(data); // where it lies is nobody's business
  const device = native && (native.name === 'wasm' ? 'WebAssembly' : native.gpu ? 'GPU' : 'CPU');
  const made = native && `${native.name} ${native.version} (${device})`;
  return {
    config,
    facts: {
      'Data set': name,
      'Image size': `${imageSize} × ${imageSize} pixels`,
      Seed: String(seed),
      ...(made ? { Backend: made } : {}),
    },
    figures: {
      'data.name': name,
      'data.generated': data === null && used.text !== undefined,
      'image.size': imageSize,
      seed,
      ...(made ? { backend: made } : {}),
      'warning.backend': backendWarning() ?? native?.warning ?? null,
    },
    note: data === null && used.text ? { title: 'Generated pictures', text: used.text } : undefined,
  };
}
