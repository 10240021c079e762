import { LogLevel, log } from 'otelwasm/assembly';
import { MinuteLine } from '../common/minuteLine';
import { SeenTable } from './seen';

/** A record of the batch that stays: how many it represents, and their first and last time. */
export class Kept {
  count: u32 = 0;
  first: u64 = 0;
  last: u64 = 0;

  add(count: u32, first: u64, last: u64): void {
    this.first = this.count == 0 ? first : min(this.first, first);
    this.last = this.count == 0 ? last : max(this.last, last);
    this.count += count;
  }
}

const DROPPED: i32 = -1;

/**
 * Decides which records of a batch stay. The first record of an interval stays. It includes the count of equal
 * records in its batch; the next one that stays includes those of later batches. A batch that was refused changes
 * nothing: it may be sent again.
 */
export class Records {
  private seen: SeenTable = new SeenTable();
  /** False when no earlier records are known. */
  private isReady: bool = false;
  private batch: u32 = 0;
  /** For each record of the batch its index in `kept`, or `DROPPED`. */
  private decisions: Array<i32> = [];
  private kept: Array<Kept> = [];
  private keptCount: i32 = 0;
  private cursor: i32 = 0;
  /** Dropped in this batch. */
  private dropped: u64 = 0;
  /** Dropped records that the next record of their kind will count; the number before this batch. */
  private unreported: u64 = 0;
  private untoldBefore: u64 = 0;
  /** Dropped records that no record will count. */
  private lost: u64 = 0;
  private lostBefore: u64 = 0;
  private line: MinuteLine = new MinuteLine();
  /** Dropped since the last line of the log. */
  private sum: u64 = 0;

  constructor(private intervalNanos: u64) {}

  /** Starts a batch. False, with the call failed, when memory cannot grow. */
  begin(time: u64): bool {
    if (this.line.isDue(time, this.sum > 0)) this.tell(time, '');
    if (!this.isReady && !this.seen.clear()) return false;
    this.isReady = true;
    this.batch++;
    this.decisions.length = 0;
    this.keptCount = 0;
    this.cursor = 0;
    return true;
  }

  /** Ends a batch. If it was refused, its changes are discarded together with all earlier state. */
  settle(succeeded: bool): void {
    if (succeeded) this.sum += this.dropped;
    else {
      this.lost = this.lostBefore + this.untoldBefore;
      this.unreported = 0;
      this.isReady = false;
    }
    this.dropped = 0;
    this.untoldBefore = this.unreported;
    this.lostBefore = this.lost;
  }

  /** Decides about the next record. */
  add(hash: u64, time: u64): void {
    const known = this.seen.find(hash);
    if (known !== null && distance(known.since, time) < this.intervalNanos) {
      this.decisions.push(DROPPED);
      this.dropped++;
      if (known.batch == this.batch) {
        this.kept[known.kept].add(1, time, time);
        return;
      }
      known.first = known.count == 0 ? time : min(known.first, time);
      known.last = known.count == 0 ? time : max(known.last, time);
      known.count++;
      this.unreported++;
      return;
    }
    const kept = this.keep();
    kept.add(1, time, time);
    const seen = known !== null ? known : this.seen.add(hash);
    if (known === null) this.giveUp(this.seen.lost);
    else if (seen.count > 0) {
      kept.add(seen.count, seen.first, seen.last);
      this.unreported -= seen.count;
      seen.count = 0;
    }
    seen.since = time;
    seen.batch = this.batch;
    seen.kept = this.keptCount - 1;
  }

  private giveUp(count: u32): void {
    this.lost += count;
    this.unreported -= count;
  }

  private keep(): Kept {
    const index = this.keptCount++;
    this.decisions.push(index);
    if (index == this.kept.length) this.kept.push(new Kept());
    const kept = unchecked(this.kept[index]);
    kept.count = 0;
    return kept;
  }

  /** The decision about the next record: null when it is dropped. */
  next(): Kept | null {
    const index = this.decisions[this.cursor++];
    return index == DROPPED ? null : this.kept[index];
  }

  /** Writes the remaining counts, and how many dropped records no record counts. */
  end(time: u64): void {
    const unreported = this.unreported + this.lost;
    if (this.sum + unreported > 0)
      this.tell(time, '; ' + unreported.toString() + ' are not counted in any record');
  }

  private tell(time: u64, rest: string): void {
    const seconds = this.line.take(time).toString();
    log(LogLevel.Info, 'deduplicated in ' + seconds + ' s: ' + this.sum.toString() + ' log records' + rest);
    this.sum = 0;
  }
}

function distance(a: u64, b: u64): u64 {
  return a > b ? a - b : b - a;
}
