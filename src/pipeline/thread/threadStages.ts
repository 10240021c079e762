import { types } from 'node:util';
import { type GuestOutput, type LoadedGuest, loadGuest } from '../../guest';
import { FrameMemory, fromErrorMessage, processStarter, startInlineWithoutThrowing } from '../../runner';
import type { BurstLog } from '../burstLog';
import { createStage, type StartableGuest, type Stage } from '../stages';
import type { SelfTelemetry } from '../selfTelemetry';
import type { GuestSetup, PipelineMessage, PipelineSetup } from './messages';

/**
 * Creates the stages on the pipeline's thread. Guests with isolation `worker` run inline here; those with `process`
 * run in their processes.
 */
export function createThreadStages(
  { signal, guests, processProgram = '' }: PipelineSetup,
  log: BurstLog,
  recordCall: SelfTelemetry['recordCall'],
  post: (message: PipelineMessage) => void,
): Stage[] {
  const memory = new FrameMemory();
  return guests.map((guest, index) => {
    const { role, options, output } = guest;
    const takes = output.map(stream => [
      stream,
      (line: string) => post({ kind: 'output', guest: index, stream, line }),
    ]);
    return createStage({
      ...{ role, signal, log, recordCall },
      guest: startableGuest(guest, processProgram, memory),
      options: { ...options, output: Object.fromEntries(takes) as GuestOutput },
    });
  });
}

function startableGuest(
  { name, label, module }: GuestSetup,
  program: string,
  memory: FrameMemory,
): StartableGuest {
  if ('module' in module)
    return { name, start: options => startInlineWithoutThrowing(() => module, options) };
  if ('source' in module) {
    const { source, label, role, signal, maxMemoryBytes } = module;
    let loaded: LoadedGuest | undefined;
    const load = (): LoadedGuest => (loaded ??= loadGuest(source, role, signal, maxMemoryBytes, { label }));
    return { name, start: options => startInlineWithoutThrowing(load, options) };
  }
  const bytes = (): Promise<Uint8Array> =>
    types.isUint8Array(module) ? Promise.resolve(module) : Promise.reject(fromErrorMessage(module));
  return { name, start: processStarter({ label, bytes }, memory, program) };
}
