import { Message, NONE, WALKED } from './message';
import {
  Wire,
  bytesFieldSize,
  fieldBody,
  fieldEnd,
  fieldStart,
  hasTag,
  isLongTag,
  putBytesHeader,
  readField,
  shortBody,
  shortBodyEnd,
  skipField,
  take,
} from './wire';

const NOT_STARTED: i32 = -1;

/** In `seen` and `present`: any field may be present. */
export const ALL: u32 = u32.MAX_VALUE;

/** The consecutive fields of a message that have one number. The current field may be changed. */
export class Fields {
  start: usize = 0;
  body: usize = 0;
  end: usize = 0;
  /** Where the walk continues, up to `limit`: the end of the message, or of the current piece. */
  protected at: usize = 0;
  protected limit: usize = 0;
  private piece: i32 = 0;
  /** The message's `count` when `piece` and `limit` were valid. */
  private pieces: i32 = NOT_STARTED;
  /** True when the current field was changed. It is a separate piece, no longer at `start`. */
  private own: bool = false;
  /** Numbers of the fields that were passed. */
  protected seen: u32 = 0;

  constructor(
    readonly message: Message,
    public number: u32,
  ) {}

  /** Returns to the position before the first field. The message may be another one now. */
  @inline protected toStart(): void {
    this.start = 0;
    this.pieces = NOT_STARTED;
    this.own = false;
    this.seen = 0;
  }

  /** Prepares `at` and `limit` for the walk; false when there are no more fields. */
  @inline protected walksOn(): bool {
    return (this.pieces == this.message.count && this.at < this.limit) || this.findPlace();
  }

  /** True when the next four bytes at `at` belong to the message, so that `walksOn` is not needed. */
  @inline protected get walksOnHere(): bool {
    return this.pieces == this.message.count && this.at + 4 <= this.limit;
  }

  private findPlace(): bool {
    const message = this.message;
    const count = message.count;
    if (this.pieces == NOT_STARTED) {
      // A walk for another number has found that there are none: nearly always so for a span's links.
      if (message.lacks(this.number)) return false;
      this.piece = 0;
      this.at = count == 0 ? message.start : message.startAt(0);
    } else if (this.pieces != count) {
      this.relocate();
    }
    this.pieces = count;
    this.own = false;
    if (count == 0) this.limit = message.end;
    else if (this.piece != NONE) this.limit = message.endAt(this.piece);
    while (this.at == this.limit) {
      if (count != 0 && this.piece != NONE) this.piece = message.nextOf(this.piece);
      if (count == 0 || this.piece == NONE) return this.finish();
      this.at = message.startAt(this.piece);
      this.limit = message.endAt(this.piece);
    }
    return true;
  }

  private finish(): bool {
    this.message.present |= this.seen | WALKED;
    this.start = 0;
    return false;
  }

  /** Finds the current piece again after others were cut out: it is unchanged, or comes later. */
  private relocate(): void {
    const message = this.message;
    let piece = this.piece;
    while (piece != NONE && (this.at < message.startAt(piece) || this.at > message.endAt(piece))) {
      piece = message.nextOf(piece);
    }
    this.piece = piece;
    if (piece == NONE) this.at = this.limit = 0;
  }

  /** Moves to the next field; false after the last. */
  protected advance(): bool {
    const tag = (this.number << 3) | Wire.Bytes;
    while (this.walksOn()) {
      const limit = this.limit;
      let at = this.at;
      let seen = this.seen;
      while (at < limit) {
        const tagAt: u32 = load<u8>(at);
        if (tagAt < 0x80) seen |= 1 << (tagAt >> 3);
        if (tagAt == tag) {
          this.seen = seen;
          const next = shortBodyEnd(at + 1, limit);
          if (next != 0) return this.show(at, shortBody(at + 1), next);
          return readField(at, limit) && this.show(fieldStart, fieldBody, fieldEnd);
        }
        const field = at;
        at = skipField(at, limit);
        if (at == 0) return this.stop();
        if (tagAt >= 0x80 && isLongTag(field)) {
          seen = ALL;
          if (hasTag(field, at, tag)) {
            this.seen = seen;
            return readField(field, at) && this.show(fieldStart, fieldBody, fieldEnd);
          }
        }
      }
      this.seen = seen;
      this.at = at;
    }
    return false;
  }

  /** Ends a walk over bytes that are not protobuf. */
  protected stop(): bool {
    this.start = 0;
    this.at = this.limit = 0;
    this.piece = NONE;
    return false;
  }

  @inline protected show(start: usize, body: usize, end: usize): bool {
    this.own = false;
    this.start = start;
    this.body = body;
    this.end = end;
    this.at = end;
    return true;
  }

  /**
   * Replaces the current field by the field at `[start, end)` with its content at `body`. Removes it when all are 0.
   */
  protected replaceField(start: usize, body: usize, end: usize): void {
    if (this.start == 0) return;
    const message = this.message;
    if (this.pieces != message.count) this.relocate();
    if (this.piece == NONE) return;
    if (!this.own) this.piece = message.cut(this.piece, this.start, this.end);
    message.replace(this.piece, start, end);
    if (start != 0) this.show(start, body, end);
    this.own = true;
    this.pieces = message.count;
    this.at = this.limit = end;
  }

  /** Replaces the content of the current field by an edited message. */
  protected replaceBody(content: Message): void {
    const size = content.size;
    const total = bytesFieldSize(this.number, size);
    const at = take(total);
    if (at == 0) return;
    const body = putBytesHeader(at, this.number, size);
    content.write(body);
    this.replaceField(at, body, at + total);
  }
}
