/** How many pictures have one shape. */
export interface ShapeCount {
  /** `width × height`, in pixels. */
  shape: string;
  images: number;
}

/** The shapes of pictures given as columns of widths and heights, most frequent first. */
export function shapeCounts(widths: readonly number[], heights: readonly number[]): ShapeCount[] {
  const counts = new Map<string, number>();
  widths.forEach((width, i) => {
    const shape = `${width} × ${heights[i]}`;
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  });
  return [...counts].map(([shape, images]) => ({ shape, images })).sort((a, b) => b.images - a.images);
}
