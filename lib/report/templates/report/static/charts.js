// Draws the charts that a page queued in `window.reportCharts`. Runs once in a page, and in JupyterLab, before or after the first chart.
(() => {
  const queue = window.reportCharts ?? [];
  if (queue.draw) return;

  const NARROW = 560; // px; below, a chart takes its narrow layout
  const PRINTED = 640; // px; the width of a chart on paper
  const drawn = new Map(); // element → its figure, and the width class it was drawn for
  let printing = false;

  /** The palette's colour as the styles of the page have it now: `training`, `test/0.3`. */
  function colour(element, token) {
    const [name, opacity] = token.split('/');
    const probe = document.createElement('span');
    probe.style.color = `var(--rp-${name})`;
    element.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    const [red, green, blue] = value.match(/[\d.]+/g).map(Number);
    return opacity ? `rgba(${red},${green},${blue},${opacity})` : `rgb(${red},${green},${blue})`;
  }

  /** A copy of a figure's part in which every `@name` is a colour. */
  function coloured(element, part, known) {
    if (typeof part === 'string' && /^@[a-z0-9-]+(\/[\d.]+)?$/.test(part)) {
      if (!known.has(part)) known.set(part, colour(element, part.slice(1)));
      return known.get(part);
    }
    if (Array.isArray(part)) return part.map((item) => coloured(element, item, known));
    if (part && typeof part === 'object') {
      return Object.fromEntries(
        Object.entries(part).map(([key, item]) => [key, coloured(element, item, known)]),
      );
    }
    return part;
  }

  const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

  function merged(base, over) {
    const result = { ...base };
    for (const [key, value] of Object.entries(over)) {
      result[key] = isObject(value) && isObject(base[key]) ? merged(base[key], value) : value;
    }
    return result;
  }

  const axis = {
    gridcolor: '@grid',
    linecolor: '@axis',
    tickcolor: '@axis',
    zeroline: false,
    showline: true,
    ticks: 'outside',
    ticklen: 4,
    automargin: true,
    tickfont: { color: '@muted', size: 12 },
    title: { standoff: 10, font: { size: 13, color: '@ink' } },
    fixedrange: matchMedia('(pointer: coarse)').matches, // a finger on a chart scrolls the page
  };

  /** The layout of every chart, under that of its figure. */
  function layoutOf(figure, width, family) {
    const narrow = width < NARROW;
    const own = narrow ? merged(figure.layout, figure.narrow) : figure.layout;
    const base = {
      width,
      height: narrow ? figure.narrowHeight : figure.height,
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family, size: 13, color: '@ink' },
      colorway: ['@c1', '@c2', '@c3', '@c4', '@c5', '@c6'],
      margin: { l: 8, r: narrow ? 8 : 16, t: 16, b: 8 },
      hoverlabel: {
        bgcolor: '@surface',
        bordercolor: '@axis',
        font: { family, size: 13, color: '@ink' },
        align: 'left',
      },
      showlegend: false, // the key above the chart is part of the page: it wraps, prints and is read aloud
      bargap: 0.06,
      xaxis: axis,
      yaxis: axis,
    };
    for (const name of Object.keys(own)) if (/^[xy]axis\d+$/.test(name)) base[name] = axis;
    return merged(base, own);
  }

  const config = {
    displayModeBar: false,
    doubleClick: 'reset',
    showTips: false,
    responsive: false, // the observer below also sees a panel of JupyterLab being moved
  };

  async function render(element) {
    const { figure } = drawn.get(element);
    const width = printing ? PRINTED : Math.floor(element.clientWidth);
    if (width === 0) return; // hidden, or not yet laid out: the observer calls again
    drawn.get(element).width = width;
    const known = new Map();
    const Plotly = await window.reportPlotly;
    element.querySelector(':scope > .rp-undrawn')?.remove();
    element.style.removeProperty('--rp-height');
    await Plotly.react(
      element,
      coloured(element, figure.traces, known),
      coloured(element, layoutOf(figure, width, getComputedStyle(element).fontFamily), known),
      config,
    );
    if (!element.dataset.drawn) showPictures(element);
    element.dataset.drawn = 'true';
  }

  /** Shows the picture of the point that is pointed at, where its trace has pictures: `meta: { pictures }`. */
  function showPictures(element) {
    const image = document.createElement('img');
    Object.assign(image, { className: 'rp-pointed', alt: '', hidden: true });
    element.after(image);
    element.on('plotly_hover', ({ points: [{ data, pointNumber }], event }) => {
      const src = data.meta?.pictures?.[pointNumber];
      image.hidden = !src;
      if (!src) return;
      image.src = src;
      image.style.left = `${Math.min(event.clientX + 16, innerWidth - 120)}px`;
      image.style.top = `${event.clientY + 16}px`;
    });
    element.on('plotly_unhover', () => {
      image.hidden = true;
    });
  }

  /** Says in the page that a chart failed: its words stay, and the reason is told. */
  function failed(element, error) {
    console.error(error);
    const line = document.createElement('p');
    line.className = 'rp-undrawn';
    line.textContent = `This chart could not be drawn (${error.message}).`;
    element.append(line);
  }

  const update = (element) => render(element).catch((error) => failed(element, error));

  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (!printing && Math.abs(target.clientWidth - (drawn.get(target)?.width ?? 0)) > 1) update(target);
    }
  });

  const updateAll = () => {
    for (const element of drawn.keys()) {
      if (element.isConnected) update(element);
      else {
        observer.unobserve(element);
        drawn.delete(element);
      }
    }
  };

  /** The element of a figure; JupyterLab may run the script before the output is in the page. */
  async function place(id) {
    for (let attempt = 0; attempt < 100; attempt++) {
      const element = document.getElementById(id);
      if (element) return element;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return null;
  }

  const idle = window.requestIdleCallback ?? setTimeout;
  let turn = Promise.resolve();

  /** Draws a chart after those above it, while the page has nothing else to do. */
  async function draw(figure) {
    const element = await place(figure.id);
    if (!element) return;
    drawn.set(element, { figure, width: 0 });
    turn = turn.then(() => new Promise((resolve) => idle(resolve)));
    await turn;
    observer.observe(element); // its first report draws
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', updateAll);
  new MutationObserver(updateAll).observe(document.body ?? document.documentElement, {
    attributeFilter: ['data-jp-theme-light'],
  });
  for (const [event, state] of [
    ['beforeprint', true],
    ['afterprint', false],
  ]) {
    addEventListener(event, () => {
      printing = state && !matchMedia('print').matches; // as of paper already, the width of the page is right
      updateAll();
    });
  }

  window.reportCharts = { push: draw, draw };
  for (const figure of queue) draw(figure);
})();
