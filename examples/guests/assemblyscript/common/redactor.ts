import {
  Attributes,
  Glob,
  Json,
  KeyClassifier,
  LogRecord,
  Metric,
  Span,
  Text,
  Value,
  ValueKind,
} from 'otelwasm/assembly';

const KEEP = 0;
const MASK = 1;
const REMOVE = 2;

const NESTED: u32 = (1 << ValueKind.Map) | (1 << ValueKind.Array);
const TEXTS: u32 = 1 << ValueKind.Text;

/** The options that `configure` reads. */
export const OPTIONS = ['keys', 'remove', 'texts', 'mask'];

let mask: Value = Value.text('***');
let masked: Glob[] = [];
let removed: Glob[] = [];
let texts: Glob[] = [];
const keys = new KeyClassifier((key: Text): i32 => {
  if (anyMatches(removed, key)) return REMOVE;
  return anyMatches(masked, key) ? MASK : KEEP;
});

export function configure(config: Json): void {
  mask = Value.text(config.get('mask').stringOr('***'));
  masked = globs(config.get('keys'));
  removed = globs(config.get('remove'));
  texts = globs(config.get('texts'));
}

/** Masks or removes attributes by their keys, and masks texts by what they are, however deep they are nested. */
export function redact(attributes: Attributes): void {
  const kinds = NESTED | (texts.length > 0 ? TEXTS : 0);
  while (attributes.nextOf(keys, kinds)) {
    const category = keys.last;
    if (category == REMOVE) attributes.remove();
    else if (category == MASK) attributes.replace(mask);
    else redactValue(attributes);
  }
}

function redactValue(attributes: Attributes): void {
  const value = attributes.value;
  const kind = value.kind;
  if (kind == ValueKind.Text) {
    if (anyMatches(texts, value.text)) attributes.replace(mask);
  } else if (kind == ValueKind.Map || kind == ValueKind.Array) {
    redact(attributes.nested());
  }
}

export function redactSpan(span: Span): void {
  redact(span.attributes);
  const events = span.events;
  while (events.next()) redact(events.current.attributes);
  const links = span.links;
  while (links.next()) redact(links.current.attributes);
}

/** Redacts the metadata of a metric, and the attributes of its data points and their exemplars. */
export function redactMetric(metric: Metric): void {
  redact(metric.attributes);
  const points = metric.points;
  while (points.next()) {
    redact(points.current.attributes);
    const exemplars = points.current.exemplars;
    while (exemplars.next()) redact(exemplars.current.attributes);
  }
}

/** Redacts attributes and what is in the body; a body that is one text goes by `texts`. */
export function redactLogRecord(record: LogRecord): void {
  redact(record.attributes);
  redact(record.bodyParts);
}

function globs(json: Json): Glob[] {
  return json.strings().map<Glob>((pattern: string): Glob => new Glob(pattern, true));
}

function anyMatches(globs: Glob[], text: Text): bool {
  for (let i = 0; i < globs.length; i++) {
    if (globs[i].matches(text)) return true;
  }
  return false;
}
