import { type Results, warningsIn } from '../../../core/results';
import { warningHtml } from '../../../report/banner';
import { formatCount, formatEuros, formatNumber, formatPercent, formatSeconds } from '../../../report/format';
import { browserFile, escapeHtml } from '../../../report/html';
import { type Notebook, notebooks } from '../notebooks';
import type { CardFile } from './cards';

/** What stands for a figure that no notebook has left. */
const NOT_RUN = 'not run';

const question = 'How much of a Steam game’s price can be read off its screenshots?';

/** A line of the list of facts: a label, and the figures it needs, in words. */
type Fact = readonly [
  label: string,
  names: readonly string[],
  show: (...values: (string | number)[]) => string,
];

const counted = (value: string | number | undefined): string => formatCount(Number(value));

const facts: readonly Fact[] = [
  ['Data', ['data.name'], String],
  [
    'Rows of the table',
    ['rows.read', 'rows.kept'],
    (read, kept) => `${counted(read)}, ${counted(kept)} kept`,
  ],
  ['Pictures', ['images.read'], counted],
  ['Pictures not readable', ['images.unreadable'], counted],
  [
    'Test games',
    ['split.test.games', 'split.test.images'],
    (games, images) => `${counted(games)} with ${counted(images)} pictures`,
  ],
  ['Image size', ['image.size'], (size) => `${size} × ${size} px`],
  [
    'Target',
    ['target.kind', 'target.setting'],
    (kind, setting) => `${kind}, chosen by ${setting === 'auto' ? 'validation games' : 'a setting'}`,
  ],
  ['Weights of the base', ['weights.name'], String],
  ['Backend', ['backend'], String],
  ['Seed', ['seed'], String],
];

/** The errors that are compared, from the results' names; each is a mean absolute error in EUR cents. */
const errors = [
  ['The model, all pictures of a game', 'test.game.mae_cents', 'prediction'],
  ['The model, one picture', 'test.image.mae_cents', 'prediction'],
  ["The original's setting", 'original.game.mae_cents', 'baseline'],
  ['Ridge regression on base features', 'baseline.ridge_base.mae_cents', 'baseline'],
  ['Ridge regression on colours', 'baseline.ridge_colours.mae_cents', 'baseline'],
  ['The median price for every game', 'baseline.median.mae_cents', 'baseline'],
  ['The mean price for every game', 'baseline.mean.mae_cents', 'baseline'],
] as const;

/** How far anybody could get, which is known of generated pictures only: no row without it. */
const limit = ['A perfect reader of the pictures', 'baseline.perfect_reader.mae_cents', 'baseline'] as const;

