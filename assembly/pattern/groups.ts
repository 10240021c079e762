import { Text } from '../text';

/** The groups of a match, for a replacement. `Pattern` implements this. */
export abstract class Groups {
  /** @internal */
  abstract has(group: u32): bool;

  /** @internal */
  abstract group(group: u32): Text;

  /** @internal */
  abstract named(pointer: usize, size: usize): i32;
}
