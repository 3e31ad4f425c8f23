import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ReportError } from '../../lib/core/errors';
import { projectRoot } from '../../lib/core/files';
import { type Contestant, startContestant } from './contestant';
import type { Skipped } from './protocol';
import type { Row } from './rows';

/** A stage of the Python side, as it lists itself. */
export interface PeerStage {
  name: string;
  row: string;
  style: 'seed' | 'strong';
  doc: string;
}

/** What was measured of one side in a row; element i of each list belongs to round i. */
export interface Measured {
  /** `ours`, or the name of a stage of the Python side. */
  side: string;
  style: 'ours' | PeerStage['style'];
  doc: string;
  unit: string;
  /** Units a second. */
  rates: number[];
  /** Most memory of all its processes together, in MiB. */
  peakMib: number[];
  /** Of the last round. */
  parts?: Record<string, number>;
  check?: Record<string, unknown>;
}

export interface Contest {
  row: Row;
  sides: Measured[];
  versions: Record<string, string>;
}

export interface ContestOptions {
  data: string;
  python: string;
  rounds: number;
  /** Told after each round of each side. */
  onRound?: (side: string, round: number, rate: number) => void;
}

const bench = path.join(projectRoot(), 'test', 'bench');

/** Every stage of the Python side. */
export function peerStages(python: string): PeerStage[] {
  const { stdout, status, stderr } = spawnSync(python, [path.join(bench, 'peer', 'run.py'), '--list'], {
    encoding: 'utf8',
  });
  if (status === 0) return (JSON.parse(stdout) as { stages: PeerStage[] }).stages; // as bench/peer/README.md says
  throw new ReportError('BAD_INPUT', `The Python side does not list its stages: ${stderr}`);
}

/** A side that has not started yet. */
export interface Entrant {
  side: string;
  style: Measured['style'];
  doc: string;
  command: string;
  args: readonly string[];
  /** The project's folder where none is given. */
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** Our side: a stage of `bench/ours/catalogue.ts` in a process of its own. */
export function ourEntrant(stage: string, doc: string): Entrant {
  const args = [
    '--no-deprecation',
    '--import',
    './lib/cli/loader.mjs',
    path.join(bench, 'ours', 'run.ts'),
    stage,
  ];
  return { side: 'ours', style: 'ours', doc, command: process.execPath, args };
}

/** Runs a row: our side and every stage of the Python side that belongs to it. */
export async function runContest(
  row: Row,
  stages: readonly PeerStage[],
  { python, ...options }: ContestOptions,
): Promise<Contest> {
  const peers = stages
    .filter((stage) => stage.row === row.name)
    .map(
      ({ name, style, doc }): Entrant => ({
        side: name,
        style,
        doc,
        command: python,
        args: [path.join(bench, 'peer', 'run.py'), name],
      }),
    );
  return { row, ...(await takeTurns([ourEntrant(row.name, row.title), ...peers], options)) };
}

/**
 * All sides are started and warmed up, then take turns, round by round, each round beginning with another side, so that a machine that becomes
 * slower becomes slower for all. A side that has a reason for not taking part is left out.
 */
export async function takeTurns(
  entrants: readonly Entrant[],
  { data, rounds, onRound }: Omit<ContestOptions, 'python'>,
): Promise<Omit<Contest, 'row'>> {
  const sides: { contestant: Contestant; measured: Measured }[] = [];
  try {
    for (const { side, style, doc, command, args, cwd = projectRoot(), env } of entrants) {
      const contestant = await startContestant(side, command, [...args, '--data', data], cwd, env);
      if (isSkipped(contestant)) continue;
      sides.push({ contestant, measured: { side, style, doc, unit: '', rates: [], peakMib: [] } });
    }
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < sides.length; turn++) {
        const { contestant, measured } = sides[(round + turn) % sides.length]!; // below the length
        const { n, unit, seconds, peakMib, parts, check } = await contestant.round();
        measured.rates.push(n / seconds);
        measured.peakMib.push(peakMib);
        Object.assign(measured, { unit, parts, check });
        onRound?.(measured.side, round, n / seconds);
      }
    }
    const versions = Object.assign({}, ...sides.map(({ contestant }) => contestant.versions).reverse());
    return { sides: sides.map(({ measured }) => measured), versions };
  } finally {
    for (const { contestant } of sides) contestant.close();
  }
}

const isSkipped = (contestant: Contestant | Skipped): contestant is Skipped => 'skipped' in contestant;
