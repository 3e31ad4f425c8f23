/** The share of each colour in the grey of a pixel (ITU-R 601), in 1/65536 as Pillow has them. */
const GREY = [19595, 38470, 7471] as const;

/** The grey level of each pixel of a picture of bytes, as Pillow's `convert('L')`. */
function greyLevels(pixels: Uint8Array): Uint8Array {
  const grey = new Uint8Array(pixels.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = (pixels[at]! * GREY[0] + pixels[at + 1]! * GREY[1] + pixels[at + 2]! * GREY[2] + 0x8000) >> 16; // three colours
  }
  return grey;
}

/** Moves every byte of `pixels` away from or towards the level that `plain` gives for its pixel, as Pillow's `blend`: in single precision, cut off. */
function blend(pixels: Uint8Array, factor: number, plain: (pixel: number) => number): void {
  const share = Math.fround(factor);
  for (let i = 0, pixel = 0; i < pixels.length; pixel++) {
    const level = plain(pixel);
    for (const end = i + 3; i < end; i++) {
      const value = Math.fround(level + Math.fround(share * (pixels[i]! - level))); // within the picture
      pixels[i] = value <= 0 ? 0 : value >= 255 ? 255 : value;
    }
  }
}

/** What can be done to the colours of a picture in place, by a factor of which 1 (for the hue, 0) changes nothing; as torchvision on Pillow's pictures. */
export const adjust = {
  brightness: (pixels: Uint8Array, factor: number): void => blend(pixels, factor, () => 0),
  contrast: (pixels: Uint8Array, factor: number): void => {
    const grey = greyLevels(pixels);
    const mean = Math.floor(grey.reduce((a, b) => a + b, 0) / grey.length + 0.5);
    blend(pixels, factor, () => mean);
  },
  saturation: (pixels: Uint8Array, factor: number): void => {
    const grey = greyLevels(pixels);
    blend(pixels, factor, (pixel) => grey[pixel]!); // one for each
  },
  /** `factor`: part of the way round the circle of hues, from −½ to ½. */
  hue: (pixels: Uint8Array, factor: number): void => {
    const turn = Math.trunc(factor * 255);
    for (let i = 0; i < pixels.length; i += 3) turnHue(pixels, i, turn);
  },
};

/** Turns the hue of the pixel at `at` by so many 255ths of the circle, by way of Pillow's HSV of bytes. */
function turnHue(pixels: Uint8Array, at: number, turn: number): void {
  const [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]; // a whole pixel
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  const saturation = range === 0 ? 0 : Math.trunc(Math.fround(range / value) * 255);
  if (saturation === 0) {
    pixels.fill(value, at, at + 3);
    return;
  }
  // Pillow computes in single precision, and what is cut off below depends on it.
  const [rc, gc, bc] = [r, g, b].map((level) => Math.fround((value - level) / range)) as [
    number,
    number,
    number,
  ];
  const sixth = Math.fround(r === value ? bc - gc : g === value ? 2 + rc - bc : 4 + gc - rc);
  const hue = (Math.trunc(Math.fround((sixth / 6 + 1) % 1) * 255) + turn + 256) % 256;
  const place = (hue * 6) / 255;
  const [part, share] = [place - Math.floor(place), saturation / 255].map(Math.fround) as [number, number];
  const low = Math.round(value * (1 - share));
  const falling = Math.round(value * (1 - share * part));
  const rising = Math.round(value * (1 - share * (1 - part)));
  const turned = [
    [value, rising, low],
    [falling, value, low],
    [low, value, rising],
    [low, falling, value],
    [rising, low, value],
    [value, low, falling],
  ];
  pixels.set(turned[Math.floor(place) % 6]!, at); // six
}
