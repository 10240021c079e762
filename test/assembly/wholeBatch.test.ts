import assert from 'node:assert/strict';
import { compile } from './compile';
import { Guest } from './harness';
import { keyValues, LogsData, span, TracesData } from './otlp';

const SOURCE = `
  import { Items, LogLevel, LogRecord, Span, Trace, fail, log } from 'otelwasm/assembly';
  let seen = '';
  export function beforeLogRecords(records: Items<LogRecord>): void {
    for (let pass = 0; pass < 2; pass++) {
      records.rewind();
      while (records.next()) {
        const record = records.current;
        record.setSeverityText('lost');
        seen += records.group.toString() + record.resource.attributes.text('home').toString();
        seen += record.scope.name.toString() + record.body.text.toString() + ' ';
      }
    }
  }
  export function onLogRecord(record: LogRecord): bool {
    seen += 'on ' + record.body.text.toString() + record.severityText.toString() + ' ';
    if (record.body.text.is('fail')) fail('so it should');
    return !record.body.text.is('drop');
  }
  export function afterLogRecords(succeeded: bool): void {
    log(LogLevel.Info, seen + 'after ' + succeeded.toString());
    seen = '';
  }
  export function beforeSpans(spans: Items<Span>): void {
    while (spans.next()) seen += 'before ' + spans.current.name.toString() + ' ';
  }
  export function onTrace(trace: Trace): bool {
    seen += 'trace ';
    return true;
  }
  export function afterSpans(succeeded: bool): void {
    afterLogRecords(succeeded);
  }`;

const group = (home: string, scope: string, bodies: readonly string[]): object => ({
  resource: { attributes: keyValues({ home }) },
  scopeLogs: [
    { scope: { name: scope }, logRecords: bodies.map(body => ({ body: { stringValue: body } })) },
    { logRecords: [] },
  ],
});
const logs = (...groups: object[]): Uint8Array => LogsData.encode({ resourceLogs: groups }).finish();

describe('guest SDK: functions for whole batches', () => {
  let module: WebAssembly.Module;
  before(function () {
    this.timeout(60_000);
    ({ module } = compile({ module: SOURCE }));
  });

  it('can read all items with resource and scope repeatedly and change nothing', () => {
    const guest = new Guest(module);
    const input = logs(group('x', 's', ['a', 'b']), group('y', 't', []), group('z', 'u', ['c']));
    assert.equal(guest.consume('logs', input).results.length, 0);
    const once = '1xsa 1xsb 5zuc ';
    assert.deepEqual(guest.logs, [`<6>${once}${once}on a on b on c after true`]);
  });

  it('learn that a batch was rejected', () => {
    const guest = new Guest(module);
    assert.equal(guest.consume('logs', logs(group('x', 's', ['fail', 'b']))).status, 1);
    assert.equal(guest.consume('logs', logs(group('x', 's', ['drop', 'b']))).results.length, 1);
    assert.deepEqual(
      guest.logs.map(line => line.slice(line.indexOf('on'))),
      ['on fail after false', 'on drop on b after true'],
    );
  });

  it('are called when an inner message is malformed, but not when the batch cannot be read', () => {
    const guest = new Guest(module);
    const input = logs(group('x', 's', ['a']), group('y', 't', ['b']));
    assert.equal(guest.consume('logs', input.subarray(0, input.length - 1)).status, 1);
    assert.equal(guest.consume('logs', logs(group('x', 's', ['c']))).status, 0);
    assert.match(guest.logs.at(-1) ?? '', /^<6>1xsc 1xsc on c after true$/);
  });

  it('run before the traces of a batch', () => {
    const guest = new Guest(module);
    const spans = ['a', 'b'].map((name, i) => span({ name }, i + 1));
    guest.consume('traces', TracesData.encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).finish());
    assert.deepEqual(guest.logs, ['<6>before a before b trace trace after true']);
  });
});
