import { quietRun, withProgress } from '../../core/run';
import { mapLayers } from '../../explain/mapMethods';
import { explanationMethods, isMethodName } from '../../explain/methods';
import { type Explainable, explainPictures, type SidedMap } from './explainStage';
import type { Trained } from './headStage';
import { type AnyMethodName, anyMethodNames, occlusionPatch } from './pictureExplainer';
import type { PreparedData } from './preparedData';
import type { Run } from './settings';

/** The maps of some pictures by one of several ways to make them. */
export interface ComparedMaps<E extends Explainable = Explainable> {
  /** The layer's or the method's name, as a reader knows it. */
  name: string;
  /** How fine the maps are before they are up-sampled: `3 × 3 places of 32 × 32 pixels`. */
  resolution: string;
  explained: (E & SidedMap)[];
}

/** Grad-CAM of the same pictures at several layers of the base, in their order. Throws what `explainPictures` throws. */
export const explainAtLayers = <E extends Explainable>(
  run: Run,
  prepared: PreparedData,
  trained: Trained,
  examples: readonly E[],
  layers: readonly string[] = mapLayers,
): Promise<ComparedMaps<E>[]> =>
  oneByOne(run, 'Layers', layers, async (quiet, name) => {
    const at = { ...quiet, config: { ...run.config, gradCamLayer: name } };
    const explained = await explainPictures(at, prepared, trained, examples);
    return { name, resolution: resolutionOf(explained, run.config.imageSize), explained };
  });

/** The same pictures by several methods at the layer of the settings, in their order; by default all there are. Throws what `explainPictures` throws. */
export const explainByMethods = <E extends Explainable>(
  run: Run,
  prepared: PreparedData,
  trained: Trained,
  examples: readonly E[],
  methods: readonly AnyMethodName[] = anyMethodNames,
): Promise<ComparedMaps<E>[]> =>
  oneByOne(run, 'Methods', methods, async (quiet, method) => {
    const explained = await explainPictures(quiet, prepared, trained, examples, 'price', method);
    const { imageSize } = run.config;
    if (isMethodName(method)) {
      const { title } = explanationMethods[method];
      return { name: title, resolution: resolutionOf(explained, imageSize), explained };
    }
    const patch = occlusionPatch(imageSize); // its maps have a value per pixel, but do not know as much
    return { name: 'Occlusion', resolution: `squares of ${patch} × ${patch} pixels`, explained };
  });

/** Of the model's pictures of `size` pixels; the maps are all of one size. */
function resolutionOf(explained: readonly SidedMap[], size: number): string {
  const { width, height } = explained[0]?.map ?? { width: 0, height: 0 };
  const side = (places: number): number => Math.round(size / Math.max(places, 1));
  return `${width} × ${height} places of ${side(width)} × ${side(height)} pixels`;
}

/** One way after another, under one progress display for all of them. */
const oneByOne = <W, R>(
  run: Run,
  label: string,
  ways: readonly W[],
  work: (quiet: Run, way: W) => Promise<R>,
): Promise<R[]> =>
  withProgress(run, label, async (onProgress) => {
    const quiet = { ...quietRun(run.config), weights: run.weights, signal: run.signal };
    const results: R[] = [];
    for (const way of ways) {
      results.push(await work(quiet, way));
      onProgress(results.length, ways.length);
    }
    return results;
  });
