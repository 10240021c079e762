import * as address from './address';
import { isWellFormed, QUERY, unescaped } from './escapes';
import { byteAt, entry, part, placeOf } from './pieces';
import { textArg } from '../arguments';
import { define } from '../../evaluate/call';
import { decode } from '../../values/anyValue';
import { withEntry } from '../../values/copies';
import { findEntry, valueEnd, valueStart } from '../../values/entries';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { parseInteger } from '../../numbers/numbers';
import { Node } from '../../program/program';
import { Kind, VALUES_TAG, Val } from '../../values/val';

/** The parts of a URL, with the keys of the semantic conventions. */
define('URL', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  if (text.size == 0) return error('an empty string is not an address');
  if (byteAt(text, 0) == 63) return queryMap(part(text, 1, text.size));
  const reason = address.readUrl(text);
  if (reason.length > 0) return error(reason);
  const builder = new RunBuilder();
  const host = address.host;
  let colon = host.size;
  while (colon > 0 && byteAt(host, colon - 1) != 58) colon--;
  const hasPort = colon > 0 && address.isPort(part(host, colon - 1, host.size));
  let name = hasPort ? part(host, 0, colon - 1) : host;
  if (name.size > 1 && byteAt(name, 0) == 91 && byteAt(name, name.size - 1) == 93) name = part(name, 1, name.size - 1);
  entry(builder, 'url.original', address.writtenUrl());
  entry(builder, 'url.domain', name);
  entry(builder, 'url.scheme', address.scheme);
  entry(builder, 'url.path', address.path);
  if (hasPort && colon < host.size) {
    const port = parseInteger(part(host, colon, host.size), 10);
    if (port === null) return null;
    entry(builder, 'url.port', port);
  }
  if (address.fragment.size > 0) entry(builder, 'url.fragment', address.fragment);
  if (address.hasUser) entry(builder, 'url.user_info', address.writtenUser());
  if (address.user.size > 0) entry(builder, 'url.username', address.user);
  if (address.hasPassword) entry(builder, 'url.password', address.password);
  if (address.query.size > 0) entry(builder, 'url.query', address.query);
  addExtension(builder, address.path);
  return builder.end(Kind.Map);
});

/** Adds the part of the path after the last dot. */
function addExtension(to: RunBuilder, path: Val): void {
  let dot = path.size;
  while (dot > 0 && byteAt(path, dot - 1) != 46) dot--;
  if (dot > 0 && dot < path.size) entry(to, 'url.extension', part(path, dot, path.size));
}

/** The parameters of a query, with lists of their values. */
function queryMap(text: Val): Val | null {
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  for (let at: usize = 0; at < text.size; at++) {
    const from = at;
    at = placeOf(text, 38, from);
    const pair = part(text, from, at);
    if (pair.size == 0) continue;
    if (placeOf(pair, 59) < pair.size) return error('a query cannot contain semicolons');
    const equals = placeOf(pair, 61);
    const key = unescaped(part(pair, 0, equals), QUERY);
    if (!isWellFormed) return error('a percent sign must be followed by two hexadecimal digits');
    const value = unescaped(part(pair, min(equals + 1, pair.size), pair.size), QUERY);
    if (!isWellFormed) return error('a percent sign must be followed by two hexadecimal digits');
    const list = new RunBuilder();
    if (findEntry(map, key.pointer, key.size)) {
      const before = decode(valueStart, valueEnd);
      list.copy(before.pointer, before.pointer + before.size);
    }
    list.element(value);
    map = withEntry(map, key.pointer, key.size, list.end(Kind.List));
  }
  if (map.size == 0) return map;
  const builder = new RunBuilder();
  entry(builder, 'query', map);
  return builder.end(Kind.Map);
}
