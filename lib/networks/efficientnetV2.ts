import { INPUT } from './backbone';
import type { Layer } from './layers';
import { imageNet, type LibraryNetwork, normalized } from './libraryNetwork';

/** What a library does in its own way in an EfficientNetV2. */
interface EfficientNetLibrary {
  /** Whether the pixel that a stride of 2 needs beside an even picture is put on both sides; TensorFlow's "same" puts it behind. */
  even: boolean;
  /** The names of the first and the last convolution with their normalizations. */
  stem: Names;
  top(stages: number): Names;
  prefix(stage: number, block: number): string;
  /** The same of a part of a block, which is one of so many; of squeeze and excitation, of its two convolutions. */
  unit(part: Part, parts: readonly Part[]): Names;
}

type Names = readonly [conv: string, norm: string];
type Part = 'expand' | 'depthwise' | 'squeeze' | 'project';

/** How an EfficientNetV2 is built by torchvision. */
export const torchvisionEfficientNet: EfficientNetLibrary = {
  even: true,
  stem: ['features.0.0', 'features.0.1'],
  top: (stages) => [`features.${stages + 1}.0`, `features.${stages + 1}.1`],
  prefix: (stage, block) => `features.${stage}.${block}.`,
  unit: (part, parts) => {
    const at = `block.${parts.indexOf(part)}`;
    return part === 'squeeze' ? [`${at}.fc1`, `${at}.fc2`] : [`${at}.0`, `${at}.1`];
  },
};

/** How an EfficientNetV2 is built by Keras. */
export const kerasEfficientNet: EfficientNetLibrary = {
  even: false,
  stem: ['stem_conv', 'stem_bn'],
  top: () => ['top_conv', 'top_bn'],
  prefix: (stage, block) => `block${stage}${String.fromCharCode(97 + block)}_`,
  unit: (part) => {
    if (part === 'squeeze') return ['se_reduce', 'se_expand'];
    return part === 'depthwise' ? ['dwconv2', 'bn'] : [`${part}_conv`, `${part}_bn`];
  },
};

/** Blocks alike but for the stride of the first. */
export interface Stage {
  /** Whether one convolution of 3 × 3 stands for the widening one and that of each channel. */
  fused: boolean;
  /** How many times as many channels a block has inside as at its beginning. */
  expansion: number;
  stride: number;
  filters: number;
  blocks: number;
}

/** Channels of the first and the last convolution, and the stages between. */
export interface EfficientNetPlan {
  stem: number;
  stages: readonly Stage[];
  top: number;
}

/** Tan and Le 2021, table 4. */
const planS: EfficientNetPlan = {
  stem: 24,
  stages: [
    { fused: true, expansion: 1, stride: 1, filters: 24, blocks: 2 },
    { fused: true, expansion: 4, stride: 2, filters: 48, blocks: 4 },
    { fused: true, expansion: 4, stride: 2, filters: 64, blocks: 4 },
    { fused: false, expansion: 4, stride: 2, filters: 128, blocks: 6 },
    { fused: false, expansion: 6, stride: 1, filters: 160, blocks: 9 },
    { fused: false, expansion: 6, stride: 2, filters: 256, blocks: 15 },
  ],
  top: 1280,
};

/** An EfficientNetV2 without top, with the library's names of layers; the small one ("S") where no other plan is given. */
export function efficientnetV2(imageSize: number, library: EfficientNetLibrary, plan = planS): Layer[] {
  const { even, stem, top, prefix } = library;
  const layers: Layer[] = [
    { kind: 'input', name: INPUT, shape: [imageSize, imageSize, 3] },
    ...activated(even, stem, { kind: 'conv', size: 3, filters: plan.stem, stride: 2 }),
  ];
  let inputs = plan.stem;
  plan.stages.forEach((stage, i) => {
    for (let block = 0; block < stage.blocks; block++) {
      const own = { ...stage, stride: block === 0 ? stage.stride : 1 };
      const at = { input: layers.at(-1)!.name, inputs, prefix: prefix(i + 1, block) }; // there are some
      layers.push(...mobileBlock(library, own, at));
      inputs = stage.filters;
    }
  });
  const last = { kind: 'conv', size: 1, filters: plan.top } as const;
  return [...layers, ...activated(even, top(plan.stages.length), last)];
}

/** A block of a stage, fused or with squeeze and excitation (Tan and Le 2021, figure 2), behind a layer with so many channels. */
export function mobileBlock(
  { even, unit }: EfficientNetLibrary,
  { fused, expansion, stride, filters }: Omit<Stage, 'blocks'>,
  { input, inputs, prefix }: { input: string; inputs: number; prefix: string },
): Layer[] {
  const wide = expansion * inputs;
  const narrow: readonly Part[] = expansion > 1 ? ['expand', 'project'] : ['project'];
  const parts = fused ? narrow : (['expand', 'depthwise', 'squeeze', 'project'] as const);
  const names = (part: Part) => unit(part, parts).map((name) => prefix + name) as [string, string];
  const active = (part: Part, conv: Convolution) => activated(even, names(part), conv);
  const small = { kind: 'conv', size: 1 } as const;
  const window = { size: 3, stride };
  const [last, lastNorm] = names('project');
  const end: Layer[] = normalized({ ...small, name: last, filters }, { name: lastNorm }, even);
  if (stride === 1 && filters === inputs) end.push({ kind: 'add', name: `${prefix}add`, to: input });
  if (fused && expansion > 1)
    return [...active('expand', { kind: 'conv', filters: wide, ...window }), ...end];
  if (fused) return [...active('project', { kind: 'conv', filters, ...window }), ...end.slice(2)];
  const depthwise = active('depthwise', { kind: 'depthwise', ...window });
  const [reduce, widen] = names('squeeze');
  return [
    ...active('expand', { ...small, filters: wide }),
    ...depthwise,
    { kind: 'squeeze', name: `${prefix}squeeze` },
    { ...small, name: reduce, filters: Math.max(1, Math.floor(inputs / 4)), bias: true },
    { kind: 'swish', name: `${reduce}_swish` },
    { ...small, name: widen, filters: wide, bias: true },
    { kind: 'sigmoid', name: `${widen}_sigmoid` },
    { kind: 'multiply', name: `${prefix}excite`, to: depthwise.at(-1)!.name }, // it has several layers
    ...end,
  ];
}

type Convolution =
  | { kind: 'conv'; size: number; filters: number; stride?: number }
  | { kind: 'depthwise'; size: number; stride?: number };

/** A convolution, batch normalization and the swish function (SiLU). */
const activated = (even: boolean, [name, norm]: Names, conv: Convolution): Layer[] => [
  ...normalized({ ...conv, name }, { name: norm }, even),
  { kind: 'swish', name: `${name}_swish` },
];

/** EfficientNetV2-S of either library, without top. */
export const efficientnetV2S: Readonly<Record<'torch' | 'keras', LibraryNetwork>> = {
  torch: {
    ...imageNet,
    architecture: 'EfficientNetV2-S',
    layers: (imageSize) => efficientnetV2(imageSize, torchvisionEfficientNet),
    mapLayers: ['features.7.0_swish', 'features.5.8.add', 'features.3.3.add'],
    top: 'classifier.',
  },
  keras: {
    architecture: 'EfficientNetV2-S of Keras',
    layers: (imageSize) => efficientnetV2(imageSize, kerasEfficientNet),
    input: { offset: 128, scale: 1 / 128 },
    mapLayers: ['top_conv_swish', 'block5i_add', 'block3d_add'],
    top: null,
  },
};