const number = (results: Results, name: string): number | null => {
  const value = results[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

/**
 * The page `index.html` of the report as HTML, complete in itself: the answer in figures, the error beside that of the baselines, the
 * run's facts, and a card for each notebook, linked when its page is among `written`, with links to the `cards` that are there.
 * `results` are the figures of results.json; one that is missing reads "not run". Every text under a name that begins with `warning.`
 * becomes a banner at the top.
 */
export function indexPage(
  results: Results,
  written: readonly Notebook[],
  cards: readonly CardFile[] = [],
): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${question}</title>
<style>${browserFile('page.css')}
${browserFile('components.css')}</style>
</head>
<body class="rp-page rp-index">
<main>
<h1>${question}</h1>
${warningsIn(results).map(warningHtml).join('\n')}
${answerHtml(results)}
${errorsHtml(results)}
<h2>The nine reports</h2>
<ol class="rp-cards">
${notebooks.map((notebook) => cardHtml(notebook, results, written)).join('\n')}
</ol>
${cardsHtml(cards)}<h2>This run</h2>
<dl class="rp rp-facts">${facts.map((fact) => factHtml(fact, results)).join('')}${timeHtml(results)}</dl>
</main>
</body>
</html>
`;
}

/** The answer in one sentence, as far as this run has it. */
function answerHtml(results: Results): string {
  const error = number(results, 'test.game.mae_cents');
  const median = number(results, 'baseline.median.mae_cents');
  if (error === null || median === null || median === 0) {
    return '<p class="rp-answer">The answer comes with report 7, Test prediction: not run.</p>';
  }
  const share = 1 - error / median;
  const better =
    share > 0
      ? `${formatPercent(share)} less than when every game is given the median price`
      : `${formatPercent(-share)} more than when every game is given the median price: the model reads no price`;
  const interval = intervalText(results, 'test.game.mae_cents');
  const r2 = number(results, 'test.game.r2_log');
  const explained =
    r2 === null ? '' : ` R² of the logarithmic price is <strong>${formatNumber(r2)}</strong>.`;
  return `<p class="rp-answer">On games it has never seen, the model is off by <strong>${formatEuros(error)}</strong> on average${interval && ` (95% interval ${interval})`}, ${better}.${explained}</p>`;
}

/** `€2.72 to €6.57`, or nothing where the ends are not known. */
function intervalText(results: Results, name: string): string {
  const [low, high] = [number(results, `${name}.low`), number(results, `${name}.high`)];
  return low === null || high === null ? '' : `${formatEuros(low)} to ${formatEuros(high)}`;
}

/** The errors as a table whose last column is a bar in proportion. */
function errorsHtml(results: Results): string {
  const compared = number(results, limit[1]) === null ? errors : [...errors, limit];
  const values = compared.map(([, name]) => number(results, name));
  const longest = Math.max(...values.map((value) => value ?? 0), 1);
  const rows = compared.map(([label, name, colour], i) => {
    const value = values[i] ?? null;
    const bar =
      value === null
        ? ''
        : `<span class="rp-bar" style="width:${((100 * value) / longest).toFixed(1)}%;background:var(--rp-${colour})"></span>`;
    const shown = value === null ? NOT_RUN : formatEuros(value);
    return (
      `<tr><th scope="row">${escapeHtml(label)}</th><td class="rp-right">${shown}</td><td>${intervalText(results, name)}</td>` +
      `<td class="rp-bar-cell" aria-hidden="true">${bar}</td></tr>`
    );
  });
  return (
    '<div class="rp rp-table rp-errors"><table><caption>Mean absolute error on the test games</caption>' +
    '<thead><tr><th scope="col">Who guesses</th><th scope="col" class="rp-right">Off by</th><th scope="col">95% interval</th><td></td></tr></thead>' +
    `<tbody>${rows.join('\n')}</tbody></table></div>`
  );
}

function cardHtml(
  { name, title, question: asked }: Notebook,
  results: Results,
  written: readonly Notebook[],
): string {
  const there = written.some((other) => other.name === name);
  const seconds = number(results, `seconds.${name}`);
  const state = there ? (seconds === null ? '' : formatSeconds(seconds)) : NOT_RUN;
  const words =
    `<span class="rp-card-title">${escapeHtml(title)}</span><span class="rp-card-question">${escapeHtml(asked)}</span>` +
    `<span class="rp-card-state">${state}</span>`;
  return there
    ? `<li><a class="rp-card" href="${escapeHtml(name)}.html">${words}</a></li>`
    : `<li><div class="rp-card rp-missing">${words}</div></li>`;
}

function cardsHtml(cards: readonly CardFile[]): string {
  if (cards.length === 0) return '';
  const items = cards.map(
    ({ file, title, about }) =>
      `<li><a href="${escapeHtml(file)}">${escapeHtml(title)}</a>: ${escapeHtml(about)}</li>`,
  );
  return `<h2>Cards</h2>\n<ul>${items.join('')}</ul>\n`;
}

function factHtml([label, names, show]: Fact, results: Results): string {
  const values = names.map((name) => results[name]).filter((value) => value !== null && value !== undefined);
  const known = values.length === names.length;
  const text = known
    ? show(...values.map((value) => (typeof value === 'number' ? value : String(value))))
    : NOT_RUN;
  return `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd></div>`;
}

function timeHtml(results: Results): string {
  const seconds = notebooks.flatMap(({ name }) => number(results, `seconds.${name}`) ?? []);
  const sum = seconds.length === 0 ? NOT_RUN : formatSeconds(seconds.reduce((a, b) => a + b, 0));
  return `<div><dt>Time of all notebooks</dt><dd>${sum}</dd></div>`;
}
