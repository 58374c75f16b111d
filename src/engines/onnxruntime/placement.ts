/**
 * Where ONNX Runtime really ran every operator, from the profile of one run. A provider that lacks a kernel leaves the operator to the CPU, without a word.
 *
 * An operator belongs to the path of computation where a floating-point number goes in or comes out. What only counts, compares or arranges
 * positions is bookkeeping: ONNX Runtime keeps that on the CPU on purpose.
 */
import { z } from 'zod';
import type { Placement } from '../engine.js';
import { deviceReportedAs } from './devices.js';

const TypedShapes = z.array(z.record(z.string(), z.unknown())).optional();
const ProfileEvent = z.looseObject({
  cat: z.string(),
  args: z
    .looseObject({
      provider: z.string().optional(),
      op_name: z.string().optional(),
      input_type_shape: TypedShapes,
      output_type_shape: TypedShapes,
    })
    .optional(),
});
const Profile = z.array(ProfileEvent);

const FLOATING = ['float', 'float16', 'bfloat16', 'double'];
/** Reading a shape moves no values. */
const ONLY_SHAPE = ['Shape', 'Size'];

/** @param profile JSON of a profile that one run wrote */
export function placementOf(profile: string): Placement {
  const operators: Record<string, Record<string, number>> = {};
  const computeOnCpu: Record<string, number> = {};
  for (const { cat, args } of Profile.parse(JSON.parse(profile))) {
    if (cat !== 'Node' || args?.provider === undefined || args.op_name === undefined) continue;
    const device = deviceReportedAs(args.provider);
    operators[device] ??= {};
    count(operators[device], args.op_name);
    const types = [...(args.input_type_shape ?? []), ...(args.output_type_shape ?? [])].flatMap(Object.keys);
    const computes = !ONLY_SHAPE.includes(args.op_name) && types.some((type) => FLOATING.includes(type));
    if (device === 'cpu' && computes) count(computeOnCpu, args.op_name);
  }
  return { operators, computeOnCpu };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
