import { anyArg } from './arguments';
import { define } from '../evaluate/call';
import { elementCount } from '../values/entries';
import { Node } from '../program/program';
import { Wire } from 'otelwasm/assembly/protobuf/wire';
import { item } from '../records/state';
import { FALSE, Kind, TRUE, Val } from '../values/val';

function isKind(call: Node, kind: u32): Val | null {
  const value = anyArg(call, 0);
  return value === null ? null : Val.bool(value.kind == kind);
}

define('IsString', (call: Node): Val | null => isKind(call, Kind.Text));
define('IsBool', (call: Node): Val | null => isKind(call, Kind.Bool));
define('IsInt', (call: Node): Val | null => isKind(call, Kind.Int));
define('IsDouble', (call: Node): Val | null => isKind(call, Kind.Double));
define('IsMap', (call: Node): Val | null => isKind(call, Kind.Map));

define('IsList', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  // The events and links of a span are lists too.
  return Val.bool(value.kind == Kind.List || (value.kind == Kind.Opaque && value.tag != 15));
});

define('IsEmpty', (call: Node): Val | null => {
  const value = anyArg(call, 0);
  if (value === null) return null;
  switch (value.kind) {
    case Kind.Nil:
      return TRUE;
    case Kind.Map:
    case Kind.List:
      return Val.bool(elementCount(value) == 0);
    case Kind.Text:
    case Kind.Bytes:
    case Kind.Opaque:
      return Val.bool(value.size == 0);
    case Kind.Double:
      return Val.bool(value.bits == 0);
    case Kind.Bool:
    case Kind.Int:
    case Kind.Duration:
      return Val.bool(value.bits == 0);
    case Kind.TraceId:
    case Kind.SpanId:
    case Kind.ProfileId: {
      for (let i: usize = 0; i < value.size; i++) if (load<u8>(value.pointer + i) != 0) return FALSE;
      return TRUE;
    }
    default:
      return FALSE;
  }
});

define('IsRootSpan', (call: Node): Val | null => {
  if (!item.find(4, Wire.Bytes)) return TRUE;
  const id = item.startOf(4);
  for (let at = id + 2; at < item.endOf(4); at++) if (load<u8>(at) != 0) return FALSE;
  return TRUE;
});
