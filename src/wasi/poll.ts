import type { LinearMemory } from '../wasm';
import { isInBounds, putU32, zeroedView } from './memoryAccess';
import type { WasiClocks } from './clocks';
import { ERRNO } from './errno';
import type { Stdio } from './stdio';

/** A guest without files and sockets has no use for more subscriptions. */
export const MAX_SUBSCRIPTIONS = 4_096;

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const CLOCK = 0;
const FD_READ = 1;
const FD_WRITE = 2;
const ABSOLUTE = 1;
const HANGUP = 1;

/** Output always has room. This is the size of a pipe's buffer. */
const WRITABLE_BYTES = 65_536n;

/** One event to wait for. Errors, files and past times are due at once. */
interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  readonly errno: number;
  readonly dueInNanos: bigint;
}

/**
 * `poll_oneoff`: sleeps until the first of `count` subscriptions is due and reports all that are. Subscription: `{
 * userdata u64 @0, tag u8 @8, clock: id u32 @16, timeout u64 @24, flags u16 @40 | fd u32 @16 }`. Event: `{ userdata
 * u64 @0, errno u16 @8, type u8 @10, nbytes u64 @16, flags u16 @24 }`. EINVAL for no subscription, too many, or an
 * unknown tag; a clock or descriptor that does not exist gets an errno in its event. What the host's sleep throws
 * propagates.
 */
export function pollOneoff(
  memory: LinearMemory,
  clocks: WasiClocks,
  stdio: Stdio,
  [input, output, signedCount, result]: [number, number, number, number],
): number {
  const count = signedCount >>> 0;
  if (count === 0 || count > MAX_SUBSCRIPTIONS) return ERRNO.EINVAL;
  const inside =
    isInBounds(memory, input, count * SUBSCRIPTION_BYTES) &&
    isInBounds(memory, output, count * EVENT_BYTES) &&
    isInBounds(memory, result, 4);
  if (!inside) return ERRNO.EFAULT;

  // All are read before any event is written: a guest may use the same memory for both.
  const subscriptions: Subscription[] = [];
  for (let index = 0; index < count; index++) {
    const subscription = read(memory.view, (input >>> 0) + index * SUBSCRIPTION_BYTES, clocks, stdio);
    if (subscription === undefined) return ERRNO.EINVAL;
    subscriptions.push(subscription);
  }
  const wait = subscriptions.reduce(
    (least, { dueInNanos }) => (dueInNanos < least ? dueInNanos : least),
    subscriptions[0].dueInNanos,
  );
  const passed = wait > 0n ? clocks.sleep(wait) : 0n;
  const due = subscriptions.filter(({ dueInNanos }) => dueInNanos <= passed);
  due.forEach((subscription, index) => write(memory, (output >>> 0) + index * EVENT_BYTES, subscription));
  return putU32(memory, result, due.length);
}

function read(view: DataView, at: number, clocks: WasiClocks, stdio: Stdio): Subscription | undefined {
  const userdata = view.getBigUint64(at, true);
  const type = view.getUint8(at + 8);
  const id = view.getUint32(at + 16, true);
  const now = (errno: number): Subscription => ({ userdata, type, errno, dueInNanos: 0n });

  if (type === FD_READ) return now(stdio.readable(id) ? ERRNO.SUCCESS : ERRNO.EBADF);
  if (type === FD_WRITE) return now(stdio.writable(id) ? ERRNO.SUCCESS : ERRNO.EBADF);
  if (type !== CLOCK) return undefined;

  const time = clocks.now(id);
  if (time === undefined) return now(ERRNO.EINVAL);
  const timeout = view.getBigUint64(at + 24, true);
  const absolute = (view.getUint16(at + 40, true) & ABSOLUTE) !== 0;
  const dueInNanos = absolute ? timeout - time : timeout;
  return dueInNanos > 0n ? { userdata, type, errno: ERRNO.SUCCESS, dueInNanos } : now(ERRNO.SUCCESS);
}

function write(memory: LinearMemory, at: number, { userdata, errno, type }: Subscription): void {
  const event = zeroedView(memory, at, EVENT_BYTES)!;
  event.setBigUint64(0, userdata, true);
  event.setUint16(8, errno, true);
  event.setUint8(10, type);
  if (errno !== ERRNO.SUCCESS) return;
  if (type === FD_WRITE) event.setBigUint64(16, WRITABLE_BYTES, true);
  if (type === FD_READ) event.setUint16(24, HANGUP, true);
}
