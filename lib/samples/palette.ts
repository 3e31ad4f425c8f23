import type { Random } from '../core/random';
import { type Colour, hsl, mix } from './colour';
import type { Look } from './styles';

/** Times of day; they change the light of a picture. */
export const hours = ['morning', 'noon', 'dusk', 'night'] as const;
export type Hour = (typeof hours)[number];

/** The colours of the surroundings of one picture. */
export interface Palette {
  /** Degrees. */
  hue: number;
  skyTop: Colour;
  skyBottom: Colour;
  /** What far things fade into. */
  haze: Colour;
  /** Terrain, from far to near. */
  terrain: readonly [Colour, Colour, Colour, Colour];
  ground: Colour;
  /** Windows, torches, stars. */
  lamp: Colour;
}

/** Sky hue, its saturation, lightness at the top and at the horizon, hue at the horizon, light on the ground. */
const skies: Record<Hour, readonly [number, number, number, number, number, number]> = {
  morning: [205, 0.55, 0.5, 0.84, 35, 0.95],
  noon: [210, 0.65, 0.48, 0.78, 200, 1.05],
  dusk: [265, 0.45, 0.26, 0.62, 22, 0.72],
  night: [230, 0.5, 0.07, 0.2, 225, 0.42],
};

/** Colours around a hue, for one time of day in one style. */
export function makePalette(source: Random, ownHue: number, hour: Hour, look: Look): Palette {
  const [skyHue, skySaturation, topLight, bottomLight, bottomHue, light] = skies[hour];
  const tint = source.uniform(-25, 25);
  const hue = ownHue + source.uniform(-18, 18);
  const saturated = (value: number): number => Math.min(1, value * look.saturation);
  const lit = light * look.ambient;
  const skyLight = 0.35 + 0.65 * look.ambient;
  const skyTop = hsl(skyHue + tint, saturated(skySaturation), topLight * skyLight);
  const skyBottom = hsl(bottomHue + tint / 2, saturated(skySaturation), bottomLight * skyLight);
  const haze = mix(skyBottom, skyTop, 0.25);
  const terrain = (step: number): Colour => {
    const own = hsl(hue + step * 14, saturated(0.22 + 0.06 * step), (0.44 - 0.06 * step) * lit);
    return mix(haze, own, 0.42 + 0.19 * step);
  };
  const ground = hsl(hue + source.uniform(20, 60), saturated(0.27), source.uniform(0.32, 0.44) * lit);
  return {
    hue,
    skyTop,
    skyBottom,
    haze,
    terrain: [terrain(0), terrain(1), terrain(2), terrain(3)],
    ground,
    lamp: hsl(38 + tint, 0.95, 0.66),
  };
}
