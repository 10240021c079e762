import { Fields } from './fields';
import { Message } from './message';
import { Item } from './resource';

/**
 * Parts of an item that are items themselves, one after the other:
 * `const events = span.events; while (events.next()) events.current.attributes ...`
 */
export class Parts<T extends Item> extends Fields {
  constructor(
    message: Message,
    number: u32,
    readonly current: T,
  ) {
    super(message, number);
  }

  rewind(): this {
    this.settle();
    this.toStart();
    return this;
  }

  reset(): this {
    if (this.current.touched) this.current.bind(0, 0);
    this.toStart();
    return this;
  }

  next(): bool {
    if (this.current.touched) this.settle();
    if (!this.advance()) return false;
    this.current.bind(this.body, this.end);
    return true;
  }

  /** Removes the part at hand. */
  remove(): void {
    this.current.bind(0, 0);
    this.replaceField(0, 0, 0);
  }

  settle(): void {
    const current = this.current;
    if (!current.touched) return;
    current.settle();
    if (!current.message.edited) return;
    if (current.isEmptied) this.replaceField(0, 0, 0);
    else this.replaceBody(current.message);
    current.bind(0, 0);
  }
}
