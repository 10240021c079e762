import type { OtelWasmError, Role, Signal } from '../../abi';
import type { InstanceOptions } from '../../guest';
import { createRunner, type RunningInstance } from '../../runner';
import type { BurstLog } from '../burstLog';
import { guestLogger } from '../guestLogger';
import type { ResolvedGuestOptions } from '../options';
import type { SelfTelemetry } from '../selfTelemetry';
import { Stage } from './stage';
import type { WatchedGuest } from '../watch';

/** A guest that was found, and loaded if it runs in this process. Its instances can be started. */
export interface StartableGuest {
  readonly name: string;
  /** Its drop conditions, if the host may evaluate them before calling it. */
  readonly drops?: string;
  readonly start: (options: InstanceOptions) => RunningInstance;
}

export interface StageSetup {
  readonly guest: StartableGuest;
  readonly role: Role;
  readonly signal: Signal;
  readonly options: ResolvedGuestOptions;
  readonly log: BurstLog;
  readonly recordCall: SelfTelemetry['recordCall'];
  /** With `watch`: the watched file, and the function that opens a changed guest. */
  readonly watching?: { readonly watched: WatchedGuest; readonly open: () => StartableGuest };
}

/** Starts a guest with the runner that keeps it running. Throws what `start` throws. */
export function createStage({ guest, role, signal, options, log, recordCall, watching }: StageSetup): Stage {
  const { recycleMemoryBytes, restart, onError, checkOutput, maxPendingBytes } = options;
  const instanceOptions: InstanceOptions = { ...options, role, signal, log: guestLogger(guest.name) };
  const runner = createRunner(() => guest.start(instanceOptions), {
    ...{ recycleMemoryBytes, restart },
    onShutdown: () => watching?.watched.close(),
    onShutdownError: (error: OtelWasmError) => stage.failed(error),
  });
  watching?.watched.onChange(guest.name, async () => {
    const changed = watching.open();
    await runner.reload(() => changed.start(instanceOptions));
  });
  const stage = new Stage(runner, {
    name: guest.name,
    signal,
    // An exporter has no next consumer that could get items which the guest failed on. They are lost, and must be
    // counted.
    onError: role === 'exporter' ? 'drop' : onError,
    checkOutput,
    maxPendingBytes,
    log,
    recordCall,
  });
  // For guests in threads and processes. For an inline guest that cannot start, createRunner has already thrown.
  runner
    .ready()
    .catch((error: OtelWasmError) =>
      log.warn(error.code, `${guest.name}: ${error.message}`, `${guest.name} starts`),
    );
  return stage;
}
