import { Builder } from './builder';
import { elementSize, entrySize, putElement, putEntry } from './copies';
import { VALUES_TAG, Val } from './val';

/** Builds a map or a list entry by entry. */
export class RunBuilder extends Builder {
  constructor() {
    super(256);
  }

  /** Appends complete fields unchanged. */
  copy(from: usize, to: usize): void {
    this.bytes(from, to - from);
  }

  element(value: Val): void {
    putElement(this.room(elementSize(value)), VALUES_TAG, value);
  }

  entry(key: usize, size: usize, value: Val, tag: u32 = VALUES_TAG): void {
    putEntry(this.room(entrySize(size, value)), tag, key, size, value);
  }

  end(kind: u32, tag: u32 = VALUES_TAG): Val {
    return Val.run(kind, tag, this.pointer, this.size);
  }
}
