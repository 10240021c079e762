import { Text, isText, sameBytes } from '../text';

/** The one key that `attributes.find` and similar functions search for. */
export class KeyString {
  private key: string = '';

  bind(key: string): this {
    this.key = key;
    return this;
  }

  @inline accepts(key: usize, size: usize, value: usize, end: usize): bool {
    const units = <usize>this.key.length;
    if (size < units) return false;
    // Keys of one namespace begin with the same bytes. The size, or a byte from the middle, excludes most others.
    const middle = units >> 1;
    if (
      size == units &&
      size != 0 &&
      load<u8>(key + middle) != load<u16>(changetype<usize>(this.key) + (middle << 1))
    )
      return false;
    return isText(key, size, this.key);
  }
}

/** The same for a key given as bytes. */
export class KeyText {
  private key: Text = new Text();

  bind(key: Text): this {
    this.key = key;
    return this;
  }

  @inline accepts(key: usize, size: usize, value: usize, end: usize): bool {
    return size == this.key.size && sameBytes(key, this.key.pointer, size);
  }
}

export const keyString = new KeyString();
export const keyText = new KeyText();
