/** What a row's own side is to reach: so many times the rate of another side. */
export interface Goal {
  /** A stage of the Python side, or `strongest`: the fastest of its strong ones. */
  against: string;
  /** Our rate divided by theirs, at the least. */
  atLeast: number;
}

/** A line of the benchmark: one piece of work, done by our side and by several stages of the Python side. */
export interface Row {
  name: string;
  title: string;
  goals: readonly Goal[];
  /** Stages of the Python side beside those named in the goals; every one of the row takes part. */
  rounds?: number;
  /** Most memory that all processes of our side may hold, in MiB. */
  memoryMib?: number;
}

export const rows: readonly Row[] = [
  {
    name: 'prepare-thumbnail',
    title: 'prepare 600 × 338 JPEG files to 96 × 96',
    goals: [
      { against: 'prepare-thumbnail-pillow', atLeast: 5 },
      { against: 'prepare-thumbnail-opencv-reduced', atLeast: 1.5 },
      { against: 'strongest', atLeast: 1 },
    ],
  },
  {
    name: 'prepare-full',
    title: 'prepare 1920 × 1080 JPEG files to 96 × 96',
    goals: [
      { against: 'prepare-full-pillow', atLeast: 5 },
      { against: 'prepare-full-opencv', atLeast: 5 },
      { against: 'strongest', atLeast: 1.2 },
    ],
  },
  {
    name: 'augment',
    title: 'augmented copies of 96 × 96 pictures',
    goals: [
      { against: 'augment-generator', atLeast: 15 },
      { against: 'strongest', atLeast: 1.2 },
    ],
  },
  {
    name: 'features-96',
    title: 'features of MobileNetV2 1.0 at 96 px',
    goals: [{ against: 'features-96-function', atLeast: 2.5 }],
  },
  {
    name: 'features-224',
    title: 'features of MobileNetV2 0.35 at 224 px',
    goals: [{ against: 'features-224-function', atLeast: 4 }],
  },
  {
    name: 'epoch-32',
    title: 'one epoch over 2,000 images, batches of 32',
    goals: [
      { against: 'epoch-fit', atLeast: 10 },
      { against: 'epoch-head-32', atLeast: 1.2 },
    ],
  },
  {
    name: 'epoch-128',
    title: 'one epoch over 2,000 images, batches of 128',
    goals: [{ against: 'epoch-head-128', atLeast: 1.2 }],
  },
  {
    name: 'cnn-epoch',
    title: 'one epoch of a CNN from pixels, 2,000 pictures of 64 × 64, batches of 32',
    goals: [
      { against: 'cnn-epoch-fit', atLeast: 1.2 },
      { against: 'strongest', atLeast: 1 },
    ],
  },
  {
    name: 'digits-epoch',
    title: 'one epoch of the network of digits, 6,000 pictures of 28 × 28, batches of 128',
    goals: [
      { against: 'digits-epoch-fit', atLeast: 1.2 },
      { against: 'strongest', atLeast: 1 },
    ],
  },
  {
    name: 'grad-cam-features',
    title: 'Grad-CAM of one picture, features at hand',
    goals: [{ against: 'grad-cam-features', atLeast: 1.5 }],
  },
  {
    name: 'grad-cam-picture',
    title: 'Grad-CAM of one picture, from its pixels',
    goals: [{ against: 'grad-cam-picture', atLeast: 1.5 }],
  },
  {
    name: 'deep-shap',
    title: 'DeepSHAP of 10 digits beside a background of 100',
    goals: [{ against: 'deep-shap-library', atLeast: 3 }],
  },
  {
    name: 'whole-run',
    title: '300 games × 8 pictures, from the table to test predictions, 5 epochs',
    goals: [
      { against: 'whole-run-as-written', atLeast: 6 },
      { against: 'whole-run-strong', atLeast: 2 },
    ],
    memoryMib: 900,
  },
];
