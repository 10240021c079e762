import assert from 'node:assert/strict';
import { compile } from './compile';
import { Guest } from './harness';
import { span, TracesData } from './otlp';

const SOURCE = `
  import { LogLevel, Span, Text, log, traceRandomness } from 'otelwasm/assembly';
  export function onSpan(span: Span): bool {
    const name = span.name;
    const at = name.indexOf(Text.of('/'));
    const next = name.indexOf(Text.of('/'), at + 1);
    const none = name.indexOf(Text.of('longer than the text is'));
    const texts = [name.slice(at + 1, next), name.slice(next), name.slice(-5, 3), name.slice(9, 2), name.slice(99)];
    let line = [at, next, none, name.indexOf(Text.of('')), name.indexOf(Text.of('rs'))].join(' ');
    for (let i = 0; i < texts.length; i++) line += '|' + texts[i].toString();
    log(LogLevel.Info, line + '|' + span.durationNanos.toString());
    const id = span.traceId;
    const bytes = [id.byteAt(0), id.byteAt(15), id.byteAt(16), id.byteAt(-1)].join(' ');
    log(LogLevel.Info, bytes + '|' + traceRandomness(id).toString(16) + '|' + traceRandomness(name).toString(16));
    return true;
  }`;

describe('guest SDK: Text, ids and span durations', () => {
  it('searches and cuts by bytes', function () {
    this.timeout(60_000);
    const guest = new Guest(compile({ text: SOURCE }).text);
    const traceId = Buffer.from('0102030405060708f9fafbfcfdfeff80', 'hex');
    const spans = [{ ...span({ name: 'GET /users/5' }), traceId }];
    guest.consume('traces', TracesData.encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).finish());
    assert.deepEqual(guest.logs, [
      '<6>4 10 -1 0 8|users|/5|GET|||1000',
      '<6>1 128 0 0|fafbfcfdfeff80|ffffffffffffffff',
    ]);
  });
});
