import { Attributes, Text, Value } from 'otelwasm/assembly';

/** The values of a few keys, found in one pass over an item's attributes however many conditions ask for them. */
export class Slots {
  private keys: Text[] = [];
  private values: Value[] = [];
  private found: bool[] = [];

  /** The index under which the value of `key` will be found. */
  add(key: string): i32 {
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i].is(key)) return i;
    }
    this.found.push(false);
    this.values.push(new Value());
    return this.keys.push(Text.of(key)) - 1;
  }

  load(attributes: Attributes): void {
    const count = this.keys.length;
    if (count == 0) return;
    for (let i = 0; i < count; i++) this.found[i] = false;
    while (attributes.next()) {
      for (let i = 0; i < count; i++) {
        if (!attributes.key.equals(this.keys[i])) continue;
        this.values[i].bind(attributes.value.start, attributes.value.end);
        this.found[i] = true;
      }
    }
  }

  /** The value in a slot; null when the item has no such attribute. */
  get(index: i32): Value | null {
    return this.found[index] ? this.values[index] : null;
  }
}
