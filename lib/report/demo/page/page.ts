import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { argMax } from '../../../core/extremes';
import { normalise, raises } from '../../../explain/heatMap';
import { overlayLayer } from '../../../explain/overlay';
import { regionOf, resizeMap } from '../../../explain/resize';
import { type Demo, type DemoAnswer, type DemoRecord, openDemo, refusals } from '../demo';
import { type Prepared, prepare } from './picture';

const all = <E extends Element>(selector: string): E[] => [...document.querySelectorAll<E>(selector)];
const element = <E extends Element>(selector: string): E => document.querySelector<E>(selector)!; // all of index.html
const say = (text: string): void => {
  element('#status').textContent = text;
};
const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  given: Partial<HTMLElementTagNameMap[K]> = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...inside);
  return made;
};
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** Backends from fast to slow; `?backend=wasm` asks for one. */
const backends = { webgl: 'WebGL', wasm: 'WebAssembly', cpu: 'JavaScript alone, which is slow' };

async function startBackend(): Promise<string> {
  setWasmPaths(new URL('.', location.href).pathname);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // its threads need headers that a static host does not send
  const wanted = new URLSearchParams(location.search).get('backend');
  for (const [name, title] of Object.entries(backends)) {
    if (wanted !== null && wanted !== name) continue;
    // Some phones compute in half precision, which changes the third digit.
    if (name === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_CAPABLE')) continue;
    if (await tf.setBackend(name).catch(() => false)) return title;
  }
  throw new Error('TensorFlow.js does not start in this browser');
}

async function part(name: string): Promise<Response> {
  const answer = await fetch(name);
  if (!answer.ok) throw new Error(`${name} is missing (${answer.status})`);
  return answer;
}

async function start(): Promise<void> {
  const backend = await startBackend();
  const record = (await (await part('demo.json')).json()) as DemoRecord; // as writeDemo wrote it
  const references = new Int8Array(await (await part('references.bin')).arrayBuffer());
  const model = await tf.loadLayersModel('model.json');
  const demo = openDemo(tf, model, record, references);
  await demo.ask(new Uint8Array(record.size ** 2 * 3)); // what compiles at the first call
  element('#made').textContent = `${record.model}, ${backend}.`;
  listen(demo);
  say(`Ready. Give it a ${record.one}.`);
  document.body.dataset.ready = backend;
}

/** Looks at what comes from `give`, and shows what the demo says or why it does not. */
async function look(demo: Demo, give: () => Promise<Blob>): Promise<void> {
  const { record } = demo;
  say('Looking …');
  element<HTMLElement>('#answer').hidden = true;
  try {
    const file = await give();
    const before = performance.now();
    const prepared = await prepare(file, record);
    const answer = await demo.ask(prepared.pixels);
    show(record, prepared, answer);
    const best = argMax(answer.probabilities);
    const words = `${record.classes[best]}, ${percent(answer.probabilities[best]!)}`; // one for each class
    say(`${words}, in ${Math.round(performance.now() - before)} ms.`);
  } catch (error) {
    say(error instanceof RangeError ? error.message : String(error));
  }
}

function show(record: DemoRecord, prepared: Prepared, { probabilities, maps, nearest }: DemoAnswer): void {
  const { classes } = record;
  const picture = element<HTMLCanvasElement>('#picture');
  const { canvas, box } = prepared;
  [picture.width, picture.height] = [canvas.width, canvas.height];
  picture.getContext('2d')?.drawImage(canvas, 0, 0);
  picture.ariaLabel = `The ${record.one}`;
  const drawMap = (i: number): void => {
    const map = resizeMap(maps[i]!, box.width, box.height, regionOf(box, record.size)); // one for each class
    const layer = element<HTMLCanvasElement>('#map');
    [layer.width, layer.height] = [map.width, map.height];
    const pixels = new Uint8ClampedArray(overlayLayer(normalise(raises(map))));
    layer.getContext('2d')?.putImageData(new ImageData(pixels, map.width, map.height), 0, 0);
    layer.ariaLabel = `Heat map of what speaks for ${classes[i]}`;
    element('#shown').textContent = classes[i]!;
    all('#bars button').forEach((button) => {
      button.ariaPressed = String((button as HTMLButtonElement).value === String(i));
    });
  };
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]!);
  const bar = (i: number): HTMLLIElement => {
    const share = probabilities[i]!; // one for each class
    const fill = make('span', { className: 'fill' });
    fill.style.width = percent(share);
    const value = make('data', { value: String(share) }, percent(share));
    const button = make(
      'button',
      { type: 'button', value: String(i) },
      fill,
      make('span', {}, classes[i]!),
      value,
    );
    button.onclick = () => drawMap(i);
    return make('li', {}, button);
  };
  element('#bars').replaceChildren(...order.map(bar));
  const neighbours = nearest.map(({ row, similarity }) => {
    const { label, name } = record.references[row]!; // a row of them
    const image = make('img', { src: `thumbnails/${row}.jpg`, alt: name, width: 112, height: 112 });
    return make('li', {}, image, make('strong', {}, label), ` similarity ${similarity.toFixed(2)}`);
  });
  element('#nearest').replaceChildren(...neighbours);
  element<HTMLElement>('#answer').hidden = false;
  drawMap(order[0]!); // there are classes
}

/** The ways in which a picture comes. */
function listen(demo: Demo): void {
  const given = (file: Blob | null | undefined): Promise<void> =>
    look(demo, async () => {
      if (file) return file;
      throw new RangeError(refusals.kind);
    });
  for (const input of all<HTMLInputElement>('input[type=file]')) {
    input.onchange = () => {
      if (input.files?.[0]) given(input.files[0]);
      input.value = ''; // so that the same file can be given again
    };
  }
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    given(event.dataTransfer?.files[0]);
  });
  addEventListener('paste', (event) => {
    if (event.clipboardData?.files[0]) given(event.clipboardData.files[0]);
  });
  const form = element<HTMLFormElement>('form');
  form.onsubmit = (event) => {
    event.preventDefault();
    look(demo, () => fromElsewhere(element<HTMLInputElement>('#address').value));
  };
  const examples = demo.record.examples.map(({ file, label }) => {
    const image = make('img', { src: file, alt: `An example of ${label}` });
    const button = make('button', { type: 'button' }, image);
    button.onclick = () => look(demo, async () => (await part(file)).blob());
    return button;
  });
  element('#examples').append(...examples);
}

/** A picture of another site, if that allows this page to read it. */
async function fromElsewhere(address: string): Promise<Blob> {
  try {
    const answer = await fetch(address, { credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (answer.ok) return await answer.blob();
    throw new RangeError(`That site answers with ${answer.status}: save the picture and choose the file.`);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError('That site does not let other pages read it: save the picture and choose the file.');
  }
}

/** Dark or light as the system has it, until the button says otherwise. */
function switchScheme(): void {
  const button = element<HTMLButtonElement>('#scheme');
  let dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const label = (): void => {
    button.textContent = dark ? 'Light' : 'Dark';
  };
  label();
  button.onclick = () => {
    dark = !dark;
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
    label();
  };
}

switchScheme();
element<HTMLInputElement>('#over').onchange = (event) => {
  element<HTMLElement>('#map').hidden = !(event.target as HTMLInputElement).checked; // the checkbox itself
};
start().catch((error: unknown) => {
  const served = location.protocol !== 'file:';
  const reason = error instanceof Error ? error.message : String(error);
  say(
    served
      ? `The demo does not start: ${reason}.`
      : 'Open this page through a web server: npm run demo starts one.',
  );
});
