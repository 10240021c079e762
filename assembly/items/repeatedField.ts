import { Fields, Message, bytesFieldSize, putBytesField, take } from '../protobuf';
import { Text } from '../text';
import { Item } from './item';

/**
 * A repeated field whose elements are items: `const events = span.events; while (events.next())
 * events.current.attributes ...`
 */
export class RepeatedField<T extends Item> extends Fields {
  constructor(
    message: Message,
    number: u32,
    readonly current: T,
  ) {
    super(message, number);
  }

  rewind(): this {
    this.commit();
    this.toStart();
    return this;
  }

  reset(): this {
    if (this.current.touched) this.current.bind(0, 0);
    this.toStart();
    return this;
  }

  next(): bool {
    if (this.current.touched) this.commit();
    if (!this.advance()) return false;
    this.current.bind(this.body, this.end);
    return true;
  }

  /** Appends an element, from the bytes of another one (`item.bytes`). */
  append(bytes: Text): void {
    const total = bytesFieldSize(this.number, bytes.size);
    const at = take(total);
    if (at == 0) return;
    putBytesField(at, this.number, bytes.pointer, bytes.size);
    this.message.append(at, at + total);
  }

  /** Removes the current element. */
  remove(): void {
    this.current.bind(0, 0);
    this.replaceField(0, 0, 0);
  }

  commit(): void {
    const current = this.current;
    if (!current.touched) return;
    current.commit();
    if (!current.message.edited) return;
    if (current.isEmptied) this.replaceField(0, 0, 0);
    else this.replaceBody(current.message);
    current.bind(0, 0);
  }
}
