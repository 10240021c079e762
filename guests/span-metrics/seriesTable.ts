import { Text, Value, Writer, now } from 'otelwasm/assembly';
import { Dimensions } from './dimensions';
import { KeyBuffer } from './keyBuffer';
import { Series } from './series';
import { Settings } from './settings';

/** Limit of resources whose spans are counted. Beyond it the first one is forgotten. A process has one. */
const MAX_RESOURCES = 100;
/**
 * The attribute of the series that represents all series beyond the limit (OpenTelemetry, Metrics SDK, Cardinality
 * limits).
 */
const OVERFLOW = 'otel.metric.overflow';

/** The series of one resource. */
export class ResourceSeries {
  readonly byHash: Map<u64, Series> = new Map<u64, Series>();
  overflow: Series | null = null;

  constructor(readonly resource: StaticArray<u8>) {}
}

export class SeriesTable {
  readonly resources: ResourceSeries[] = [];
  /** Whether the last series found is the overflow series. */
  isOverflow: bool = false;

  constructor(private settings: Settings) {}

  /** The series of a resource, by its bytes. */
  of(resource: Text): ResourceSeries {
    const resources = this.resources;
    for (let i = resources.length - 1; i >= 0; i--) {
      const bytes = resources[i].resource;
      if (<usize>bytes.length != resource.size) continue;
      if (memory.compare(changetype<usize>(bytes), resource.pointer, resource.size) == 0) return resources[i];
    }
    if (resources.length == MAX_RESOURCES) resources.shift();
    const added = new ResourceSeries(copyOf(resource.pointer, resource.size));
    resources.push(added);
    return added;
  }

  /** The series of the current span of `dimensions`. */
  find(group: ResourceSeries, dimensions: Dimensions): Series {
    const key: KeyBuffer = dimensions.key;
    const byHash = group.byHash;
    this.isOverflow = false;
    let hash = key.hash;
    while (byHash.has(hash)) {
      const series = byHash.get(hash);
      if (key.is(series.key)) return series;
      hash++;
    }
    if (byHash.size >= this.settings.maxSeries) return this.overflowOf(group);
    const attributes = dimensions.write();
    const own = copyOf(key.pointer, key.size);
    const added = new Series(own, copyOf(attributes.pointer, attributes.size), now(), this.settings);
    byHash.set(hash, added);
    return added;
  }

  private overflowOf(group: ResourceSeries): Series {
    this.isOverflow = true;
    const known = group.overflow;
    if (known !== null) return known;
    const writer = new Writer();
    writer.attribute(1, OVERFLOW, Value.bool(true));
    const attributes = copyOf(writer.pointer, writer.size);
    return (group.overflow = new Series(new StaticArray<u8>(0), attributes, now(), this.settings));
  }

  clear(): void {
    this.resources.length = 0;
  }

  clearExemplars(): void {
    for (let i = 0; i < this.resources.length; i++) {
      const all = this.resources[i].byHash.values();
      for (let j = 0; j < all.length; j++) all[j].exemplarCount = 0;
    }
  }
}

function copyOf(pointer: usize, size: usize): StaticArray<u8> {
  const copy = new StaticArray<u8>(<i32>size);
  memory.copy(changetype<usize>(copy), pointer, size);
  return copy;
}
