import path from 'node:path';
import type { Part, Provenance } from '../../../core/concepts';
import { writeAtomic } from '../../../core/files';
import { describe, shareWithin } from '../../../data/distribution';
import { countDropped } from '../../../data/dropped';
import { ownProvenance, readProvenance } from '../../../data/provenance';
import type { Headline } from '../../../metrics/headline';
import type { ModelResult } from '../../../metrics/modelComparison';
import type { Proportion } from '../../../metrics/proportion';
import type { PriceBand } from '../bands';
import type { PreparedData } from '../preparedData';
import type { ReportModel } from '../reportModel';
import type { Run } from '../settings';
import { type DataRecord, dataCard } from './dataCard';
import { type ModelRecord, modelCard } from './modelCard';

/** A card in the reports' folder. */
export interface CardFile {
  file: string;
  title: string;
  about: string;
}

export const cardFiles: readonly [data: CardFile, model: CardFile] = [
  { file: 'data-card.md', title: 'Data card', about: 'what the data are, and what was left out' },
  { file: 'model-card.md', title: 'Model card', about: 'what the model can and cannot do' },
];

/** What a run found out about its model on test games. */
export interface Findings {
  /** Groups of near-identical pictures in more than one part; null when nobody has looked. */
  nearIdentical: number | null;
  /** The model per game and per picture. */
  game: Headline;
  image: Headline;
  models: readonly ModelResult[];
  bands: readonly PriceBand[];
  coverage: Proportion;
  warnings: readonly string[];
  backend: string | null;
}

const dataTitle = ({ config }: Run): string =>
  config.data === null ? 'generated sample' : path.basename(config.data);

/** What a run knows of its data. */
export function dataRecord(
  run: Run,
  { selection, images, parts }: PreparedData,
  nearIdentical: number | null,
  provenance: Provenance,
): DataRecord {
  const prices = selection.kept.map(({ price }) => price);
  const { index } = selection;
  const part = (name: Part) => ({ games: selection.split[name].length, pictures: parts.rows[name].length });
  return {
    name: dataTitle(run),
    generated: selection.generated,
    ...provenance,
    rows: {
      read: selection.catalogue.rows,
      used: selection.catalogue.games.length,
      dropped: countDropped(selection.catalogue.dropped),
    },
    games: index && {
      withPictures: selection.games.length,
      withoutPictures: index.withoutPictures.length,
      foldersWithoutGame: index.withoutGame.length + index.malformedFolders.length,
    },
    pictures: {
      used: images.count,
      unreadable: images.index.unreadable.length,
      size: images.size,
    },
    prices: { ...describe(prices), freeShare: shareWithin(prices, 0, 0) },
    outliers: { rule: selection.rule, removed: selection.removed.length },
    split: { training: part('training'), validation: part('validation'), test: part('test') },
    seed: run.config.seed,
    leaks: {
      games: parts.leaks.items.length,
      identical: parts.leaks.pictures.length,
      withheld: parts.withheld.length,
      nearIdentical,
    },
  };
}

/** What a run knows of its model. */
export function modelRecord(
  run: Run,
  prepared: PreparedData,
  trained: ReportModel,
  found: Findings,
): ModelRecord {
  const { selection, rows, parts } = prepared;
  const { base, history, scaler, comparison, calibration, layers } = trained;
  const { epochs, patience, batchSize, learningRate, l2, dropout1, dropout2, variants, seed } = run.config;
  const rule = scaler.kind === 'hurdle' ? ` with the ${scaler.rule} as its price` : '';
  return {
    data: dataTitle(run),
    generated: selection.generated,
    base: {
      name: 'MobileNetV2',
      alpha: base.alpha,
      imageSize: base.imageSize,
      weights: base.name,
      source: base.source,
      sha256: base.sha256,
    },
    target: `${scaler.kind}${rule}. ${comparison.why}`,
    head: { layers: layers.layers.map(({ name }) => name), parameters: layers.countParams() },
    settings: {
      optimizer: 'Adam',
      epochs,
      patience,
      batchSize,
      learningRate,
      l2,
      dropout1,
      dropout2,
      variants,
    },
    training: {
      games: selection.split.training.length,
      pictures: rows.filter(({ part }) => part === 'training').length,
      epochs: history.epochs.length,
      bestEpoch: history.bestEpoch,
      seconds: history.seconds,
    },
    headline: {
      game: found.game,
      image: found.image,
      games: selection.split.test.length,
      pictures: parts.rows.test.length,
    },
    models: found.models,
    bands: found.bands,
    intervals: { calibration, coverage: found.coverage },
    warnings: found.warnings,
    seed,
    versions: { node: process.version, ...(found.backend ? { backend: found.backend } : {}) },
  };
}

/** Writes both cards into the reports' folder, where the index page links them. */
export async function writeCards(
  run: Run,
  prepared: PreparedData,
  trained: ReportModel,
  found: Findings,
): Promise<void> {
  const [data, model] = cardFiles;
  const place = ({ file }: CardFile): string => path.join(run.config.reports, file);
  const { generated, folder } = prepared.selection;
  const provenance = generated ? ownProvenance : await readProvenance(folder);
  await writeAtomic(place(data), dataCard(dataRecord(run, prepared, found.nearIdentical, provenance)));
  await writeAtomic(place(model), modelCard(modelRecord(run, prepared, trained, found)));
}
