const MINUTE_NANOS: u64 = 60_000_000_000;
const SECOND_NANOS: u64 = 1_000_000_000;

/** Decides when a summary line of the log is due: once a minute, while there is something to report. */
export class MinuteLine {
  /** The time of the first event to report, or of the batch before it; 0 while there is none. */
  private since: u64 = 0;

  /** Called with each batch. */
  isDue(time: u64, hasSomething: bool): bool {
    if (!hasSomething || this.since == 0 || time < this.since) this.since = time;
    return time - this.since >= MINUTE_NANOS;
  }

  /** The number of seconds that the current line covers. */
  take(time: u64): u64 {
    const since = this.since;
    this.since = 0;
    return since == 0 || time < since ? 0 : (time - since) / SECOND_NANOS;
  }
}
