import { LogLevel, log } from 'otelwasm/assembly';
import { MinuteLine } from '../common/minuteLine';
import { SeenTable } from './seen';

/** A record of the batch that stays: how many it stands for, and their first and last time. */
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
 * Which records of a batch stay. The first of an interval does; those of the same batch are told in it, those of later
 * batches in the next that stays. A batch that was refused changes nothing: it may come again.
 */
export class Records {
  private seen: SeenTable = new SeenTable();
  /** False when nothing is to be known of earlier records. */
  private isReady: bool = false;
  private batch: u32 = 0;
  /** For each record of the batch: which of `kept` it is, or `DROPPED`. */
  private decisions: Array<i32> = [];
  private kept: Array<Kept> = [];
  private keptCount: i32 = 0;
  private cursor: i32 = 0;
  /** Dropped in this batch. */
  private dropped: u64 = 0;
  /** Records that were dropped and that the next of their kind tells of; of those what there was before this batch. */
  private untold: u64 = 0;
  private untoldBefore: u64 = 0;
  /** Records that were dropped and that no other will tell of. */
  private lost: u64 = 0;
  private lostBefore: u64 = 0;
  private line: MinuteLine = new MinuteLine();
  /** Dropped since the last line of the log. */
  private sum: u64 = 0;

  constructor(private intervalNanos: u64) {}

  /** Begins with a batch. False, with the call failed, without memory. */
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

  /** Ends a batch. What one changed that was refused is forgotten, and all else with it. */
  settle(succeeded: bool): void {
    if (succeeded) this.sum += this.dropped;
    else {
      this.lost = this.lostBefore + this.untoldBefore;
      this.untold = 0;
      this.isReady = false;
    }
    this.dropped = 0;
    this.untoldBefore = this.untold;
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
      this.untold++;
      return;
    }
    const kept = this.keep();
    kept.add(1, time, time);
    const seen = known !== null ? known : this.seen.add(hash);
    if (known === null) this.giveUp(this.seen.lost);
    else if (seen.count > 0) {
      kept.add(seen.count, seen.first, seen.last);
      this.untold -= seen.count;
      seen.count = 0;
    }
    seen.since = time;
    seen.batch = this.batch;
    seen.kept = this.keptCount - 1;
  }

  private giveUp(count: u32): void {
    this.lost += count;
    this.untold -= count;
  }

  private keep(): Kept {
    const index = this.keptCount++;
    this.decisions.push(index);
    if (index == this.kept.length) this.kept.push(new Kept());
    const kept = unchecked(this.kept[index]);
    kept.count = 0;
    return kept;
  }

  /** What was decided about the next record: null when it is dropped. */
  next(): Kept | null {
    const index = this.decisions[this.cursor++];
    return index == DROPPED ? null : this.kept[index];
  }

  /** Writes the rest, and how many no record tells of. */
  end(time: u64): void {
    const untold = this.untold + this.lost;
    if (this.sum + untold > 0) this.tell(time, '; ' + untold.toString() + ' are not told of in a record');
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
