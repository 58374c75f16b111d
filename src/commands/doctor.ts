/** `turbo-bench doctor`: what of this machine can be used, and what to do about the rest. */
import { tryDeviceApart } from '../command-line/doctor/device-trial.js';
import { examine } from '../command-line/doctor/examine.js';
import { findingsText, isBroken } from '../command-line/doctor/finding.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { startNvidiaSmi } from '../measure/nvidia-smi.js';

export default class Doctor extends TurboCommand {
  static override summary =
    'Tell what this machine can be used for: engines, devices, memory, caches, the hub, meters.';
  static override description =
    `Computes something small on every device, in a process of its own, and asks the hub with a short patience (HF_HUB_OFFLINE is respected). Nothing is installed or written.

The exit code is 1 when something is there and broken; what is not available is no fault.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  async run(): Promise<unknown> {
    await this.parse(Doctor);
    const findings = await examine({
      ...{ env: process.env, fetch: globalThis.fetch, startNvidiaSmi },
      tryDevice: (engine, device) => tryDeviceApart(engine, device),
      workingFolder: process.cwd(),
    });
    this.log(findingsText(findings));
    if (findings.some(isBroken)) process.exitCode = 1;
    return { findings };
  }
}
