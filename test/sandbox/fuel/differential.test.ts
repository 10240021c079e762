import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addFuel, CLOCK_EXPORT } from '../../../src/sandbox/fuel/addFuel';
import { readModule } from '../../../src/wasm/module';
import { ModuleSections } from '../../../src/wasm/sections';
import { Random } from '../../fuzz/random';

const I32 = 0x7f;
const VOID = 0x40;
const FUNCTIONS = 4;
/** Parameters and locals of a function, all i32. */
const LOCALS = 4;
/** Function types: of all functions, of blocks with a parameter and a result, of tags. */
const [FUNCTION, TRANSFORM, TAG] = [0, 1, 2];
/** Global that counts down in loops and functions: every run ends. */
const STEPS = 0;
const MAX_STEPS = 1_000;

/**
 * Writes modules of structured code at random: loops and blocks with and without parameters, branches of every kind, calls,
 * exceptions, bulk instructions, numbers in LEB128 that are longer than they need be.
 */
class ModuleGenerator {
  #budget = 0;
  /** For each enclosing block: the number of values that a branch to it takes. */
  readonly #labels: number[] = [];

  constructor(
    private readonly random: Random,
    private readonly size: number,
  ) {}

  module(): Uint8Array<ArrayBuffer> {
    const all = <T>(item: T): T[] => new Array<T>(FUNCTIONS).fill(item);
    const section = (id: number, ...items: number[][]): number[] =>
      sized(id, [...this.#number(items.length), ...items.flat()]);
    const types = [
      [2, I32, I32, 1, I32],
      [1, I32, 1, I32],
      [0, 0],
      [0, 1, I32],
    ];
    return Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, ...types.map(type => [0x60, ...type])),
      ...section(3, ...all([FUNCTION])),
      ...section(4, [0x70, 0, FUNCTIONS]),
      ...section(5, [1, 1, 3]),
      ...section(13, [0, TAG]),
      ...section(6, [I32, 1, 0x41, ...signed(MAX_STEPS), 0x0b]),
      ...section(7, [1, 0x66, 0, 0], [1, 0x6d, 2, 0], [1, 0x67, 3, STEPS]),
      ...section(9, [0, 0x41, 0, 0x0b, FUNCTIONS, ...all(0).map((_, index) => index)]),
      ...section(10, ...all(0).map(() => this.#function())),
    ]);
  }

  #function(): number[] {
    this.#budget = this.size;
    const body = [
      ...[1, ...this.#number(LOCALS - 2), I32, ...this.#step()],
      ...[...this.#statements(), ...this.#value(), 0x0b],
    ];
    return [...this.#number(body.length), ...body];
  }

  /** `unreachable` when the steps are used up. */
  #step(): number[] {
    const less = [0x23, STEPS, 0x41, 1, 0x6b, 0x24, STEPS];
    return [...less, 0x23, STEPS, 0x45, 0x04, VOID, 0x00, 0x0b];
  }

  #statements(): number[] {
    const code: number[] = [];
    for (let count = this.random.below(5); count > 0; count--) code.push(...this.#statement());
    return code;
  }

  #inside(begin: number[], values: number, code: () => number[]): number[] {
    this.#labels.push(values);
    const inner = code();
    this.#labels.pop();
    return [...begin, ...inner, 0x0b];
  }

  #statement(): number[] {
    if (--this.#budget < 0) return this.#set(this.#value());
    const statements = () => this.#statements();
    switch (this.random.below(18)) {
      case 0:
        return this.#inside([0x02, VOID], 0, statements);
      case 1:
        return this.#inside([0x03, VOID], 0, () => [...this.#step(), ...statements()]);
      case 2:
        return this.#inside([...this.#value(), 0x04, VOID], 0, statements);
      case 3:
        return this.#inside([...this.#value(), 0x04, VOID], 0, () => [
          ...statements(),
          0x05,
          ...statements(),
        ]);
      case 4: {
        // A loop that takes a value and leaves one, in the long form of its type.
        const begin = [...this.#value(), 0x03, ...this.#number(TRANSFORM)];
        const loop = this.#inside(begin, 1, () => [
          ...[...this.#set([]), ...this.#step(), ...statements()],
          ...this.#value(),
        ]);
        return this.#set(loop);
      }
      case 5: {
        const begin = [...this.#value(), 0x02, TRANSFORM];
        return this.#set(this.#inside(begin, 1, () => [...this.#set([]), ...statements(), ...this.#value()]));
      }
      case 6:
        return this.#inside([0x06, VOID], 0, () => [
          ...statements(),
          ...(this.random.below(2) === 0 ? [0x07, 0, ...statements()] : []),
          ...[0x19, ...statements()],
        ]);
      case 7: {
        this.#labels.push(0);
        const body = statements();
        this.#labels.pop();
        return [0x06, VOID, ...body, 0x18, ...this.#number(this.random.below(this.#labels.length + 1))];
      }
      case 8:
        return this.random.below(3) === 0 ? [0x08, 0] : this.#branch();
      case 9:
        return this.#branch();
      case 10:
        return this.random.below(6) === 0 ? [...this.#value(), 0x0f] : this.#set(this.#value());
      case 11:
      case 12:
        return this.#set([
          ...[...this.#value(), ...this.#value()],
          ...[0x10, ...this.#number(this.random.below(FUNCTIONS))],
        ]);
      case 13: {
        const which = [...this.#value(), 0x41, FUNCTIONS - 1, 0x71];
        return this.#set([...this.#value(), ...this.#value(), ...which, 0x11, FUNCTION, 0]);
      }
      case 14:
        return [...this.#address(), ...this.#value(), 0x36, 2, ...this.#number(this.random.below(900))];
      case 15:
        return [...this.#range(), 0xfc, ...this.#number(11), 0];
      case 16:
        return [...this.#range(), 0xfc, ...this.#number(10), 0, 0];
      default:
        return this.#set([0x41, this.random.below(2), 0x40, 0]);
    }
  }

  /** A branch to a block that takes no value or one. */
  #branch(): number[] {
    if (this.#labels.length === 0) return [0x01];
    const depth = this.random.below(this.#labels.length);
    const takes = this.#labels[this.#labels.length - 1 - depth];
    const values = takes === 1 ? this.#value() : [];
    const label = this.#number(depth);
    switch (this.random.below(3)) {
      case 0:
        return [...values, 0x0c, ...label];
      case 1:
        return [...values, ...this.#value(), 0x0d, ...label, ...(takes === 1 ? this.#set([]) : [])];
      default: {
        const others = this.#labels
          .map((count, index) => ({ count, label: this.#labels.length - 1 - index }))
          .filter(({ count }) => count === takes);
        const table = others.map(other => this.#number(other.label));
        return [...values, ...this.#value(), 0x0e, ...this.#number(table.length), ...table.flat(), ...label];
      }
    }
  }

  #set(value: number[]): number[] {
    return [...value, 0x21, ...this.#number(this.random.below(LOCALS))];
  }

  #value(): number[] {
    switch (this.random.below(5)) {
      case 0:
        return [
          0x41,
          ...signed(this.random.below(4) === 0 ? this.random.below(2 ** 20) : this.random.below(5)),
        ];
      case 1:
        return [...this.#address(), 0x28, 2, ...this.#number(this.random.below(900))];
      case 2:
        // add, sub, xor, less than
        return [...this.#value(), ...this.#value(), this.random.pick([0x6a, 0x6b, 0x73, 0x48])];
      default:
        return [0x20, ...this.#number(this.random.below(LOCALS))];
    }
  }

  #address(): number[] {
    return [...this.#local(), 0x41, ...signed(0xfff), 0x71];
  }

  /** Two addresses, or an address and a value, and a length that is rarely too large. */
  #range(): number[] {
    const most = this.random.below(20) === 0 ? 2 ** 24 : 63;
    return [...this.#address(), ...this.#address(), ...this.#local(), 0x41, ...signed(most), 0x71];
  }

  #local(): number[] {
    return [0x20, this.random.below(LOCALS)];
  }

  #number(value: number): number[] {
    const bytes = unsigned(value);
    for (let more = Math.max(0, this.random.below(8) - 5); more > 0; more--) {
      bytes[bytes.length - 1] |= 0x80;
      bytes.push(0);
    }
    return bytes;
  }
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number that is not negative. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}

function sized(id: number, payload: number[]): number[] {
  return [id, ...unsigned(payload.length), ...payload];
}

/** A clock that grants as little as possible, so it is called all the time. */
const STINGY = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, I32, 3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x63, 0, 0, 10, 6, 1, 4, 0, 0x41, 0x7f, 0x0b],
]);

/** The effects of a few calls of the module's first function: results or traps, its global and its memory. */
function behaviour(module: Uint8Array<ArrayBuffer>): unknown[] {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
  const clock = exports[CLOCK_EXPORT] as WebAssembly.Table | undefined;
  clock?.set(0, new WebAssembly.Instance(new WebAssembly.Module(STINGY)).exports.c);
  const called = [0, 1, 2, 70].map(value => {
    (exports.g as WebAssembly.Global).value = MAX_STEPS;
    try {
      return (exports.f as (...values: number[]) => number)(value, 1_000 + value);
    } catch (error) {
      return String(error);
    }
  });
  const memory = (exports.m as WebAssembly.Memory).buffer;
  return [called, (exports.g as WebAssembly.Global).value, Buffer.from(memory).toString('latin1')];
}

describe('fuel in random code', () => {
  it('does not change the behaviour of a guest', () => {
    let returned = 0;
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 5, max: 80 }), (seed, size) => {
        const module = new ModuleGenerator(new Random(seed), size).module();
        const sections = new ModuleSections(module);
        addFuel(sections, readModule(module));
        const expected = behaviour(module);
        assert.deepEqual(behaviour(sections.join()), expected);
        if ((expected[0] as unknown[]).some(result => typeof result === 'number')) returned++;
      }),
      { numRuns: 400 },
    );
    assert.ok(returned > 100, `only ${returned} of 400 return: the code traps too early to test anything`);
  });
});
