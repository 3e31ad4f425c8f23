import { setImmediate } from 'node:timers/promises';
import type { LayersModel } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { throwIfAborted } from '../core/pool';
import { type Run, withProgress } from '../core/run';
import {
  type BaseAndHead,
  type MapMethod,
  modelScores,
  type OpenBaseAndHead,
  withModel,
} from './baseAndHead';
import { checkFaithfulness } from './checkFaithfulness';
import { randomisedMaps, sanityRows, sanityVerdicts } from './checkSanity';
import type { CheckedPicture, NamedMaps } from './comparison';
import type { PlacedPicture } from './controls';
import type { RemovalSettings } from './faithfulness';
import type { HeatMap } from './heatMap';
import { checkPointing } from './pointing';
import type { ScoreTarget } from './scoreTarget';

/** What was found of the methods' explanations of a model. Plain JSON. */
export type ExplanationChecks = Awaited<ReturnType<typeof checkMaps>>;

export interface ChecksInput {
  /** Its head's weights are changed during the check; afterwards they are as they were. */
  model: BaseAndHead;
  target: ScoreTarget;
  methods: Readonly<Record<string, MapMethod>>;
  pictures: readonly CheckedPicture[];
  /** For the pointing test, which costs far less than the others and may take more pictures. */
  pointed: readonly CheckedPicture[];
  /** How pictures lose their pixels; null leaves that check out. */
  removal: Omit<RemovalSettings, 'seed'> | null;
  randomisation: { draws: number; every: boolean };
  /** A head that has learnt shuffled labels as the model learnt the true ones; null leaves that comparison out. */
  shuffled: LayersModel | null;
  seed: number;
}

/** Checks whether a model depends on what methods mark, they on what it has learnt, and whether they point at the label. Throws `BAD_INPUT` for no method or picture, `INTERRUPTED`. */
export async function checkMaps(run: Run, input: ChecksInput) {
  const { model, target, methods, pictures, pointed, removal, randomisation, shuffled, seed } = input;
  const names = Object.keys(methods);
  if (pictures.length === 0 || names.length === 0) {
    throw new ReportError(
      'BAD_INPUT',
      `${names.length} methods cannot be checked on ${pictures.length} pictures: give one of each at least.`,
    );
  }
  const explain = (open: OpenBaseAndHead): Promise<NamedMaps> => mapsBy(methods, open, pictures);
  const asked = await withModel(model, async (open) => {
    const maps = await explain(open);
    const scores = removal && (await modelScores(open, target));
    const faithful =
      scores &&
      (await watched(run, 'Removing what explanations mark', (onDone) =>
        checkFaithfulness(pictures, maps, scores, { ...removal, seed }, (done) =>
          onDone(done, pictures.length),
        ),
      ));
    const masked = pointed.some(({ mask }) => mask !== null);
    const pointing = masked ? checkPointing(pointed, await mapsBy(methods, open, pointed), seed) : null;
    return { maps, faithful, pointing };
  });
  const changes = await watched(run, 'Explaining random models', (onStep) =>
    randomisedMaps(model, explain, { ...randomisation, seed, onStep }),
  );
  if (shuffled) {
    const maps = await withModel({ ...model, head: shuffled }, explain);
    // Magnitudes are not judged: the base is the same, and where its activations are large they stay large.
    changes.push({ changed: 'learnt from shuffled labels', maps, judged: ['correlation'] });
  }
  const rows = sanityRows(pictures, asked.maps, changes, seed);
  return {
    pictures: pictures.length,
    items: new Set(pictures.map(({ id }) => id)).size,
    /** Of each method, in places. */
    mapSizes: Object.fromEntries(
      Object.entries(asked.maps).map(([name, [map]]) => [name, [map!.width, map!.height] as const]), // a map for each picture
    ),
    faithful: asked.faithful,
    sane: { rows, verdicts: sanityVerdicts(rows) },
    /** Of methods and controls; null where nobody knows which pixels carry the label. */
    pointing: asked.pointing,
  };
}

async function mapsBy(
  methods: ChecksInput['methods'],
  model: OpenBaseAndHead,
  pictures: readonly PlacedPicture[],
): Promise<NamedMaps> {
  const maps: Record<string, HeatMap[]> = {};
  for (const [name, method] of Object.entries(methods)) maps[name] = await method(model, pictures);
  return maps;
}

/** Shows progress, lets the event loop turn after each step, and ends when the run's signal says so. */
const watched = <T>(
  run: Run,
  label: string,
  work: (onStep: (done: number, total: number) => Promise<void>) => Promise<T>,
): Promise<T> =>
  withProgress(run, label, (onProgress) =>
    work(async (done, total) => {
      onProgress(done, total);
      await setImmediate();
      throwIfAborted(run.signal);
    }),
  );
