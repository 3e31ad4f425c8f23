import sharp from 'sharp';
import type { Frame } from '../images/frames';
import type { ShownObject } from '../metrics/averagePrecision';
import type { NamedPicture } from './findObjects';

/** Frames that are looked at, at most. */
export const FRAMES = 24;

/** Sides of a frame in pixels, and how long it stays in seconds. */
const [WIDTH, HEIGHT, STAY] = [320, 256, 0.25];

/** What a camera sees that moves along photographs side by side, and which of their objects each frame shows; one of which less than half is in a frame counts neither way there. */
export async function panAlong(
  photographs: readonly NamedPicture[],
  objects: readonly ShownObject[],
): Promise<{ frames: Frame[]; shown: ShownObject[] }> {
  const parts: { name: string; input: Buffer; left: number; top: number; scale: number }[] = [];
  let width = 0;
  for (const { name, source } of photographs) {
    const { height } = await sharp(source).metadata();
    const { data, info } = await sharp(source)
      .resize({ height: HEIGHT })
      .toBuffer({ resolveWithObject: true });
    parts.push({ name, input: data, left: width, top: 0, scale: HEIGHT / height });
    width += info.width;
  }
  const create = { width, height: HEIGHT, channels: 3, background: '#000000' } as const;
  const strip = await sharp({ create }).composite(parts).png().toBuffer();
  const frames: Frame[] = [];
  const shown: ShownObject[] = [];
  for (let i = 0; i < FRAMES; i++) {
    const left = Math.round((i * (width - WIDTH)) / (FRAMES - 1));
    const window = sharp(strip).extract({ left, top: 0, width: WIDTH, height: HEIGHT });
    frames.push({ content: await window.png().toBuffer(), seconds: STAY * i });
    for (const { picture, label, box } of objects) {
      const part = parts.find(({ name }) => name === picture);
      if (!part) continue;
      const [top, height, all] = [box.top, box.height, box.width].map((side) => side * part.scale) as Three;
      const start = part.left + box.left * part.scale - left;
      const [first, last] = [Math.max(0, start), Math.min(WIDTH, start + all)];
      const seen = { left: first, width: last - first, top, height };
      if (last > first) shown.push({ picture: String(i), label, box: seen, crowd: last - first < all / 2 });
    }
  }
  return { frames, shown };
}

type Three = [number, number, number];
