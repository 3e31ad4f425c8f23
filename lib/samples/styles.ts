/** The art styles of generated pictures. */
export const styles = ['pixel art', 'flat vector', 'painterly', 'neon', 'realistic'] as const;
export type Style = (typeof styles)[number];

/** What a style does to everything drawn in it. */
export interface Look {
  /** Units of a pixel: where there are more, it shows as a square. */
  coarseness: number;
  /** Tones of shading, 0 for smooth. */
  tones: number;
  /** Unevenness of surfaces, 0 to 1. */
  texture: number;
  /** Brightness of the surroundings, 1 for daylight. */
  ambient: number;
  /** Saturation of the surroundings, as a factor. */
  saturation: number;
  /** Strength of the light that spreads from bright places. */
  glow: number;
  /** Units by which edges wander, as under a brush. */
  wander: number;
  /** Deviation of the noise added to every pixel, in grey levels. */
  grain: number;
  /** Levels per channel, 0 for all 256. */
  levels: number;
  /** Darkening of the corners, 0 to 1. */
  vignette: number;
}

const plain: Look = {
  coarseness: 2,
  tones: 0,
  texture: 0.5,
  ambient: 1,
  saturation: 1,
  glow: 0,
  wander: 0,
  grain: 2,
  levels: 0,
  vignette: 0,
};

export const looks: Record<Style, Look> = {
  'pixel art': { ...plain, coarseness: 3, tones: 3, texture: 0.45, grain: 0, levels: 20 },
  'flat vector': { ...plain, tones: 2, texture: 0.1, grain: 3, saturation: 1.15 },
  painterly: { ...plain, texture: 0.75, wander: 7, grain: 4, saturation: 1.1, vignette: 0.15 },
  neon: { ...plain, texture: 0.45, ambient: 0.4, saturation: 1.5, glow: 0.75, grain: 4, vignette: 0.3 },
  realistic: { ...plain, texture: 0.8, saturation: 0.7, glow: 0.25, grain: 6, vignette: 0.35 },
};
