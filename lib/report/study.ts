import type { Notebook, Study } from '../core/concepts';
import type { Results } from '../core/results';

/** A file beside the pages of a study. */
export interface SideFile {
  file: string;
  title: string;
  about: string;
  /** The figure that whoever writes it records too: without it the file is one of another run. */
  needs?: string;
}

/** A line of facts: a label, the results that it needs, and how they read (default: the first as it is). */
export type Fact = readonly [
  label: string,
  names: readonly string[],
  show?: (...values: (string | number)[]) => string,
];

/** A fact of a figure with its interval: `<name>`, `<name>.low` and `<name>.high` of the results. */
export const intervalFact = (
  label: string,
  name: string,
  format: (value: string | number) => string,
): Fact => [
  label,
  [name, `${name}.low`, `${name}.high`],
  (value, low, high) => `${format(value)} (${format(low)} to ${format(high)})`,
];

/** What a fact says, or null where the results do not have what it needs. */
export function factText([, names, show = String]: Fact, results: Results): string | null {
  const values = names.flatMap((name) => results[name] ?? []);
  const words = values.map((value) => (typeof value === 'number' ? value : String(value)));
  return values.length === names.length ? show(...words) : null;
}

/** A paragraph of Markdown, a figure, every count of the results below a name such as `rows.dropped.`, or the warnings of the run. */
export type CardLine = string | Fact | { counts: string } | { warnings: true };

/** A description of the data or of a model, made of the results of a run. */
export interface Card extends SideFile {
  /** The figure without which there is nothing to describe yet. */
  needs: string;
  /** By their headings; paragraphs stand before figures. */
  sections: Readonly<Record<string, readonly CardLine[]>>;
}

/** How the numbers of a fact read. */
export const inWords =
  (format: (value: number) => string) =>
  (value: string | number): string =>
    format(Number(value));

/** Figures of one measure, one below the other with bars in proportion; the ends of their intervals are `<name>.low` and `<name>.high`. */
export interface ComparedFigures {
  caption: string;
  columns: readonly [who: string, value: string];
  format: (value: number) => string;
  better: 'higher' | 'lower';
  /** The first row is the model that the study stands for. A row that is optional is left out where the results do not have it. */
  rows: readonly {
    label: string;
    name: string;
    colour: 'prediction' | 'baseline';
    optional?: boolean;
    /** False for what is no other answer to the same question: a bound, or another way to judge. */
    rival?: false;
    /** The figure of the difference, the model minus this one, where it was taken item by item. */
    difference?: string;
    /** The figure that counts the items that it was judged on, where these may be fewer than the model's. */
    count?: string;
  }[];
}

/** The label of a compared row, with how many items it was judged on where these are not the model's: such figures do not compare. */
export function rowLabel(
  { label, count }: ComparedFigures['rows'][number],
  { judged }: Pick<StudyPages, 'judged'>,
  results: Results,
): string {
  const [own, all] = [count === undefined ? undefined : results[count], results[judged.count]];
  return own == null || own === all ? label : `${label}, on ${own} of them`;
}

/** A study with how its front page reads. */
export interface StudyPages extends Pick<Study, 'name' | 'title' | 'question' | 'notebooks'> {
  /** The answer in a sentence or two, `**bold**` where it matters; null as long as the results do not have it. */
  answer(results: Results): string | null;
  /** Takes from the results what the pages need to know before anything of them is shown. */
  prepare?(results: Results): void;
  /** What stands in the place of an answer that is not there. */
  noAnswer: string;
  compared: ComparedFigures;
  /** What the model's figure rests on, and in which kinds of parts it is looked at (`partFigures`): against a rival, or by itself (null). */
  judged: {
    by: string;
    /** The figure that counts the items. */
    count: string;
    items: string;
    parts: Readonly<Record<string, string | null>>;
  };
  /** What else speaks against the model: what only the study knows. */
  against?(results: Results): readonly string[];
  facts: readonly Fact[];
  /** Made of the results, as Markdown beside the pages. */
  cards?: readonly Card[];
  /** Linked from the front page where they exist, beside the cards. */
  files: readonly SideFile[];
}

/** The notebook that `wanted` names, by number (`3`, `03`) or by name, or null when there is none. */
export function findNotebook({ notebooks }: Pick<StudyPages, 'notebooks'>, wanted: string): Notebook | null {
  const number = /^\d{1,2}$/.test(wanted) ? wanted.padStart(2, '0') : null;
  const name = wanted.replace(/\.ipynb$/, '');
  return notebooks.find((one) => one.name === name || one.name.slice(0, 2) === number) ?? null;
}
