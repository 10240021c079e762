import assert from 'node:assert/strict';
import { compile } from './compile';
import { Guest } from './harness';
import { traces } from './otlp';

const SOURCE = `
  import { LogLevel, Span, Text, log } from 'otelwasm/assembly';
  export function onSpan(span: Span): bool {
    const name = span.name;
    const at = name.indexOf(Text.of('/'));
    const next = name.indexOf(Text.of('/'), at + 1);
    const none = name.indexOf(Text.of('longer than the text is'));
    const texts = [name.slice(at + 1, next), name.slice(next), name.slice(-5, 3), name.slice(9, 2), name.slice(99)];
    let line = [at, next, none, name.indexOf(Text.of('')), name.indexOf(Text.of('rs'))].join(' ');
    for (let i = 0; i < texts.length; i++) line += '|' + texts[i].toString();
    log(LogLevel.Info, line + '|' + span.durationNanos.toString());
    return true;
  }`;

describe('guest SDK: Text, and how long a span took', () => {
  it('is searched and cut by bytes', function () {
    this.timeout(60_000);
    const guest = new Guest(compile({ text: SOURCE }).text);
    guest.consume('traces', traces([{ name: 'GET /users/5' }]));
    assert.deepEqual(guest.logs, ['<6>4 10 -1 0 8|users|/5|GET|||1000']);
  });
});
