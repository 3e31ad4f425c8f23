import type { Study } from '../core/concepts';
import { backendWarning } from '../core/run';
import { type Config, type coreSettings, readSettings, type Values } from '../core/settings';
import { type Backend, loadTensorFlow } from '../tensorflow/backend';
import { type Opening, openReport, type Report } from './openReport';
import type { StudyPages } from './study';

/** Opens a notebook of a study: reads the settings, loads TensorFlow, and shows the header. Throws `BAD_SETTING` and `UNKNOWN_NOTEBOOK`. */
export async function openStudy<S extends typeof coreSettings>(
  study: Study<S> & StudyPages,
  name: string,
): Promise<Report<Values<S>>> {
  const start = performance.now();
  const config = readSettings(study.name, study.settings);
  return openReport(study, name, openingOf(config, drawn, await loadTensorFlow()), start);
}

const drawn = {
  name: 'generated pictures',
  text:
    'No data set was given, so this run uses pictures drawn by the project itself. ' +
    'The figures show that the method works, not what real pictures are like. Give your own with --data DIR.',
};

/** What a notebook of any study is opened with; `drawn` says what is used where no data set is given. */
export function openingOf<C extends Config>(
  config: C,
  drawn: { name: string; text: string },
  native: Backend | null,
): Opening<C> {
  const { data, imageSize, seed }: Config = config;
  const device = native && (native.name === 'wasm' ? 'WebAssembly' : native.gpu ? 'GPU' : 'CPU');
  const made = native && `${native.name} ${native.version} (${device})`;
  return {
    config,
    facts: {
      'Data set': data ?? drawn.name,
      'Image size': `${imageSize} × ${imageSize} pixels`,
      Seed: String(seed),
      ...(made ? { Backend: made } : {}),
    },
    figures: {
      'data.name': data ?? drawn.name,
      'image.size': imageSize,
      seed,
      ...(made ? { backend: made } : {}),
      'warning.backend': backendWarning() ?? native?.warning ?? null,
    },
    note: data === null ? { title: 'Generated pictures', text: drawn.text } : undefined,
  };
}
