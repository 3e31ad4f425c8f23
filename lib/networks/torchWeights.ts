import { ReportError } from '../core/errors';
import type { NamedArray } from './hdf5';
import { type Layer, placed } from './layers';
import type { TorchTensor } from './torchFile';

/** What torch calls the weights of a layer. */
const parts: Readonly<Record<string, string>> = {
  kernel: 'weight',
  depthwise_kernel: 'weight',
  gamma: 'weight',
  beta: 'bias',
  bias: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** The name in a state dict of torch of a weight `layer/kernel`. */
export const torchName = (weight: string): string => {
  const at = weight.lastIndexOf('/');
  return `${weight.slice(0, at)}.${parts[weight.slice(at + 1)]}`;
};

/** Tensors of torch, one for each weight of the layers in their order, with their axes as TensorFlow has them. Throws `WRONG_ARCHITECTURE` when one is left over. */
export function torchArrays(
  name: string,
  layers: readonly Layer[],
  tensors: readonly TorchTensor[],
): NamedArray[] {
  const places = placed(layers).flatMap(({ layer, weights }) =>
    weights.map((weight) => ({ name: weight.name, depthwise: layer.kind === 'depthwise' })),
  );
  return tensors.map((tensor, i) => {
    const place = places[i];
    if (!place) throw new ReportError('WRONG_ARCHITECTURE', `${tensor.name} is not of ${name}.`);
    // torch: outputs, inputs, height, width; of a depthwise kernel the one input comes last.
    const kernel = place.depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0];
    const axes =
      tensor.shape.length === 4
        ? kernel
        : tensor.shape.length === 2
          ? [1, 0]
          : tensor.shape.map((_, axis) => axis);
    return { ...tensor.ordered(axes), name: place.name };
  });
}

/** The tensors that are named as the layers' weights, in their order; more are allowed of the `top` only. Throws `WRONG_ARCHITECTURE`. */
export function tensorsOf(
  name: string,
  layers: readonly Layer[],
  tensors: readonly TorchTensor[],
  top: string,
): TorchTensor[] {
  const named = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const wanted = placed(layers).flatMap(({ weights }) => weights.map((weight) => torchName(weight.name)));
  const lacking = wanted.find((one) => !named.has(one));
  const known = new Set(wanted);
  const more = tensors.find((tensor) => !known.has(tensor.name) && !tensor.name.startsWith(top));
  if (lacking === undefined && !more) return wanted.map((one) => named.get(one)!); // none is lacking
  const fault = lacking === undefined ? `it has ${more?.name}` : `it has no ${lacking}`;
  throw new ReportError(
    'WRONG_ARCHITECTURE',
    `The weights are not those of ${name}: ${fault}. Give a file of that network.`,
  );
}
