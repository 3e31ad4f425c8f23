import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chartHtml } from '../../lib/report/charts';
import { chartsHtml } from '../../lib/report/plotly';
import { tableHtml } from '../../lib/report/tables';
import { sharedFolder } from '../temporary';
import { chromiumFile, noBrowser, openBrowser, openPage } from './page';

const folder = sharedFolder();
const rows = [
  { name: 'Ten, or "X"', seconds: 90, price: 123456 },
  { name: 'Two', seconds: 5, price: -300 },
  { name: 'None', seconds: null, price: 20 },
];
const time = (seconds: number | null): string =>
  seconds === null ? '–' : seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
const money = (cents: number): string =>
  `${cents < 0 ? '−' : ''}€${Math.abs(cents / 100).toLocaleString('en')}`;
const table = tableHtml(
  rows,
  { name: 'Name', seconds: ['Time', time], price: ['Price', money] },
  { caption: 'A table', limit: 2 },
);
const points = {
  type: 'scatter',
  name: 'A &amp; B',
  x: [1, 2],
  y: [0.5, null],
  customdata: ['<b>a</b><br>b', ''],
};
const drawn = { title: 'A chart', alt: 'Two points.', layout: { xaxis: { title: { text: 'Epoch' } } } };

describe.skipIf(!chromiumFile)(`tables and charts in Chromium${noBrowser}`, () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const charts = [
      chartHtml({ ...drawn, traces: [{ ...points, type: 'scatter' }] }),
      chartHtml({ ...drawn, traces: [], table: { columns: ['Epoch'], rows: [[1], [2], [3]] } }),
    ];
    const file = path.join(folder, 'tables.html');
    const body = `<body>${table}${chartsHtml()}${charts.join('')}</body>`;
    writeFileSync(
      file,
      `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>T</title>${body}</html>`,
    );
    browser = await openBrowser();
    const opened = await openPage(browser, file);
    expect([opened.errors, opened.requests]).toEqual([[], []]);
    page = opened.page;
  }, 60_000);

  afterAll(() => browser?.close());

  const order = (): Promise<string[]> =>
    page
      .locator('tbody tr td:first-child')
      .first()
      .evaluate(
        (cell) => [...cell.closest('tbody')!.rows].map((row) => row.cells[0]!.textContent.slice(0, 4)), // it has rows
      );

  it('are sorted by value at a click or a key, upwards, downwards and as they came, what is empty last, and of a long one the first rows show', async () => {
    const time = page.getByRole('columnheader', { name: 'Time' }).first();
    await time.getByRole('button').click();
    expect(await order()).toEqual(['Two', 'Ten,']);
    expect(await time.getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    expect(await order()).toEqual(['Ten,', 'Two']);
    await page.keyboard.press('Enter');
    expect(await order()).toEqual(['Ten,', 'Two']);
    expect(await time.getAttribute('aria-sort')).toBe('none');
    await page.getByRole('button', { name: 'Price' }).click();
    expect(await order()).toEqual(['Two', 'None']);
    expect(await time.getAttribute('aria-sort')).toBe(null);
    await page.getByRole('button', { name: 'Name' }).click();
    expect(await order()).toEqual(['None', 'Ten,']);
    for (const _ of [1, 2]) await page.getByRole('button', { name: 'Name' }).click();
  });

  const csv = async (name: string, nth = 0): Promise<string> => {
    const coming = page.waitForEvent('download');
    await page
      .getByRole('button', { name: `CSV: ${name}` })
      .nth(nth)
      .click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe(`${name.replace(' ', '-')}.csv`);
    return readFileSync((await download.path())!, 'utf8'); // it was not cancelled
  };

  it('give their figures as CSV: a table its texts, a chart its table, or its points', async () => {
    expect(await csv('A table')).toBe(
      '\ufeffName,Time,Price\r\n"Ten, or ""X""",1.5 min,€1234.56\r\nTwo,5 s,-€3\r\nNone,,€0.2\r\n',
    );
    expect(await csv('A chart')).toBe(
      '\ufeffSeries,x: Epoch,y: ,In words\r\nA & B,1,0.5,a; b\r\nA & B,2,,\r\n',
    );
    expect(await csv('A chart', 1)).toBe('\ufeffEpoch\r\n1\r\n2\r\n3\r\n');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button', { name: 'CSV' }).count()).toBe(0);
  });
});
