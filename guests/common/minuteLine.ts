const MINUTE_NANOS: u64 = 60_000_000_000;
const SECOND_NANOS: u64 = 1_000_000_000;

/** When a line of the log that sums something up is due: once a minute, while there is something to tell. */
export class MinuteLine {
  /** When the first of what is to be told happened, or the batch before it came; 0 while there is nothing. */
  private since: u64 = 0;

  /** Asked with each batch. */
  isDue(time: u64, hasSomething: bool): bool {
    if (!hasSomething || this.since == 0 || time < this.since) this.since = time;
    return time - this.since >= MINUTE_NANOS;
  }

  /** How many seconds the line that is written now sums up. */
  take(time: u64): u64 {
    const since = this.since;
    this.since = 0;
    return since == 0 || time < since ? 0 : (time - since) / SECOND_NANOS;
  }
}
