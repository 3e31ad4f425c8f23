import type { HeatMap } from '../../lib/explain/heatMap';
import { lowers, raises } from '../../lib/explain/heatMap';
import type { ImageStore } from '../../lib/images/store';
import type { SidedPrediction } from '../../lib/studies/prices/explainStage';
import type { PictureSource } from '../../lib/studies/prices/report/mapRows';
import { cents } from '../../lib/studies/prices/units';
import { files } from './pictureStore';

/** A map of 2 × 2 places. */
export const map = (...values: number[]): HeatMap => ({
  width: 2,
  height: 2,
  values: Float32Array.from(values),
});

/** The pictures of `pictureStore` with the titles of their games. */
export const sourceOf = (folder: string, store: ImageStore): PictureSource => ({
  images: store,
  selection: {
    folder,
    kept: ['10', '20'].map((id) => ({ id, title: `Game <${id}>` })),
  },
});

/** A picture of `pictureStore` with the two sides of a map, or sides of their own. */
export const sided = (
  image: number,
  values: HeatMap,
  sides: Partial<Pick<SidedPrediction, 'raises' | 'lowers'>> = {},
): SidedPrediction => ({
  prediction: {
    id: files[image]!.split('/')[1]!, // as the files are written
    image,
    file: files[image]!, // a picture of the store
    part: 'test',
    predicted: { output: [1], price: cents(1234.4) },
    label: cents(1999),
  },
  map: values,
  raises: raises(values),
  lowers: lowers(values),
  ...sides,
});
