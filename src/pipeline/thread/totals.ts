import type { RunnerState } from '../../runner';
import { type AdapterStats, type CountByCode, type GuestStats, sumCounts, sumGuests } from '../stats';

/** The counts of guests that have not run yet. */
export function noStats(names: readonly string[], state: RunnerState): AdapterStats {
  const none = { calls: 0, errors: {}, restarts: 0, memoryBytes: 0 };
  return {
    ...{ itemsIn: 0, itemsOut: 0, itemsDropped: 0, itemsAdded: 0, itemsFailed: {}, bytesIn: 0, bytesOut: 0 },
    ...sumGuests(names.map(name => ({ name, state, ...none }))),
  };
}

/** The sum of both. The guests' states are those of the later one. */
export function addStats(before: AdapterStats, after: AdapterStats, restarts = 0): AdapterStats {
  // Without a spread, so that the compiler asks for every new count.
  const guests = after.guests.map(({ name, state, memoryBytes, ...counts }, index): GuestStats => {
    const earlier = before.guests[index];
    return {
      ...{ name, state, memoryBytes },
      calls: earlier.calls + counts.calls,
      errors: sumCounts([earlier.errors, counts.errors]),
      restarts: earlier.restarts + counts.restarts + restarts,
    };
  });
  return {
    itemsIn: before.itemsIn + after.itemsIn,
    itemsOut: before.itemsOut + after.itemsOut,
    itemsDropped: before.itemsDropped + after.itemsDropped,
    itemsAdded: before.itemsAdded + after.itemsAdded,
    itemsFailed: sumCounts([before.itemsFailed, after.itemsFailed]),
    bytesIn: before.bytesIn + after.bytesIn,
    bytesOut: before.bytesOut + after.bytesOut,
    ...sumGuests(guests),
  };
}

/** The number of incoming items whose outcome is known. */
export function itemsSettled({ itemsOut, itemsDropped, itemsAdded, itemsFailed }: AdapterStats): number {
  return itemsOut + itemsDropped + sumOf(itemsFailed) - itemsAdded;
}

function sumOf(counts: CountByCode): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
