// Tables are sorted by a click on a head, and tables and charts give their figures as CSV: in the exported page and in JupyterLab.
window.reportTables ??= (() => {
  const collator = new Intl.Collator('en', { numeric: true });

  function button(words, press) {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = words;
    made.addEventListener('click', press);
    return made;
  }

  /** The text of a cell with plain blanks; nothing for a dash. */
  function textOf(cell) {
    const text = cell.textContent.replaceAll('\u2060', '').replaceAll('\u00a0', ' ').trim();
    return text === '–' ? '' : text;
  }

  const compare = (a, b) =>
    a.number !== null && b.number !== null ? a.number - b.number : collator.compare(a.text, b.text);

  const turns = { none: 'ascending', ascending: 'descending', descending: 'none' };

  /** Sorts `rows` upwards by a column, then downwards, then as they came; empty cells stay last. */
  function sortBy(head, rows) {
    const order = turns[head.getAttribute('aria-sort') ?? 'none'];
    for (const one of head.parentElement.cells) one.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', order);
    const keyed = rows.map((row) => {
      const cell = row.cells[head.cellIndex];
      const [text, value] = [textOf(cell), cell.dataset.value ?? textOf(cell)];
      return { row, text, number: text === '' || Number.isNaN(Number(value)) ? null : Number(value) };
    });
    const sign = { ascending: 1, descending: -1, none: 0 }[order];
    keyed.sort((a, b) => sign && ((a.text === '') - (b.text === '') || sign * compare(a, b)));
    const [shown, hidden] = head.closest('table').tBodies; // a long table has both
    const count = shown.rows.length;
    for (const [i, { row }] of keyed.entries()) (i < count ? shown : hidden).append(row);
  }

  function makeSortable(table) {
    const [heads, ...rows] = table.rows;
    if (rows.length < 3 || table.closest('.rp-threshold')) return; // there a slider writes into the cells in their order
    for (const head of heads.querySelectorAll('th')) {
      head.replaceChildren(button(head.textContent, () => sortBy(head, rows)));
    }
  }

  /** The texts of a table, numbers without marks between thousands and with a plain minus. */
  const rowsOf = (table) =>
    [...table.rows].map((row) =>
      [...row.cells].map((cell) =>
        textOf(cell)
          .replace(/^−(?=\p{Sc}?\d)/u, '-')
          .replace(/^-?\p{Sc}?\d{1,3}(,\d{3})+(?![\d,])/u, (number) => number.replaceAll(',', '')),
      ),
    );

  /** The points of a chart that is drawn, a row each: the name of their series and all that it says of them. */
  function pointsOf({ data, layout }) {
    const words = (value) => {
      if (typeof value !== 'string') return String(value ?? '');
      const html = value.replaceAll('<br>', '; '); // Plotly's markup
      return new DOMParser().parseFromString(html, 'text/html').body.textContent;
    };
    const axis = (name) => {
      const { title, ticktext } = layout[`${name}axis`] ?? {};
      return `${name}: ${words(title?.text)}${ticktext ? ' (place on the axis)' : ''}`;
    };
    const keys = data.flatMap((trace) => Object.keys(trace).filter((key) => Array.isArray(trace[key])));
    const names = [...new Set(keys)];
    const known = { x: axis('x'), y: axis('y'), customdata: 'In words' };
    const points = data.flatMap((trace) => {
      const columns = names.map((name) => trace[name] ?? []);
      const longest = columns.reduce((most, { length }) => Math.max(most, length), 0);
      const row = (_, i) => [trace.name, ...columns.map((column) => column[i])].map(words);
      return Array.from({ length: longest }, row);
    });
    return [['Series', ...names.map((name) => known[name] ?? name)], ...points];
  }

  /** Hands rows to the reader as a CSV file, with the mark by which spreadsheets know UTF-8. */
  function save(title, rows) {
    const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const csv = rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['\ufeff', csv], { type: 'text/csv' }));
    link.download = `${title.replace(/[^\p{L}\d]+/gu, '-').slice(0, 60)}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function prepare(element) {
    element.dataset.ready = 'true';
    const table = element.querySelector('table');
    const chart = element.querySelector('.rp-plot');
    if (!chart) makeSortable(table);
    if (element.closest('details')) return; // the chart around it has the same figures
    const title = element.querySelector('figcaption, caption').textContent;
    const csv = button('CSV', () => save(title, table ? rowsOf(table) : pointsOf(chart)));
    csv.className = 'rp-csv';
    csv.setAttribute('aria-label', `CSV: ${title}`);
    element.insertBefore(csv, element.querySelector(':scope > details'));
  }

  const ready = () => {
    if (document.readyState === 'loading') return soon(); // a table may be half read
    for (const one of document.querySelectorAll(':is(.rp-table, .rp-chart):not([data-ready])')) prepare(one);
  };
  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(ready);
  };
  new MutationObserver(soon).observe(document.documentElement, { childList: true, subtree: true });
  soon();
  return true;
})();
