import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

const found = (command: string, ...args: string[]): string | null => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null; // not installed, or it refuses
  }
};

/** Why printed pages are not compared with their golden pictures, or null when they are: a page breaks where its letters end. */
export const noGoldens: string | null =
  found('pdftoppm', '-v') === null
    ? 'no pdftoppm (Debian: poppler-utils)'
    : found('fc-match', 'sans-serif')?.includes('DejaVuSans.ttf')
      ? null
      : 'letters are not those of DejaVu Sans';

/** A page in px, at 8 dots per inch of A4, and the squares of which means are compared: lines of text are grey, figures in them do not show. */
const [WIDTH, HEIGHT, SQUARE] = [66, 93, 3];
/** How far the mean of a square's grey may be off, of 255, over a page on the mean. A chart that is missing is off by 8 and more; another machine's figures by less than 2. */
const TOLERANCE = 5;

/** The pages of a PDF as one grey picture, one below the other. */
async function pagesOf(pdf: Buffer): Promise<Buffer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
  try {
    const file = path.join(folder, 'report.pdf');
    writeFileSync(file, pdf);
    execFileSync('pdftoppm', ['-r', '32', '-gray', '-png', file, path.join(folder, 'page')]);
    const pages = readdirSync(folder).filter((name) => name.endsWith('.png'));
    const small = pages
      .sort()
      .map((name) =>
        sharp(path.join(folder, name))
          .resize(WIDTH, HEIGHT, { fit: 'fill' })
          .toColourspace('b-w')
          .raw()
          .toBuffer(),
      );
    return Buffer.concat(await Promise.all(small));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The mean grey of each square of a page. */
function squares(page: Uint8Array): number[] {
  const across = WIDTH / SQUARE;
  const sums = new Array<number>((across * HEIGHT) / SQUARE).fill(0);
  page.forEach((grey, i) => {
    const square = Math.floor(i / WIDTH / SQUARE) * across + Math.floor((i % WIDTH) / SQUARE);
    sums[square]! += grey / SQUARE ** 2; // every pixel lies in one
  });
  return sums;
}

/** How far each printed page is from its golden picture in `goldens/`, where it is too far; `UPDATE_GOLDENS=1` takes the pages as they are for golden. */
export async function unlikeGoldens(name: string, pdf: Buffer): Promise<string[]> {
  const file = path.join(__dirname, 'goldens', `${name}.png`);
  const pages = await pagesOf(pdf);
  const count = pages.length / WIDTH / HEIGHT;
  if (process.env.UPDATE_GOLDENS) {
    const raw = { width: WIDTH, height: HEIGHT * count, channels: 1 } as const;
    await sharp(pages, { raw }).png({ compressionLevel: 9 }).toFile(file);
  }
  if (!existsSync(file)) return [`no golden pictures ${file}`];
  const golden = await sharp(file).toColourspace('b-w').raw().toBuffer();
  if (golden.length !== pages.length) {
    return [`${count} printed pages, ${golden.length / WIDTH / HEIGHT} golden ones`];
  }
  return Array.from({ length: count }, (_, i) => {
    const own = (all: Buffer): number[] =>
      squares(all.subarray(i * WIDTH * HEIGHT, (i + 1) * WIDTH * HEIGHT));
    const expected = own(golden);
    const off = own(pages).reduce((sum, grey, k) => sum + Math.abs(grey - expected[k]!), 0) / expected.length; // as many squares
    return off > TOLERANCE ? `printed page ${i + 1} is off its golden picture by ${off.toFixed(1)}` : '';
  }).filter(Boolean);
}
