import { performance } from 'node:perf_hooks';
import { guestTimeoutError, type TimeLimit } from './vmTimeout';
import { FUEL } from '../sandbox/fuel';
import type { HostFunction } from '../wasi';

/** Taken now: an app's tests may put a clock that stands still in its place. */
const now = performance.now.bind(performance);

/** A module that exports the function it imports, `() -> i32`: a table takes no other function of the host. */
const FORWARD = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7f],
  ...[2, 7, 1, 1, 0x63, 1, 0x63, 0, 0],
  ...[7, 5, 1, 1, 0x63, 0, 0],
]);
/** No other code has it. */
const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(4));

let forward: WebAssembly.Module | undefined;

/** The clock that a guest with fuel (`addFuel`) looks at, and the end of its time. */
export class CallDeadline {
  /** Undefined until the clock is looked at: in most calls for a single item it never is, and a look costs a tenth of them. */
  #end: number | undefined = Infinity;
  #timeoutMillis = 0;
  #limit: TimeLimit = 'guestTimeoutMillis';
  #stopped = false;

  /** Puts the clock where a guest with fuel looks for it. */
  attach(table: WebAssembly.Table): void {
    forward ??= new WebAssembly.Module(FORWARD);
    table.set(0, new WebAssembly.Instance(forward, { c: { c: () => this.#fuel() } }).exports.c);
  }

  /**
   * Begins a call that may take `timeoutMillis`, which comes from the option `limit`; 0 for no end. The time runs from the
   * first look at the clock, at most a millisecond later.
   */
  begin(timeoutMillis: number, limit: TimeLimit): void {
    this.#timeoutMillis = timeoutMillis;
    this.#limit = limit;
    this.#end = timeoutMillis > 0 ? undefined : Infinity;
    this.#stopped = false;
  }

  /** Throws `GUEST_TIMEOUT` if the guest was stopped in this call, whatever it made of that. */
  throwIfStopped(): void {
    if (this.#stopped) throw guestTimeoutError(this.#timeoutMillis, this.#limit);
  }

  /** Throws `GUEST_TIMEOUT` if the time is over. Host functions do so: their time is no matter of fuel. */
  throwIfOver(): void {
    if (this.#millisLeft() > 0) return;
    this.#stopped = true;
    this.throwIfStopped();
  }

  /** The host function, but not when the time is over. */
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

  /** Fuel for another while, or 0, upon which the guest traps: unlike what host functions throw, no guest can catch that. */
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
