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

/** The letters of the golden pages, whatever others a machine has. */
export const GOLDEN_FONT = 'DejaVu Sans';

/** Why printed pages are not compared with their golden pictures, or null when they are: a page breaks where its letters end. */
export const noGoldens: string | null =
  found('pdftoppm', '-v') === null
    ? 'no pdftoppm (Debian: poppler-utils)'
    : found('fc-match', GOLDEN_FONT)?.includes('DejaVuSans.ttf')
      ? null
      : `no letters of ${GOLDEN_FONT} (Debian: fonts-dejavu-core)`;

/** A page in px, at 8 dots per inch of A4, and the fields of it whose ink is compared: six across and six down. */
const [WIDTH, HEIGHT, FIELDS] = [66, 93, 6];
/**
 * The share of a page's ink that may lie in other fields, or be more or less. With all text 3 mm lower it is 0.18 at most, 9 mm lower 0.30
 * on three pages of four; with a quarter of the page left white it is 0.43 in the middle.
 */
const TOLERANCE = 0.35;

/**
 * Figures and the sentences that rules make of them differ a little from processor to processor, and what follows a longer sentence moves to
 * the next page: a page counts as like a golden one up to so many places away, and so large a share of the pages may be like none.
 */
const [AWAY, UNLIKE] = [2, 0.15];

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

/** The mean ink of each field of a page, from 0 to 255. */
function inkOf(page: Uint8Array): number[] {
  const [across, down] = [WIDTH / FIELDS, HEIGHT / FIELDS];
  const fields = new Array<number>(FIELDS ** 2).fill(0);
  page.forEach((grey, i) => {
    const field = Math.floor(Math.floor(i / WIDTH) / down) * FIELDS + Math.floor((i % WIDTH) / across);
    fields[field]! += (255 - grey) / across / down; // every pixel lies in one
  });
  return fields;
}

/** How much of the ink of a golden page is elsewhere; a page that is all but white counts as a line of text. */
function unlikeness(page: Uint8Array, golden: Uint8Array): number {
  const [own, expected] = [inkOf(page), inkOf(golden)];
  const off = own.reduce((sum, ink, k) => sum + Math.abs(ink - expected[k]!), 0); // as many fields
  return (
    off /
    Math.max(
      50,
      expected.reduce((a, b) => a + b),
    )
  );
}

/** Which printed pages are too far from their golden pictures in `goldens/`, where too many are; `UPDATE_GOLDENS=1` takes the pages as they are for golden. */
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
  const each = (all: Buffer): Buffer[] =>
    Array.from({ length: all.length / WIDTH / HEIGHT }, (_, i) =>
      all.subarray(i * WIDTH * HEIGHT, (i + 1) * WIDTH * HEIGHT),
    );
  const expected = each(golden);
  const off = each(pages).map((page, i) => {
    const near = expected.slice(Math.max(0, i - AWAY), i + AWAY + 1);
    return Math.min(...near.map((one) => unlikeness(page, one)));
  });
  const unlike = off.flatMap((much, i) => (much > TOLERANCE ? [`${i + 1} by ${much.toFixed(2)}`] : []));
  return [
    ...(Math.abs(count - expected.length) > AWAY
      ? [`${count} printed pages, ${expected.length} golden ones`]
      : []),
    ...(unlike.length > UNLIKE * count
      ? [`printed pages off their golden pictures: ${unlike.join(', ')}`]
      : []),
  ];
}
