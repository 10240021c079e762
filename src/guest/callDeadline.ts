import { performance } from 'node:perf_hooks';
import { guestTimeoutError, type TimeLimit } from './vmTimeout';
import { FUEL } from '../sandbox/fuel';
import type { HostFunction } from '../wasi';

/** Bound at import: tests of the app may later replace `performance.now` by a clock that stands still. */
const now = performance.now.bind(performance);

/** A module that exports the function it imports, `() -> i32`. A table accepts no plain JavaScript function. */
const FORWARD = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7f],
  ...[2, 7, 1, 1, 0x63, 1, 0x63, 0, 0],
  ...[7, 5, 1, 1, 0x63, 0, 0],
]);
/** Private, so nothing can wake it. */
const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(4));

let forward: WebAssembly.Module | undefined;

/** The clock that a guest with fuel (`addFuel`) checks, and the deadline of the current call. */
export class CallDeadline {
  /**
   * Undefined until the first clock check. Most calls for a single item never make one, and it costs a tenth of such
   * a call.
   */
  #end: number | undefined = Infinity;
  #timeoutMillis = 0;
  #limit: TimeLimit = 'guestTimeoutMillis';
  #stopped = false;

  /** Puts the clock function where a guest with fuel calls it. */
  attach(table: WebAssembly.Table): void {
    forward ??= new WebAssembly.Module(FORWARD);
    table.set(0, new WebAssembly.Instance(forward, { c: { c: () => this.#fuel() } }).exports.c);
  }

  /**
   * Begins a call that may take `timeoutMillis`, which comes from the option `limit`; 0 for no limit. The time starts
   * at the first clock check, at most a millisecond later.
   */
  begin(timeoutMillis: number, limit: TimeLimit): void {
    this.#timeoutMillis = timeoutMillis;
    this.#limit = limit;
    this.#end = timeoutMillis > 0 ? undefined : Infinity;
    this.#stopped = false;
  }

  /** Throws `GUEST_TIMEOUT` if the guest was stopped in this call, even if the guest hid that. */
  throwIfStopped(): void {
    if (this.#stopped) throw guestTimeoutError(this.#timeoutMillis, this.#limit);
  }

  /** Throws `GUEST_TIMEOUT` after the deadline. Host functions call it, because fuel does not measure their time. */
  throwIfOver(): void {
    if (this.#millisLeft() > 0) return;
    this.#stopped = true;
    this.throwIfStopped();
  }

  /** The host function, with a check of the deadline before it. */
  watched(implementation: HostFunction): HostFunction {
    return (...values) => {
      this.throwIfOver();
      return implementation(...values);
    };
  }

  /** Blocks this thread for `millis`, or until the deadline. */
  sleep(millis: number): void {
    Atomics.wait(NEVER_WOKEN, 0, 0, Math.min(millis, this.#millisLeft()));
    this.throwIfOver();
  }

  /**
   * Returns fuel for the next interval, or 0 after the deadline, and then the guest traps. Unlike an exception from a
   * host function, no guest can catch that.
   */
  #fuel(): number {
    if (this.#millisLeft() > 0) return -FUEL;
    this.#stopped = true;
    return 0;
  }

  #millisLeft(): number {
    if (this.#end === Infinity) return Infinity;
    const time = now();
    this.#end ??= time + this.#timeoutMillis;
    return this.#end - time;
  }
}
