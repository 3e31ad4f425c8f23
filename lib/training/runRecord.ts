import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EpochRecord, Task } from '../core/concepts';
import { ReportError } from '../core/errors';
import { projectRoot, sha256, stableJson, writeAtomic } from '../core/files';
import { tensorflow } from '../tensorflow/backend';
import { validationScalars } from './eventFile';
import { monitored } from './figures';
import type { TrainingHistory } from './train';

/** What was trained, from what, and what came of it: one training; plain JSON. */
export interface RunRecord {
  format: 'training-run';
  version: 2;
  /** When it ended, ISO 8601. */
  ended: string;
  /** Of the training, all its runs together. */
  seconds: number;
  /** What was trained, such as `head` or `search trial 3`. */
  kind: string;
  /** Everything that was chosen and that the course of the training depends on. */
  settings: Record<string, unknown>;
  seed: number;
  /** All settings of the project at the time. */
  configuration: Record<string, unknown>;
  /** SHA-256 of what it learnt from, by name: features, labels, the base, … */
  data: Record<string, string>;
  /** SHA-256 of the weights it ended with, null when there are none. */
  weights: string | null;
  backend: { name: string; gpu: boolean };
  versions: { node: string; tensorflow: string; tensorflowJs: string; project: string };
  /** The best epoch, its validation figures (`val_loss`, …), and others that the caller knows. */
  metrics: Record<string, number>;
  epochs: readonly EpochRecord[];
  /** The validation figure that chose the best epoch. */
  monitor: Task['monitor'];
  /** Why it failed, else null. */
  failure: string | null;
}

/** What the caller knows of a training. */
export type RunAccount = Pick<
  RunRecord,
  'kind' | 'settings' | 'seed' | 'configuration' | 'data' | 'weights'
> &
  Pick<TrainingHistory, 'seconds' | 'epochs' | 'monitor'> &
  Partial<Pick<RunRecord, 'metrics' | 'failure'>>;

/** Completes an account with what the process knows: the time, the backend, versions, and the figures of the best epoch. */
export function runRecord(account: RunAccount, ended = new Date()): RunRecord {
  const { name, gpu, version, tf } = tensorflow();
  const manifest = JSON.parse(readFileSync(path.join(projectRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  const { metrics, failure = null, ...rest } = account;
  return {
    format: 'training-run',
    version: 2,
    ended: ended.toISOString(),
    ...rest,
    failure,
    backend: { name, gpu },
    versions: {
      node: process.version,
      tensorflow: version,
      tensorflowJs: tf.version_core,
      project: manifest.version,
    },
    metrics: { ...bestFigures(account), ...metrics },
  };
}

function bestFigures({ epochs, monitor }: Pick<RunAccount, 'epochs' | 'monitor'>): Record<string, number> {
  const figureOf = ({ validation }: EpochRecord): number => monitored(validation, monitor);
  const best = epochs.reduce<EpochRecord | undefined>(
    (found, next) => (found && figureOf(found) <= figureOf(next) ? found : next),
    undefined,
  );
  return best ? { bestEpoch: best.epoch, ...validationScalars(best.validation) } : {};
}

/** Writes a record as `<time>-<hash>.json` into `folder`, which is made when missing, and gives the file's path. */
export async function writeRunRecord(folder: string, record: RunRecord): Promise<string> {
  const text = stableJson(record, 1);
  const time = record.ended.replace(/[-:]|\.\d+/g, ''); // 20250131T235959Z
  const file = path.join(folder, `${time}-${sha256(text).slice(0, 12)}.json`);
  await writeAtomic(file, `${text}\n`);
  return file;
}

/** All records in `folder`, the oldest first; none when there is no such folder. Throws `BROKEN_STAGE` for one that is damaged. */
export function readRunRecords(folder: string): RunRecord[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /^\d{8}T\d{6}Z-[0-9a-f]{12}\.json$/.test(name));
  return files
    .map((name) => readRecord(path.join(folder, name)))
    .sort((a, b) => (a.ended < b.ended ? -1 : a.ended > b.ended ? 1 : 0));
}

function readRecord(file: string): RunRecord {
  try {
    const text = readFileSync(file, 'utf8');
    const record = JSON.parse(text) as RunRecord; // checked in the next lines
    if (record.format !== 'training-run' || record.version !== 2) throw new Error('it is of another kind');
    if (!file.endsWith(`-${sha256(text.trimEnd()).slice(0, 12)}.json`))
      throw new Error('its hash is another one');
    return record;
  } catch (error) {
    throw new ReportError('BROKEN_STAGE', `The record ${file} is damaged: delete it and run again.`, {
      cause: error,
    });
  }
}
