/**
 * The tensors of what `torch.save` wrote: a state dict, or a dict that has one beside epochs, options and optimizers, as
 * training scripts write it (the official BLIP checkpoints: `{"model": …}`; Lightning: `{"state_dict": …}`).
 */
import { TurboError } from '../errors/turbo-error.js';
import { TorchTensor } from './torch-globals.js';

/** Keys under which the weights may lie, best first. */
const wrappers = ['state_dict', 'model'];
const mostKeysShown = 12;

/** Tensors by name, in the order in which they were saved. What is no tensor is left out. */
export function stateDictTensors(value: unknown, where: string): Map<string, TorchTensor> {
  if (!(value instanceof Map)) {
    throw new TurboError('The checkpoint is not a dictionary of tensors.', {
      where,
      allowed: `a state dict, or a dictionary with one under ${wrappers.join(' or ')}`,
      next: 'write the weights with torch.save(model.state_dict(), "model.pth")',
    });
  }
  for (const candidate of [...wrappers.map((key): unknown => value.get(key)), value]) {
    const tensors = candidate instanceof Map ? tensorsOf(candidate) : [];
    if (tensors.length > 0) return new Map(tensors);
  }
  throw new TurboError('The checkpoint has no tensors in the places where weights are looked for.', {
    where,
    value: [...value.keys()].slice(0, mostKeysShown).map(String),
    allowed: `tensors at the top, or under ${wrappers.join(' or ')}`,
    next: 'write the weights with torch.save(model.state_dict(), "model.pth")',
  });
}

function tensorsOf(dict: ReadonlyMap<unknown, unknown>): [string, TorchTensor][] {
  return [...dict].filter(
    (entry): entry is [string, TorchTensor] =>
      typeof entry[0] === 'string' && entry[1] instanceof TorchTensor,
  );
}
