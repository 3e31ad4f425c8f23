import type { Box } from '../../lib/images/letterbox';
import { oracleJson } from '../oracle';
import { kerasUniform } from '../training/kerasWeights';

/** A box of the oracle: two corners. */
export type Corners = readonly [top: number, left: number, bottom: number, right: number];

export interface DetectionOracle {
  seed: number;
  nms: { maxOutput: number; iou: number; score: number; selected: number[] }[];
  softNms: {
    maxOutput: number;
    iou: number;
    score: number;
    sigma: number;
    selected: number[];
    scores: number[];
  }[];
  combined: {
    perClass: number;
    total: number;
    iou: number;
    score: number;
    scores: number[];
    classes: number[];
    boxes: Corners[];
  };
  centernet: { stride: number; topK: number; detections: number[][] };
  ssd: { decoded: Corners[] };
  person: { classes: number[]; scores: number[]; max: number; atLeastOne: number };
  coco: {
    groundTruth: {
      image_id: number;
      category_id: number;
      bbox: [number, number, number, number];
      iscrowd: number;
    }[];
    detections: {
      image_id: number;
      category_id: number;
      bbox: [number, number, number, number];
      score: number;
    }[];
    stats: Record<string, number>;
    ap50PerClass: number[];
    apPerClass: number[];
  };
}

export const detectionOracle = oracleJson<DetectionOracle>('explain/detection');

/** Numbers that the oracle drew from its seed plus `offset`. */
export const drawn = (offset: number, count: number, low = 0, high = 1): Float32Array =>
  kerasUniform(detectionOracle.seed + offset, count, low, high);

export const boxOf = ([top, left, bottom, right]: Corners): Box => ({
  top,
  left,
  height: bottom - top,
  width: right - left,
});

export const cornersOf = ({ top, left, height, width }: Box): Corners => [
  top,
  left,
  top + height,
  left + width,
];
