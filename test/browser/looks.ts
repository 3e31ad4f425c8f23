import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { PAPER_WIDTH, paper, readyToPrint } from '../../lib/cli/printPdf';
import { GOLDEN_FONT, noGoldens, unlikeGoldens } from './goldens';
import type { OpenPage } from './page';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** The widths of a phone, a tablet and a desk, in px. */
const widths = [360, 768, 1440];

/** Runs an expression in the page that gives a list of faults. */
const listed = async (page: Page, script: string): Promise<string[]> =>
  (await page.evaluate(script)) as string[]; // of our own, below

/** What a reader could not use on a page of a report that `openPage` has opened from `file`: one line for each place. */
export async function faultsOf(opened: OpenPage, file: string): Promise<string[]> {
  const { page, errors, requests, charts, drawn } = opened;
  await page.evaluate(axe);
  const found = [
    ...(drawn < charts ? [`${charts - drawn} of ${charts} charts are not drawn`] : []),
    ...(await listed(page, brokenPictures)),
    ...deadLinks(file, await listed(page, links)),
    ...(await listed(page, missingNumbers)),
    ...(await listed(page, violations('{}'))),
  ];
  await page.emulateMedia({ colorScheme: 'dark' });
  found.push(...(await listed(page, violations(`{ runOnly: ['color-contrast'] }`)))); // no other rule sees colours
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    found.push(...(await listed(page, tooWide)).map((line) => `at ${width} px: ${line}`));
  }
  found.push(...(await unreached(page)), ...(await unmoved(page)));
  found.push(
    ...errors.map((error) => `error: ${error}`),
    ...requests.map((address) => `asks for ${address}`),
  );
  return found;
}

const brokenPictures = `[...document.images].filter((image) => image.getAttribute('src') && !image.naturalWidth)
  .map((image) => 'no picture: ' + image.src.slice(0, 80))`;

/** Links to anything but a place of this page that is there. */
const links = `[...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href')).filter((href) => {
  const [name, place] = href.split('#');
  return name || !place || !(document.getElementById(place) ?? document.getElementById(decodeURIComponent(place)));
})`;

/** Those of these links that lead to no file beside this one, or to no place in it. */
const deadLinks = (file: string, hrefs: readonly string[]): string[] =>
  [...new Set(hrefs)]
    .filter((href) => {
      const [name = '', place] = href.split('#').map(decodeURIComponent);
      const target = path.resolve(path.dirname(file), name);
      const isData = /^(data|blob):/.test(href);
      if (isData || name === '' || !existsSync(target)) return !isData;
      return place !== undefined && !readFileSync(target, 'utf8').includes(` id="${place}"`);
    })
    .map((href) => `leads nowhere: ${href}`);

/** References to figures and tables that have no such number. */
const missingNumbers = `[...document.querySelector('main').textContent.matchAll(/\\b(Figure|Table) (\\d+\\.\\d+)/g)]
  .filter(([, kind, number]) => !document.getElementById(kind.toLowerCase() + '-' + number))
  .map(([words]) => 'there is no ' + words)`;

const violations = (options: string): string => `axe.run(${options}).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => 'axe: ' + id + ': ' + html.slice(0, 120) + ' ' + failureSummary)))`;

/** What sticks out of the window, and charts that have not taken its width after 5 s. */
const tooWide = `(async () => {
  const { clientWidth, scrollWidth } = document.documentElement;
  const out = (element) => element.getBoundingClientRect().right > clientWidth + 1 && !element.closest('.rp-scroll, svg');
  const places = scrollWidth <= clientWidth ? [] : [scrollWidth + ' px wide', ...[...document.querySelectorAll('main *')].filter(out).slice(0, 3).map((element) => element.outerHTML.slice(0, 100))];
  const charts = [...document.querySelectorAll('.rp-plot')].filter((plot) => plot.clientWidth);
  const unlike = () => charts.filter((plot) => Math.abs(plot.clientWidth - plot.querySelector('.main-svg')?.clientWidth) > 1);
  const end = Date.now() + 5000;
  while (unlike().length && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 30));
  return [...places, ...unlike().map((plot) => 'a chart does not fit: ' + plot.id)];
})()`;

/** What a mouse can use, as its kind or its pointer tells, and the tabulator key does not come to. */
async function unreached(page: Page): Promise<string[]> {
  const many = (await page.evaluate(`(() => {
    const usable = 'a[href], button, summary, input, select, textarea, [tabindex="0"]';
    const pointed = (element) => getComputedStyle(element).cursor === 'pointer';
    const all = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility({ visibilityProperty: true }) &&
      !element.closest('.rp-plot') && (element.matches(usable) || (pointed(element) && !pointed(element.parentElement))));
    window.toReach = new Set(all.map((element) => element.closest(usable) ?? element.querySelector(usable) ?? element));
    addEventListener('focusin', ({ target }) => window.toReach.delete(target));
    document.activeElement.blur();
    return window.toReach.size;
  })()`)) as number;
  for (let i = 0; i < many + 20; i++) await page.keyboard.press('Tab'); // boxes that scroll are stops too
  return listed(
    page,
    `[...window.toReach].map((element) => 'no key comes to ' + element.outerHTML.slice(0, 120))`,
  );
}

/** Sliders that an arrow key moves and nothing else changes with them. */
async function unmoved(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const slider of await page.locator('input[type=range]:visible').all()) {
    const state = `document.querySelector('main').innerHTML`;
    const before = await page.evaluate(state);
    await slider.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    if ((await page.evaluate(state)) === before)
      found.push(`a slider changes nothing: ${await slider.evaluate((one) => String(one))}`);
  }
  return found;
}

/** What a reader of the printed report of a study would miss: pages beyond 40, what sticks out of the paper, and pages unlike the golden ones. */
export async function printFaults(page: Page, study?: string): Promise<string[]> {
  await page.setViewportSize({ width: PAPER_WIDTH, height: 900 });
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await page.evaluate(readyToPrint);
  const cut = await listed(page, tooWide);
  if (study) await page.addStyleTag({ content: `:root { --rp-sans: ${GOLDEN_FONT} !important }` });
  const pdf = await page.pdf(paper);
  const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
  return [
    ...cut.map((line) => `on paper: ${line}`),
    ...(pages > 0 && pages <= 40 ? [] : [`${pages} printed pages`]),
    ...(study && noGoldens === null ? await unlikeGoldens(study, pdf) : []),
  ];
}
