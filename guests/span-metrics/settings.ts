import { Json } from 'otelwasm/assembly';

const UNITS = ['s', 'ms'];
const NANOS: f64[] = [1_000_000_000, 1_000_000];
/** From the HTTP semantic conventions, in seconds. */
const DEFAULT_BUCKETS: f64[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const DEFAULT_SIZE: f64 = 160;
const MOST_SIZE: f64 = 16384;

/** How spans are counted, except for their dimensions. */
export class Settings {
  prefix: string = '';
  unit: string = 's';
  nanosPerUnit: f64 = 1_000_000_000;
  /** Inclusive upper bounds of buckets. */
  bounds: StaticArray<f64> = [];
  /** Maximum number of buckets of an exponential histogram; 0 for explicit bounds. */
  exponentialSize: i32 = 0;
  maxExemplars: i32 = 0;
  /** Limit of series of one resource. All others are combined into one. */
  maxSeries: i32 = 0;

  read(config: Json): void {
    const namespace = config.get('namespace').stringOr('traces.span.metrics');
    this.prefix = namespace.length == 0 ? '' : namespace + '.';
    this.maxExemplars = whole(config.get('exemplars'), 5, 0, 100);
    this.maxSeries = whole(config.get('maxSeries'), 2000, 1, 1_000_000);
    const histogram = config.get('histogram');
    if (histogram.exists) histogram.only(['unit', 'buckets', 'exponential', 'maxSize']);
    this.unit = histogram.get('unit').stringOr('s');
    const unit = UNITS.indexOf(this.unit);
    if (unit < 0) return histogram.get('unit').expected('"s" or "ms"');
    this.nanosPerUnit = NANOS[unit];
    if (histogram.get('exponential').boolOr(false)) {
      if (histogram.get('buckets').exists) histogram.expected('buckets or exponential, not both');
      this.exponentialSize = whole(histogram.get('maxSize'), DEFAULT_SIZE, 2, MOST_SIZE);
    } else if (histogram.get('maxSize').exists) histogram.expected('maxSize only together with exponential');
    else this.readBounds(histogram.get('buckets'));
  }

  private readBounds(json: Json): void {
    const items = json.items;
    const isDefault = !json.exists;
    const bounds = new StaticArray<f64>(isDefault ? DEFAULT_BUCKETS.length : items.length);
    const scale = NANOS[0] / this.nanosPerUnit;
    for (let i = 0; i < bounds.length; i++) {
      bounds[i] = isDefault ? DEFAULT_BUCKETS[i] * scale : items[i].number();
      if (i > 0 && !(bounds[i] > bounds[i - 1])) json.expected('numbers in ascending order');
    }
    this.bounds = bounds;
  }
}

function whole(json: Json, fallback: f64, least: f64, most: f64): i32 {
  const value = json.numberOr(fallback);
  if (!(value >= least && value <= most) || trunc(value) != value)
    json.expected('a whole number from ' + (<i32>least).toString() + ' to ' + (<i32>most).toString());
  return <i32>value;
}
