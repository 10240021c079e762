import { Region } from '../memory';
import { readPluginConfig } from './functions';
import { fail } from './status';

const FIRST_BYTES: usize = 4096;
const LARGEST_BYTES: usize = 16777216;
const GROWTH: usize = 16;

/**
 * The plugin configuration as JSON text; the text `null` without one. Empty, with the call failed, when memory cannot
 * hold it.
 *
 * In ABI v1 the host returns the size of a configuration that does not fit. Collector hosts return 0, so only the
 * largest buffer shows that there is none.
 */
export function pluginConfigText(): string {
  const buffer = new Region();
  let capacity = FIRST_BYTES;
  while (true) {
    if (!buffer.reserve(capacity)) {
      fail('out of memory: cannot allocate a plugin configuration of ' + capacity.toString() + ' bytes');
      return '';
    }
    const size = readPluginConfig(buffer.pointer, capacity);
    if (size == 0 && capacity == LARGEST_BYTES) return 'null';
    if (size != 0 && size <= capacity) return String.UTF8.decodeUnsafe(buffer.pointer, size);
    capacity = size != 0 ? size : capacity * GROWTH;
  }
}
