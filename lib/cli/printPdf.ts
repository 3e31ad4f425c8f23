import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ReportError } from '../core/errors';
import { writeAtomic } from '../core/files';
import { pictureSource } from '../report/gallery';

/** Where browsers that can print lie on Linux, macOS and Windows. */
const places = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].map(
    (name) => `/usr/bin/${name}`,
  ),
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];

/** The browser that prints: `CHROMIUM` where that is set, else the first that is found. Throws `BAD_SETTING` when there is none. */
export function browserOf(env: NodeJS.ProcessEnv = process.env, known: readonly string[] = places): string {
  const found = (env.CHROMIUM ? [env.CHROMIUM] : known).find((file) => existsSync(file));
  if (found) return found;
  const where = env.CHROMIUM ? `there is no ${env.CHROMIUM}` : 'none was found';
  const advice = `A PDF is printed by Chromium, Chrome or Edge, and ${where}: install one, or set CHROMIUM to its file.`;
  throw new ReportError('BAD_SETTING', advice);
}

/** The paper, and how large everything is on it. */
export const paper = {
  format: 'A4',
  margin: { top: '16mm', bottom: '18mm', left: '18mm', right: '18mm' },
  scale: 0.86,
};

/** The width in px of a page that fits between the margins. */
export const PAPER_WIDTH = 764;

/**
 * Prints an HTML file of the report beside it as PDF, with page numbers and an outline, and gives its path; with `code`, code too. The HTML file
 * and the pages beside it get a static picture of each chart, which shows where scripts do not run. Throws what `browserOf` throws.
 */
export async function printPdf(file: string, { code }: { code: boolean }): Promise<string> {
  const executablePath = browserOf();
  const { chromium } = await import('playwright-core');
  const home = await mkdtemp(path.join(os.tmpdir(), 'print-')); // nothing is left in the user's own folders
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home };
  const browser = await chromium.launch({ executablePath, args, env });
  try {
    const page = await browser.newPage({
      offline: true,
      colorScheme: 'light',
      viewport: { width: PAPER_WIDTH, height: 900 },
    });
    page.setDefaultTimeout(300_000);
    await page.goto(pathToFileURL(file).href);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`for (const cell of document.querySelectorAll('.rp-code')) cell.open = ${code}`);
    await page.evaluate(readyToPrint);
    const options = {
      ...{ ...paper, printBackground: true, outline: true, tagged: true },
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate:
        '<div style="width:100%;font:8pt sans-serif;text-align:center;color:#59626d"><span class="pageNumber"></span> / <span class="totalPages"></span></div>',
    };
    const places = pagesOf((await page.pdf(options)).toString('latin1')); // contents need the numbers of a first print
    await page.evaluate(
      `for (const link of document.querySelectorAll('.rp-contents a')) link.dataset.page = ${JSON.stringify(places)}[link.hash.slice(1)] ?? ''`,
    );
    const pdf = file.replace(/\.html$/, '.pdf');
    await page.pdf({ ...options, path: pdf });
    const pictures = (await page.evaluate(chartPictures)) as Record<string, string>; // as written below
    const [folder, whole] = [path.dirname(file), path.basename(file)];
    const pages = (await readdir(folder)).filter((name) => name.endsWith('.html') && name !== whole);
    for (const name of [...pages, whole]) {
      const html = path.join(folder, name); // the whole last, as it must not be older than what it shows
      const prefix = name === whole ? '' : `${path.basename(name, '.html')}-`; // of ids in the whole
      await writeAtomic(html, withPictures(await readFile(html, 'utf8'), pictures, prefix));
    }
    return pdf;
  } finally {
    await browser.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** In the page: each chart as it is drawn, as the address of a picture, by its id. */
const chartPictures = `(async () => {
  const pictures = {};
  for (const plot of document.querySelectorAll('.rp-plot[data-drawn]')) {
    const size = { width: plot.clientWidth, height: plot.clientHeight, scale: 1.5 };
    const figure = { data: plot.data, layout: { ...plot.layout, paper_bgcolor: '#fff' } };
    pictures[plot.id] = await (await window.reportPlotly).toImage(figure, { format: 'jpeg', ...size });
  }
  return pictures;
})()`;

/** A page of which charts have static pictures, by their ids, before the words that stand for them. */
const withPictures = (html: string, pictures: Readonly<Record<string, string>>, prefix: string): string =>
  html.replace(/(<div [^>]*class="rp-plot"[^>]*>)(?:<noscript>.*?<\/noscript>)?/g, (_, start: string) => {
    const picture = pictures[prefix + (/ id="([^"]+)"/.exec(start)?.[1] ?? '')];
    return picture ? `${start}<noscript><img src="${pictureSource(picture)}" alt=""></noscript>` : start;
  });

/** On which page of a PDF, as Chromium writes it, each place lies that a link leads to. */
export function pagesOf(pdf: string): Record<string, number> {
  const pages = [...pdf.matchAll(/^(\d+) 0 obj\s<<\/Type \/Page\s/gm)].map(([, page]) => Number(page));
  pages.sort((a, b) => a - b);
  const places = [...pdf.matchAll(/\/(\S+) \[(\d+) 0 R \/XYZ /g)];
  return Object.fromEntries(places.map(([, id, page]) => [id, pages.indexOf(Number(page)) + 1]));
}

/** In the page: draws charts at the width of paper, waits for them and for pictures, and makes tables that are too wide smaller. */
export const readyToPrint = `(async () => {
  const plots = [...document.querySelectorAll('.rp-plot')];
  const undrawn = () => plots.some((plot) => !plot.dataset.drawn && !plot.querySelector('.rp-undrawn + .rp-undrawn'));
  while (undrawn()) await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  for (const table of document.querySelectorAll('table')) {
    const room = table.closest('section').clientWidth;
    if (table.offsetWidth > room) table.style.zoom = room / table.offsetWidth;
  }
})()`;
