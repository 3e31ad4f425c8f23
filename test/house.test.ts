import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { notebookNames, readNotebook, sourceOf } from '../lib/cli/cells';

/** The rooms of lib/ in the order of their imports (each imports only from itself and from rooms before it), with the lines that each may have. */
const budgets = {
  core: 1200,
  storage: 1225,
  tensorflow: 905,
  images: 2500,
  data: 1425,
  samples: 1000,
  metrics: 2550,
  networks: 3575,
  training: 2700,
  explain: 2430,
  report: 6405,
  studies: 10460,
  cli: 2890,
};
const rooms = Object.keys(budgets);

/** Lines that a study may have for its own; `filter` shows how little one needs. */
const studyBudgets = {
  prices: 7355,
  filter: 650,
  ages: 700,
  digits: 910,
  genres: 900,
};

/** Lines that lib/ may have in all. */
const BUDGET = 39_155;

/** Lines that a file of lib/ may have. */
const LONGEST = 300;

/** What may lie beside the folders of the project: what the tools insist on, and what a reader looks for first. */
const topLevel = [
  'LICENSE',
  'README.md',
  'data',
  'lib',
  'notebooks',
  'package-lock.json',
  'package.json',
  'test',
  'tsconfig.json',
];

const root = path.resolve(__dirname, '..');

/** The files of the project, as git knows them or will. */
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = files.filter((file) => /^lib\/.*\.(ts|mjs|cjs|js|py|css|j2)$/.test(file));
const roomOf = (file: string): string => file.split('/')[1] ?? '';
const linesOf = (file: string): number => textOf(file).split('\n').length - 1;

const linesIn = (list: readonly string[]): number => list.reduce((sum, file) => sum + linesOf(file), 0);

/** The files of lib/ that a file names in an import. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/['"](\.{1,2}\/[^'"\s]+)['"]/g)]
    .map(([, target = '']) => path.join(path.dirname(file), target))
    .filter((target) => target.startsWith('lib/'));

/** The file that an import names, with or without its ending. */
const sourceNamed = (target: string): string =>
  sources.find((file) => file === target || file === `${target}.ts`) ?? target;

describe('the rooms of lib/', () => {
  it('are the known ones', () => {
    expect(new Set(sources.map(roomOf))).toEqual(new Set(rooms));
  });

  it.each(rooms)('%s imports only from itself and from rooms before it', (room) => {
    const wrong = sources
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => importsOf(file).map((target) => [file, target] as const))
      .filter(([, target]) => rooms.indexOf(roomOf(target)) > rooms.indexOf(room));
    expect(wrong.map((pair) => pair.join(' -> '))).toEqual([]);
  });

  it('import in no circle', () => {
    const left = new Map(sources.map((file) => [file, importsOf(file).map(sourceNamed)]));
    const atEnd = () => [...left].filter(([, targets]) => targets.every((target) => !left.has(target)));
    for (let free = atEnd(); free.length > 0; free = atEnd()) for (const [file] of free) left.delete(file);
    expect([...left.keys()]).toEqual([]);
  });

  it('keep studies apart from each other', () => {
    const study = (file: string): string => file.split('/')[2] ?? '';
    const wrong = sources
      .filter((file) => roomOf(file) === 'studies')
      .flatMap((file) => importsOf(file).map((target) => [file, target] as const))
      .filter(([file, target]) => roomOf(target) === 'studies' && study(file) !== study(target));
    expect(wrong.map((pair) => pair.join(' -> '))).toEqual([]);
  });

  it('name no subject outside of studies', () => {
    const subject = /appid|\bcents\b|Cents|\bprices?\b|Price|genre|\bsteam\b|Steam|\bgames?\b|Game/;
    const others = /screenshot-price-report|[Pp]ointing game/g; // the project's own name, and a method's
    const wrong = sources
      .filter((file) => !['studies', 'cli'].includes(roomOf(file)))
      .flatMap((file) =>
        textOf(file)
          .split('\n')
          .map((line, i) => `${file}:${i + 1} ${line.trim()}`),
      )
      .filter((line) => subject.test(line.replace(others, '')));
    expect(wrong).toEqual([]);
  });

  it(`have no file of more than ${LONGEST} lines`, () => {
    expect(sources.filter((file) => linesOf(file) > LONGEST)).toEqual([]);
  });

  it.each(Object.entries(budgets))('%s has at most %i lines', (room, budget) => {
    expect(linesIn(sources.filter((file) => roomOf(file) === room))).toBeLessThanOrEqual(budget);
  });

  it.each(Object.entries(studyBudgets))('the study %s has at most %i lines', (study, budget) => {
    expect(linesIn(sources.filter((file) => file.startsWith(`lib/studies/${study}/`)))).toBeLessThanOrEqual(
      budget,
    );
  });

  it(`have at most ${BUDGET} lines in all`, () => {
    expect(linesIn(sources)).toBeLessThanOrEqual(BUDGET);
  });
});

describe('the top level', () => {
  it('holds what a reader looks for first, and nothing else', () => {
    const names = new Set(files.map((file) => file.split('/')[0] ?? ''));
    expect([...names].filter((name) => !name.startsWith('.')).sort()).toEqual([...topLevel].sort());
  });
});

describe.each(notebookNames(root))('the cells of %s', (name) => {
  const cells = readNotebook(path.join(root, 'notebooks', `${name}.ipynb`))
    .cells.filter(({ cell_type }) => cell_type === 'code')
    .map(sourceOf);

  it('have at most 12 lines of at most 110 characters', () => {
    expect(cells.filter((code) => code.split('\n').length > 12)).toEqual([]);
    expect(cells.flatMap((code) => code.split('\n')).filter((line) => line.length > 110)).toEqual([]);
  });

  it('have no loop and no function within a function', () => {
    expect(cells.filter((code) => /\b(for|while) \(|\.forEach\(/.test(code))).toEqual([]);
    expect(cells.flatMap(nestedFunctions)).toEqual([]);
  });

  it('show no matter of the machine', () => {
    const wrong = cells.flatMap((code) => code.match(/\.value\b|\brelease\(|\bdispose\(/g) ?? []);
    expect(wrong).toEqual([]);
  });
});

/** The code from each arrow that stands within the body of another, up to the end of its line. */
function nestedFunctions(code: string): string[] {
  const found: string[] = [];
  const bodies: number[] = []; // depth of brackets at which each arrow around this place began
  let depth = 0;
  for (let i = 0; i < code.length; i++) {
    if ('([{'.includes(code[i] ?? '')) depth++;
    if (')]}'.includes(code[i] ?? '')) depth--;
    while (bodies.length > 0 && depth < (bodies.at(-1) ?? 0)) bodies.pop();
    if (code.startsWith('=>', i)) {
      if (bodies.length > 0) found.push(code.slice(i).split('\n')[0] ?? '');
      bodies.push(depth);
    } else if ((code[i] === ';' || code[i] === ',') && bodies.at(-1) === depth) bodies.pop();
  }
  return found;
}
