/** 256 colours from lowest to highest value, as 768 bytes: red, green, blue of each. */
export type ColourTable = Uint8Array;

const clampByte = (value: number): number => Math.min(Math.max(Math.round(value), 0), 255);

/** A table of `colour(0)` … `colour(255)`. */
const table = (colour: (index: number) => readonly [red: number, green: number, blue: number]): ColourTable =>
  Uint8Array.from(Array.from({ length: 256 }, (_, i) => colour(i)).flat(), clampByte);

/** Straight lines in RGB between colours at equal distances. */
function between(colours: string): ColourTable {
  const points = colours
    .split(' ')
    .map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
  return table((index) => {
    const position = (index / 255) * (points.length - 1);
    const from = Math.min(Math.floor(position), points.length - 2);
    const mix = (channel: number): number => {
      const [a, b] = [points[from]![channel]!, points[from + 1]![channel]!]; // three channels each
      return a + (b - a) * (position - from);
    };
    return [mix(0), mix(1), mix(2)];
  });
}

/**
 * Inferno (Nathaniel J. Smith and Stéfan van der Walt, 2015, CC0; matplotlib), between ten of its colours at equal distances: its
 * lightness rises evenly with the value, so that it can be read in grey and by colour-blind readers. The default.
 */
export const inferno: ColourTable = between(
  '#000004 #1b0c41 #4a0c6b #781c6d #a52c60 #cf4446 #ed6925 #fb9b06 #f7d13d #fcffa4',
);

/** Viridis, by the same authors in the same way: dark blue over green to yellow. */
export const viridis: ColourTable = between(
  '#440154 #482878 #3e4989 #31688e #26828e #1f9e89 #35b779 #6ece58 #b5de2b #fde725',
);

/**
 * Jet as in OpenCV (`COLORMAP_JET`), the one of the original: equal byte by byte, but red first where OpenCV has blue first. Its
 * lightness goes up and down, so that it shows edges where the map has none; for comparison with older figures only.
 */
export const jet: ColourTable = table((i) => [
  Math.min(4 * i - 382, 255, 1148 - 4 * i),
  Math.min(4 * i - 128, 255, 892 - 4 * i),
  i === 159 ? 1 : Math.min(4 * i + 128, 255, 638 - 4 * i), // OpenCV's table has this one value off the line
]);

/** Index of the colour for a value: 0 to 1 in 256 steps, values beyond take the first or last. */
export const colourIndex = (value: number): number => clampByte(value * 255);
