import {
  fieldsOf,
  isMessage,
  LENGTH,
  type MessageName,
  ONEOFS,
  type ScalarType,
  WIRE_TYPES,
} from '../schema';

/** A field of OTLP JSON. */
export interface JsonField {
  readonly name: string;
  readonly number: number;
  readonly type: ScalarType | JsonMessage;
  readonly repeated: boolean;
  /** A member of a oneof, or `optional`: written even if it has its default value. */
  readonly explicit: boolean;
  /** Names of an enum's values, by number. */
  readonly enumNames?: readonly string[];
  /** The other members of its oneof. Setting this field clears them. */
  readonly rivals: readonly string[];
}

/** An OTLP message: its fields by JSON name and by number. */
export interface JsonMessage {
  readonly name: string;
  readonly byName: ReadonlyMap<string, JsonField>;
  readonly byNumber: ReadonlyMap<number, JsonField>;
}

/** Numbers, bools and enums: a repeated field of them is packed. */
export function isPackable(type: ScalarType | JsonMessage): type is ScalarType {
  return typeof type === 'string' && WIRE_TYPES[type] !== LENGTH;
}

const messages = new Map<MessageName, JsonMessage>();

/** A message of OTLP by its .proto name, e.g. `TracesData`. */
export function messageNamed(name: MessageName): JsonMessage {
  const known = messages.get(name);
  if (known !== undefined) return known;
  const byName = new Map<string, JsonField>();
  const byNumber = new Map<number, JsonField>();
  const message: JsonMessage = { name, byName, byNumber };
  // Set before its fields are read: AnyValue contains itself.
  messages.set(name, message);
  const oneof = ONEOFS[name] ?? [];
  for (const { hasPresence, type, ...definition } of fieldsOf(name)) {
    const field: JsonField = {
      ...definition,
      type: isMessage(type) ? messageNamed(type) : type,
      explicit: hasPresence,
      rivals: oneof.includes(definition.name) ? oneof.filter(other => other !== definition.name) : [],
    };
    byName.set(field.name, field);
    byNumber.set(field.number, field);
  }
  return message;
}
