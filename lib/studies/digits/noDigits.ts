import { argMax } from '../../core/extremes';
import { random } from '../../core/random';
import { greyStore } from '../../images/greyStore';
import { type Asked, tops } from '../../metrics/sureness';
import { formatPercent } from '../../report/format';
import { type PictureRow, storedPicture } from '../../report/gallery';
import type { DigitData } from './data';
import { drawSign } from './sample';

/** Pictures of each kind. */
const COUNT = 500;

/** Letters that are like no digit. */
const letters = [...'AEFHKMNRTUVWXY'];

/** Pictures that are no digits, or digits as nobody writes them, by what they are: bytes, `[500, size, size]` of each kind. */
export function noDigits({ images, rows }: DigitData, seed: number): Record<string, Uint8Array> {
  const draw = random(seed, 'no digits');
  const { size } = images;
  const digits = rows.test.slice(0, COUNT).map((row) => images.readOne(row).filter((_, i) => i % 3 === 0));
  const each = (make: () => Uint8Array): Uint8Array => joined(Array.from({ length: COUNT }, make));
  return {
    'Noise, each pixel by itself': each(() => new Uint8Array(size * size).map(() => draw.integer(0, 255))),
    'Letters, drawn': each(() => drawSign(draw.pick(letters), size, draw)),
    'Test digits upside down': joined(digits.map((digit) => digit.slice().reverse())),
    'Test digits, black on white': joined(digits.map((digit) => digit.map((value) => 255 - value))),
  };
}

const joined = (pictures: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pictures));

/** Six pictures of a kind, the surest first, with what is said of each; `grey` has all of them. */
export async function surestRow(
  { kind, said }: Asked,
  grey: Uint8Array,
  { classes, images: { size } }: DigitData,
): Promise<PictureRow> {
  const names = said.map((_, i) => `${kind} ${i + 1}`);
  const store = greyStore(grey, size, names);
  const sure = tops({ kind, said });
  const surest = [...sure.keys()].sort((a, b) => sure[b]! - sure[a]!).slice(0, 6); // one for each picture
  const words = (i: number): string => `**${classes[argMax(said[i]!)]}** ${formatPercent(sure[i]!)}`;
  const pictures = surest.map((i) => storedPicture(store, i, kind, words(i)));
  return { caption: kind, pictures: await Promise.all(pictures) };
}
