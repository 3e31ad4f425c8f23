import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReportError } from '../../lib/core/errors';
import { projectRoot } from '../../lib/core/files';
import { fuzz } from './fuzz';
import { picturesTarget } from './pictures';
import { readerTargets } from './readers';

const usage = (names: string): string => `npm run fuzz -- [TARGET …] [--inputs N] [--seed S]

  TARGET      ${names}; none: all
  --inputs N  damaged inputs of each (500)
  --seed S    another seed, other inputs (1)

Gives damaged inputs to everything that reads files: each must be read, or refused with a sentence. Both decoders must say the same of a picture.`;

/** `npm run fuzz`: ends with an error when an input was read wrongly; the inputs lie in .cache/fuzz/. */
export async function fuzzCommand(args: readonly string[]): Promise<void> {
  const options = {
    inputs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
  const folder = path.join(projectRoot(), '.cache', 'fuzz');
  const scratch = mkdtempSync(path.join(tmpdir(), 'fuzz-'));
  const targets = [await picturesTarget(), ...readerTargets(scratch)];
  const names = targets.map(({ name }) => name).join(', ');
  if (values.help) return console.log(usage(names));
  const unknown = positionals.find((name) => !targets.some((target) => target.name === name));
  if (unknown || !Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed)) {
    throw new ReportError('BAD_SETTING', `"${args.join(' ')}" does not fit.\n\n${usage(names)}`);
  }
  const chosen = targets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const findings = await fuzz(chosen, inputs, seed, folder, (line) => console.log(line)).finally(() =>
    rmSync(scratch, { recursive: true }),
  );
  if (findings.length > 0) {
    throw new ReportError('BAD_INPUT', `${findings.length} inputs were read wrongly: see ${folder}.`);
  }
}
