const LIMB_BITS = 32;

/** A natural number of any size, in limbs of 32 bits, lowest first. Operations change it in place. */
export class Natural {
  private limbs: Array<u32> = [];

  static of(value: u32): Natural {
    const natural = new Natural();
    if (value != 0) natural.limbs.push(value);
    return natural;
  }

  /** Reads decimal digits. */
  static parse(digits: string): Natural {
    const natural = new Natural();
    for (let i = 0; i < digits.length; i++) natural.multiplyAdd(10, digits.charCodeAt(i) - 0x30);
    return natural;
  }

  get isZero(): bool {
    return this.limbs.length == 0;
  }

  get bitLength(): i32 {
    const count = this.limbs.length;
    return count == 0 ? 0 : count * LIMB_BITS - <i32>clz(this.limbs[count - 1]);
  }

  multiplyByPowerOfTen(exponent: i32): void {
    for (let i = 0; i < exponent; i++) this.multiplyAdd(10, 0);
  }

  private multiplyAdd(factor: u32, summand: u32): void {
    let carry: u64 = summand;
    for (let i = 0; i < this.limbs.length; i++) {
      carry += <u64>this.limbs[i] * factor;
      this.limbs[i] = <u32>carry;
      carry >>= LIMB_BITS;
    }
    if (carry != 0) this.limbs.push(<u32>carry);
  }

  shiftLeft(bits: i32): void {
    if (this.isZero) return;
    const part = bits % LIMB_BITS;
    if (part != 0) this.multiplyAdd((<u32>1) << part, 0);
    const zeros = new Array<u32>(bits / LIMB_BITS);
    this.limbs = zeros.concat(this.limbs);
  }

  /** Divides in place, leaving the remainder. Returns the quotient, which must be below 2 ** 63. */
  divideBy(divisor: Natural): u64 {
    let quotient: u64 = 0;
    for (let bit = this.bitLength - divisor.bitLength; bit >= 0; bit--) {
      quotient <<= 1;
      const part = divisor.copy();
      part.shiftLeft(bit);
      if (this.isBelow(part)) continue;
      this.subtract(part);
      quotient |= 1;
    }
    return quotient;
  }

  private copy(): Natural {
    const copy = new Natural();
    copy.limbs = this.limbs.slice(0);
    return copy;
  }

  private isBelow(other: Natural): bool {
    if (this.limbs.length != other.limbs.length) return this.limbs.length < other.limbs.length;
    for (let i = this.limbs.length - 1; i >= 0; i--) {
      if (this.limbs[i] != other.limbs[i]) return this.limbs[i] < other.limbs[i];
    }
    return false;
  }

  private subtract(other: Natural): void {
    let borrow: i64 = 0;
    for (let i = 0; i < this.limbs.length; i++) {
      const difference = <i64>this.limbs[i] - (i < other.limbs.length ? <i64>other.limbs[i] : 0) + borrow;
      this.limbs[i] = <u32>difference;
      borrow = difference >> LIMB_BITS;
    }
    while (this.limbs.length > 0 && this.limbs[this.limbs.length - 1] == 0) this.limbs.pop();
  }
}
