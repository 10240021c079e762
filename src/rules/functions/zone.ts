import type { Code } from '../program';
import { LAST_SECOND, zoneChanges } from './zoneChanges';

const tables = new Map<string, Uint8Array | undefined>();

/**
 * The UTC offsets of a location, in the format that assembly/rules/time/zone.ts reads. Undefined for an unknown
 * location.
 */
export function zoneTable(location: string): Uint8Array | undefined {
  if (!tables.has(location)) {
    const changes = zoneChanges(location);
    const entries = changes?.flatMap(({ from, offset }) => [from, offset]);
    tables.set(location, entries && bytesOf([entries.length / 2, ...entries, LAST_SECOND, 0]));
  }
  return tables.get(location);
}

function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(4 * index, word, true));
  return bytes;
}

/** Whether the code calls `Time` with a location. Its third argument is then a table. */
export function hasLocation(code: Code | undefined): boolean {
  if (code === undefined) return false;
  if (code.op === 'call')
    return (code.name === 'Time' && code.args[2] !== undefined) || code.args.some(hasLocation);
  return 'operands' in code && code.operands.some(hasLocation);
}
