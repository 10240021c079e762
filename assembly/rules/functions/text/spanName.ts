/** `set_semconv_span_name`: derives a span's name from its attributes, by the semantic conventions. */
import { literalText } from '../arguments';
import { Builder } from '../../values/builder';
import { define, hasArgument } from '../../evaluate/call';
import { decode } from '../../values/anyValue';
import { withEntry } from '../../values/copies';
import { findEntry, valueEnd, valueStart } from '../../values/entries';
import { Node } from '../../program/program';
import { Wire, fieldBody, fieldEnd } from 'otelwasm/assembly/protobuf/wire';
import { item } from '../../records/state';
import { asText, textOf } from '../../text/texts';
import { Kind, NIL, Val } from '../../values/val';

const NAME: u32 = 5;
const KIND: u32 = 6;
const ATTRIBUTES: u32 = 9;

const enum SpanKind {
  Server = 2,
  Client = 3,
  Producer = 4,
  Consumer = 5,
}

let map: Val = NIL;

// Arguments: version, attribute for the previous name.
define('set_semconv_span_name', (call: Node): Val | null => {
  const start = item.startOf(ATTRIBUTES);
  map = Val.run(Kind.Map, (ATTRIBUTES << 3) | Wire.Bytes, start, start == 0 ? 0 : item.endOf(ATTRIBUTES) - start);
  const before = item.find(NAME, Wire.Bytes) ? Val.text(fieldBody, fieldEnd - fieldBody) : Val.text(0, 0);
  const name = derivedName(<u32>item.varint(KIND));
  if (name.size == 0 || (name.size == before.size && memory.compare(name.pointer, before.pointer, name.size) == 0)) return NIL;
  item.putBytes(NAME, name.pointer, name.size);
  if (!hasArgument(call, 1)) return NIL;
  const key = literalText(call, 1, NIL);
  const kept = withEntry(map, key.pointer, key.size, before);
  item.put(ATTRIBUTES, kept.pointer, kept.pointer + kept.size);
  return NIL;
});

/** The first available name among the candidates for this kind of span. */
function derivedName(kind: u32): Val {
  const isServer = kind == SpanKind.Server;
  const isClient = kind == SpanKind.Client;
  if (isServer || isClient) {
    const http = httpName(isServer ? 'http.route' : 'url.template');
    if (http.size > 0) return http;
    const rpc = rpcName();
    if (rpc.size > 0) return rpc;
  }
  const database = isClient ? databaseName() : Val.text(0, 0);
  if (database.size > 0) return database;
  return kind >= <u32>SpanKind.Server && kind <= <u32>SpanKind.Consumer ? messagingName() : Val.text(0, 0);
}

/** An attribute as text, by its name or an older one; null if there is neither. */
function attribute(name: string, older: string = ''): Val | null {
  const key = textOf(name);
  if (findEntry(map, key.pointer, key.size)) return asText(decode(valueStart, valueEnd));
  return older.length > 0 ? attribute(older) : null;
}

function isTrue(name: string): bool {
  const key = textOf(name);
  return findEntry(map, key.pointer, key.size) && decode(valueStart, valueEnd).isTrue;
}

function joined(a: Val, between: string, b: Val): Val {
  const builder = new Builder(a.size + b.size + 2);
  builder.value(a);
  builder.string(between);
  builder.value(b);
  return builder.text();
}

function httpName(subject: string): Val {
  const method = attribute('http.request.method', 'http.method');
  if (method === null) return Val.text(0, 0);
  const about = attribute(subject);
  return about === null ? method : joined(method, ' ', about);
}

function rpcName(): Val {
  const system = attribute('rpc.system.name', 'rpc.system');
  if (system === null) return Val.text(0, 0);
  const method = attribute('rpc.method', 'rpc.grpc.method');
  const service = attribute('rpc.service', 'rpc.grpc.service');
  if (service !== null) return method === null ? joined(service, '/*', Val.text(0, 0)) : joined(service, '/', method);
  return method === null ? system : method;
}

function databaseName(): Val {
  const system = attribute('db.system.name', 'db.system');
  if (system === null) return Val.text(0, 0);
  const summary = attribute('db.query.summary');
  if (summary !== null) return summary;
  const operation = attribute('db.operation.name', 'db.operation');
  const target = databaseTarget();
  if (operation === null || operation.size == 0) return target.size > 0 ? target : system;
  return target.size > 0 ? joined(operation, ' ', target) : operation;
}

function databaseTarget(): Val {
  const namespace = attribute('db.namespace', 'db.name');
  const collection = attribute('db.collection.name', 'db.stored_procedure.name');
  if (collection !== null) return namespace === null || namespace.size == 0 ? collection : joined(namespace, '.', collection);
  return namespace === null || namespace.size == 0 ? server() : namespace;
}

function messagingName(): Val {
  const system = attribute('messaging.system');
  if (system === null) return Val.text(0, 0);
  const operation = attribute('messaging.operation.name', 'messaging.operation');
  const destination = messagingDestination();
  if (operation === null) return destination.size > 0 ? destination : system;
  return destination.size > 0 ? joined(operation, ' ', destination) : operation;
}

function messagingDestination(): Val {
  if (isTrue('messaging.destination.temporary')) return textOf('(temporary)');
  if (isTrue('messaging.destination.anonymous')) return textOf('(anonymous)');
  const template = attribute('messaging.destination.template');
  if (template !== null) return template;
  const name = attribute('messaging.destination.name', 'messaging.destination');
  return name === null ? server() : name;
}

function server(): Val {
  const address = attribute('server.address');
  if (address === null) return Val.text(0, 0);
  const port = attribute('server.port');
  return port === null ? address : joined(address, ':', port);
}
