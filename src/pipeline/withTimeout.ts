/**
 * The promise's value, or that of `late` when it takes longer than `millis`. The timer keeps the process alive only
 * when `awaited`: for work that the app waits for, such as a shutdown, but not for background work.
 */
export async function withTimeout<T>(
  millis: number,
  promise: Promise<T>,
  late: () => T,
  { awaited = false } = {},
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<T>(resolve => {
    timer = setTimeout(() => resolve(late()), millis);
    if (!awaited) timer.unref();
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const A_DAY_MILLIS = 86_400_000;

/** Keeps the process alive until the promise settles, even if its own timers and sockets are unreferenced. */
export async function keepProcessAlive<T>(promise: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, A_DAY_MILLIS);
  try {
    return await promise;
  } finally {
    clearInterval(hold);
  }
}
