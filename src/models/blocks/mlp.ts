/** The perceptron of a transformer block, plain or gated, and the activations that checkpoints name. */
import { fastGelu, gelu, mul, quickGelu, relu, silu, split } from '../../graph/index.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Activation } from '../config.js';
import type { Parameters } from '../parameters.js';
import { type Linear, project, takeLinear } from './linear.js';

const activations: Record<Activation, (x: Tensor) => Tensor> = {
  gelu,
  gelu_new: fastGelu,
  gelu_pytorch_tanh: fastGelu,
  quick_gelu: (x) => quickGelu(x),
  relu,
  silu,
  swish: silu,
};

/** `second(activation(first(x)))`, [batch, N, C] → [batch, N, C]. */
export function perceptron(first: Linear, second: Linear, activation: Activation): (x: Tensor) => Tensor {
  return (x) => project(activations[activation](project(x, first)), second);
}

/** The perceptron under the names `<name>.fc1` and `<name>.fc2`. */
export function takePerceptron(
  parameters: Parameters,
  name: string,
  { width, hidden, activation }: { width: number; hidden: number; activation: Activation },
): (x: Tensor) => Tensor {
  return perceptron(
    takeLinear(parameters, `${name}.fc1`, { inputs: width, outputs: hidden }),
    takeLinear(parameters, `${name}.fc2`, { inputs: hidden, outputs: width }),
    activation,
  );
}

/** SwiGLU (arXiv 2002.05202): `output(silu(gate) · value)`, gate and value from one layer `<name>.weights_in`. */
export function takeSwiglu(
  parameters: Parameters,
  name: string,
  { width, hidden }: { width: number; hidden: number },
): (x: Tensor) => Tensor {
  const gateAndValue = takeLinear(parameters, `${name}.weights_in`, { inputs: width, outputs: 2 * hidden });
  const output = takeLinear(parameters, `${name}.weights_out`, { inputs: hidden, outputs: width });
  return (x) => {
    const [gate, value] = split(project(x, gateAndValue), [hidden, hidden], { axis: -1 });
    return project(mul(silu(gate!), value!), output);
  };
}
