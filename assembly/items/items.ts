import { resource, scope } from './current';
import { Item } from './item';
import { Wire, fieldBody, fieldEnd, fieldNumber, fieldWire, readField } from '../protobuf';

const RESOURCE_GROUPS: u32 = 1;
/** Fields of a group: its resource or scope, and its scope groups or items. */
const HEAD: u32 = 1;
const MEMBERS: u32 = 2;

/**
 * All items of a batch in order, to read before any of them is visited: `while (records.next()) records.current ...`,
 * with its `resource` and `scope`. Changes to them are lost.
 */
export class Items<T extends Item> {
  /** A number that changes with the resource and the scope. */
  group: i32 = 0;
  private start: usize = 0;
  private end: usize = 0;
  private at: usize = 0;
  private resourceAt: usize = 0;
  private resourceEnd: usize = 0;
  private scopeAt: usize = 0;
  private scopeEnd: usize = 0;

  constructor(
    /** The item that `next` moved to. The same object each time. */
    readonly current: T,
  ) {}

  /** @internal Shows the items of a batch in its usual form. */
  bind(start: usize, end: usize): this {
    this.start = start;
    this.end = end;
    return this.rewind();
  }

  /** Returns to the position before the first item. */
  rewind(): this {
    this.group = 0;
    this.at = this.start;
    this.resourceAt = this.resourceEnd = this.scopeAt = this.scopeEnd = 0;
    return this;
  }

  /** Moves to the next item; false after the last, and when the batch is malformed, which fails the call. */
  next(): bool {
    while (true) {
      while (readMember(this.scopeAt, this.scopeEnd, MEMBERS)) {
        this.scopeAt = fieldEnd;
        if (!isMember) continue;
        this.current.bind(fieldBody, fieldEnd);
        return true;
      }
      if (readMember(this.resourceAt, this.resourceEnd, MEMBERS)) {
        this.resourceAt = fieldEnd;
        if (!isMember) continue;
        this.scopeAt = fieldBody;
        this.scopeEnd = fieldEnd;
        this.group++;
        bindHead(scope, fieldBody, fieldEnd);
      } else if (readMember(this.at, this.end, RESOURCE_GROUPS)) {
        this.at = fieldEnd;
        if (!isMember) continue;
        this.resourceAt = fieldBody;
        this.resourceEnd = fieldEnd;
        bindHead(resource, fieldBody, fieldEnd);
      } else return false;
    }
  }
}

/** True when the field that `readMember` read is a message with the requested number. */
let isMember: bool = false;

function readMember(at: usize, end: usize, number: u32): bool {
  if (!readField(at, end)) return false;
  isMember = fieldNumber == number && fieldWire == Wire.Bytes;
  return true;
}

/** Shows the resource or scope of a group in its usual form. */
function bindHead(head: Item, body: usize, end: usize): void {
  head.bind(0, 0);
  for (let at = body; readField(at, end); at = fieldEnd) {
    if (fieldNumber == HEAD && fieldWire == Wire.Bytes) return head.bind(fieldBody, fieldEnd);
  }
}
