import { Json, JsonKind, Lookup, Resource, Span, Text, Value, ValueKind, Writer } from 'otelwasm/assembly';
import { KeyBuffer } from './keyBuffer';

const SERVICE = 'service.name';
const OWN = [SERVICE, 'span.name', 'span.kind', 'status.code'];
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['UNSET', 'OK', 'ERROR'];

/** An attribute that distinguishes series: of the span, or else of its resource. */
class Dimension {
  constructor(
    readonly name: string,
    readonly slot: i32,
    readonly resourceSlot: i32,
    readonly fallback: Value | null,
  ) {}
}

/** The dimensions of series, and their values in the current span. */
export class Dimensions {
  private spanLookup: Lookup = new Lookup();
  private resourceLookup: Lookup = new Lookup();
  private list: Dimension[] = [];
  private has: bool[] = [true, true, true, true];
  private serviceSlot: i32 = 0;
  private name: Text = new Text();
  private kind: i32 = 0;
  private status: i32 = 0;
  /** Equal for two spans of one series, and only for those. */
  readonly key: KeyBuffer = new KeyBuffer();
  private attributes: Writer = new Writer();

  read(config: Json): void {
    this.serviceSlot = this.resourceLookup.add(SERVICE);
    const excluded = config.get('excludeDimensions').items;
    for (let i = 0; i < excluded.length; i++) {
      const index = OWN.indexOf(excluded[i].string());
      if (index < 0) excluded[i].expected('one of ' + OWN.join(', '));
      else this.has[index] = false;
    }
    const items = config.get('dimensions').items;
    for (let i = 0; i < items.length; i++) this.add(items[i]);
  }

  private add(json: Json): void {
    let name = '';
    let fallback: Value | null = null;
    if (json.kind == JsonKind.Object) {
      json.only(['name', 'default']);
      name = json.get('name').string();
      if (json.get('default').exists) fallback = Value.text(json.get('default').string());
    } else name = json.string();
    for (let i = 0; i < this.list.length; i++) {
      if (this.list[i].name == name) json.expected('each name only once');
    }
    if (OWN.includes(name)) json.expected('an attribute other than ' + OWN.join(', '));
    this.list.push(new Dimension(name, this.spanLookup.add(name), this.resourceLookup.add(name), fallback));
  }

  useResource(resource: Resource): void {
    this.resourceLookup.load(resource.attributes);
  }

  useSpan(span: Span): void {
    this.spanLookup.load(span.attributes);
    const name = span.name;
    this.name = name;
    this.kind = span.kind;
    this.status = span.statusCode;
    const key = this.key;
    key.clear();
    const has = this.has;
    if (unchecked(has[1])) key.put(name.pointer, name.size);
    key.putNumber(unchecked(has[2]) ? this.kind : 0, unchecked(has[3]) ? this.status : 0);
    const list = this.list;
    for (let i = 0; i < list.length; i++) {
      const value = this.valueOf(unchecked(list[i]));
      if (value === null) key.putNothing();
      else key.put(value.start, value.end - value.start);
    }
    key.end();
  }

  private valueOf(dimension: Dimension): Value | null {
    const own = this.spanLookup.get(dimension.slot);
    if (own !== null) return own;
    const shared = this.resourceLookup.get(dimension.resourceSlot);
    return shared !== null ? shared : dimension.fallback;
  }

  /** The attributes of the span's series, as field 1 of a message. Valid until the next call. */
  write(): Writer {
    const to = this.attributes;
    to.clear();
    const service = this.resourceLookup.get(this.serviceSlot);
    if (this.has[0] && service !== null && service.kind == ValueKind.Text) to.attribute(1, SERVICE, service);
    if (this.has[1]) to.attribute(1, OWN[1], Value.ofText(this.name));
    if (this.has[2]) to.attribute(1, OWN[2], Value.text(named('SPAN_KIND_', KINDS, this.kind)));
    if (this.has[3]) to.attribute(1, OWN[3], Value.text(named('STATUS_CODE_', STATUSES, this.status)));
    for (let i = 0; i < this.list.length; i++) {
      const value = this.valueOf(this.list[i]);
      if (value !== null) to.attribute(1, this.list[i].name, value);
    }
    return to;
  }
}

/** Empty for a number that OTLP does not define. */
function named(prefix: string, names: string[], index: i32): string {
  return index >= 0 && index < names.length ? prefix + names[index] : '';
}
