import type { LayersModel, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { ReportError } from '../core/errors';
import { tensorflow } from '../tensorflow/backend';
import { type Compiled, compiled, interpreted } from '../tensorflow/compiled';
import type { Attributed, Attributor } from './attribution';
import { applyStep, type ModelStep, modelSteps } from './splitModel';

/** From how much an output changes with what a layer gives to how much it changes with what the layer reads, both per unit. */
type Rule = (multipliers: Tensor) => Tensor;
type Outputs = ReadonlyMap<ModelStep, Tensor>;

/** Layers whose output is a weighted sum of what they read and a constant, unless they have an activation. */
const linear = [
  ...['Conv2D', 'DepthwiseConv2D', 'Dense', 'BatchNormalization', 'Add', 'Flatten', 'Reshape'],
  ...['GlobalAveragePooling2D', 'AveragePooling2D', 'ZeroPadding2D', 'UpSampling2D'],
  ...['Dropout', 'SeededDropout'], // which are off
];

/** Layers that change each value by itself. */
const elementwise = ['ReLU', 'LeakyReLU', 'Activation'];

/** Changes below which a slope counts in place of a quotient, and none of a pool; as in the library `shap`. */
const [SMALL, SMALL_POOLED] = [1e-6, 1e-7];

/** From how many attributions on one graph pays for being traced. */
const worthGraph = 50;

/** DeepSHAP (Lundberg & Lee 2017) by the rescale rule of DeepLIFT (Shrikumar et al. 2017), as `shap.DeepExplainer` has it, for so many outputs of pictures in all. The caller disposes it. Throws `BAD_INPUT` for a layer without a rule. */
export function openDeepShap(
  { model, references, softmax }: Attributed,
  asked = worthGraph,
): { explain: Attributor; dispose(): void } {
  const { steps, input } = modelSteps(model);
  for (const step of steps) if (step !== input) requireRule(step);
  const others = { shape: references.shape, data: references.dataSync<'float32'>() };
  const classes = Number(model.outputs[0]!.shape[1]); // one output
  const make = asked < worthGraph ? interpreted : compiled;
  const graphs = new Map<number, Compiled>(); // by their number of outputs
  const explain: Attributor = (picture, outputs) => {
    const chosen = Float32Array.from({ length: outputs.length * classes }, (_, i) =>
      Number(i % classes === outputs[Math.floor(i / classes)]),
    );
    const given = [
      { shape: picture.shape, data: picture.dataSync<'float32'>() },
      others,
      { shape: [outputs.length, classes], data: chosen },
    ].map((one) => ({ ...one, type: 'float' as const }));
    const graph = graphs.get(outputs.length) ?? make(multipliers(model, softmax), given);
    graphs.set(outputs.length, graph);
    const [whole, base, ...found] = graph.run(...given).map(({ data }) => data as Float32Array); // all are floats
    return outputs.map((output, i) => ({
      ...{ output, references: references.shape[0] },
      ...{ each: found[2 * i]!, mean: found[2 * i + 1]! }, // two for each
      ...{ whole: whole![output]!, base: base![output]! },
    }));
  };
  const dispose = () => {
    for (const graph of graphs.values()) graph.dispose();
  };
  return { explain, dispose };
}

/** From a picture, references and the rows of a matrix that each choose an output: what the model gives for the picture and on average for the references, then for each row the values against each reference and their mean. */
function multipliers(model: LayersModel, softmax = false) {
  const { tf } = tensorflow();
  const { steps, input, output } = modelSteps(model);
  const later = steps.filter((step) => step !== input);
  const run = (pictures: Tensor): Outputs => {
    const known = new Map<ModelStep, Tensor>([[input, pictures]]);
    for (const step of later) known.set(step, applyStep(step, known));
    return known;
  };
  return (picture: Tensor, references: Tensor, chosen: Tensor): Tensor[] => {
    const [own, compared] = [run(picture), run(references)];
    const rules = new Map(later.map((step) => [step, ruleOf(step, own, compared)]));
    const [logits, base] = [own.get(output) as Tensor2D, compared.get(output) as Tensor2D]; // one vector each
    const change = tf.sub(picture, references);
    const values = tf.split(chosen, chosen.shape[0]!).flatMap((one) =>
      tf.tidy(() => {
        const wanted = tf.tile(one, [references.shape[0]!, 1]);
        const start = softmax ? softmaxRule(logits, base)(wanted) : wanted;
        const each = tf.mul(change, handedBack(later, new Map([[output, start]]), rules, input));
        return [each, tf.mean(each, 0)];
      }),
    );
    const given = [logits, base].map((one) => tf.mean(softmax ? tf.softmax(one) : one, 0));
    return [...given, ...values];
  };
}

/** Takes multipliers of the last layer back through all rules, the sum where several layers read the same. */
function handedBack(
  steps: readonly ModelStep[],
  found: Map<ModelStep, Tensor>,
  rules: ReadonlyMap<ModelStep, Rule>,
  start: ModelStep,
): Tensor {
  const { tf } = tensorflow();
  for (const step of [...steps].reverse()) {
    const back = rules.get(step)!(found.get(step)!); // one for each; all lead to the output
    for (const input of step.inputs) {
      const other = found.get(input);
      found.set(input, other ? tf.add(other, back) : back);
    }
  }
  return found.get(start)!; // which all comes from
}

function requireRule({ layer, path }: ModelStep): void {
  const [kind, { activation }] = [layer.getClassName(), layer.getConfig()];
  const mixes = activation === 'softmax' || (linear.includes(kind) && (activation ?? 'linear') !== 'linear');
  if (!mixes && [...linear, ...elementwise, 'MaxPooling2D'].includes(kind)) return;
  const name = `${path} (${[kind, ...(mixes ? [activation] : [])].join(', ')})`;
  throw new ReportError('BAD_INPUT', `DeepSHAP has no rule for the layer ${name}: take another method.`);
}

function ruleOf(step: ModelStep, own: Outputs, compared: Outputs): Rule {
  const { tf } = tensorflow();
  const { layer, inputs } = step;
  const kind = layer.getClassName();
  if (kind === 'Add') return (multipliers) => multipliers;
  const before = inputs[0]!; // all others have one
  const [x, reference] = [own.get(before)!, compared.get(before)!]; // of all steps, as below
  const apply = (value: Tensor): Tensor => applyStep(step, new Map([[before, value]]));
  const backThrough = (value: Tensor, gradients: Tensor): Tensor => tf.grad(apply)(value, gradients);
  if (linear.includes(kind)) return linearRule(step, reference) ?? ((back) => backThrough(reference, back));
  const change = tf.sub(x, reference);
  const [given, base] = [own.get(step)!, compared.get(step)!];
  if (elementwise.includes(kind)) {
    const slope = tf.where(
      tf.less(tf.abs(change), SMALL),
      tf.grad(apply)(reference),
      tf.div(tf.sub(given, base), change),
    );
    return (multipliers) => tf.mul(multipliers, slope);
  }
  return poolRule(step, { x, reference, change, given, base }, backThrough);
}

/** What raises a pool's maximum is counted where the picture's largest value lies, what lowers it where the reference's does. */
function poolRule(
  { layer }: ModelStep,
  { x, reference, change, given, base }: Record<'x' | 'reference' | 'change' | 'given' | 'base', Tensor>,
  backThrough: (value: Tensor, gradients: Tensor) => Tensor,
): Rule {
  const { tf } = tensorflow();
  const largest = tf.maximum(given, base);
  const [raised, lowered] = [tf.sub(largest, base), tf.sub(given, largest)];
  const pictures = tf.tile(x, [reference.shape[0]!, 1, 1, 1]); // of four axes, here and below
  const still = tf.less(tf.abs(change), SMALL_POOLED);
  const rule: Rule = (multipliers) =>
    tf.tidy(() => {
      const up = backThrough(pictures, tf.mul(multipliers, raised));
      const down = backThrough(reference, tf.mul(multipliers, lowered));
      return tf.where(still, tf.zerosLike(up), tf.div(tf.add(up, down), change));
    });
  const { poolSize, strides } = layer.getConfig();
  const [side, across] = poolSize as [number, number];
  const [, height = 0, width = 0] = given.shape;
  const spreadTo: [number, number] = [height * side, width * across];
  const left = spreadTo.map((end, i): [number, number] => [0, x.shape[i + 1]! - end]);
  if (String(poolSize) !== String(strides) || left.some(([, more]) => more < 0)) return rule;
  // No value lies in two windows: what the rule makes of ones says it all, and a gradient of a pool costs ten times as much.
  const shares = rule(tf.onesLike(given));
  return (multipliers) => {
    const spread = tf.image.resizeNearestNeighbor(multipliers as Tensor4D, spreadTo);
    return tf.mul(tf.pad(spread, [[0, 0], ...left, [0, 0]]), shares);
  };
}

/** The gradient of a convolution or dense layer, which needs no pass forward; undefined for others. */
function linearRule({ layer }: ModelStep, { shape }: Tensor): Rule | undefined {
  const { tf } = tensorflow();
  const { strides, padding, dilationRate } = layer.getConfig();
  const [kernel] = layer.weights.map((weight) => weight.read());
  if (layer.getClassName() === 'Dense')
    return (back) => tf.matMul(back as Tensor2D, kernel as Tensor2D, false, true);
  if (layer.getClassName() !== 'Conv2D' || String(dilationRate) !== '1,1') return undefined;
  const [from, steps] = [shape as Tensor4D['shape'], strides as [number, number]];
  return (back) =>
    tf.conv2dTranspose(back as Tensor4D, kernel as Tensor4D, from, steps, padding as 'same' | 'valid');
}

/** From a probability to the logits, both of its parts by the rescale rule: their powers of e, and the quotient with their sum (its mean over both orders of change). */
function softmaxRule(logits: Tensor2D, references: Tensor2D): Rule {
  const { tf } = tensorflow();
  const powers = (values: Tensor2D) => tf.exp(tf.sub(values, tf.max(values, 1, true)));
  const [own, base] = [powers(logits), powers(references)];
  const [sum, baseSum] = [tf.sum(own, 1, true), tf.sum(base, 1, true)];
  const change = tf.sub(logits, references);
  const slope = tf.where(tf.less(tf.abs(change), SMALL), base, tf.div(tf.sub(own, base), change));
  return (chosen) => {
    const direct = tf.mul(chosen, tf.add(tf.reciprocal(sum), tf.reciprocal(baseSum)));
    const throughSum = tf.div(tf.sum(tf.mul(chosen, tf.add(own, base)), 1, true), tf.mul(sum, baseSum));
    return tf.mul(tf.mul(slope, 0.5), tf.sub(direct, throughSum));
  };
}
