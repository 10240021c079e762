import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compile } from './compile';
import { Guest } from './harness';
import { runs } from '../support/runs';

const SOURCE = `
  import { Json, Span, fail } from 'otelwasm/assembly';
  export function onStart(config: Json): void {
    const value = config.get('value');
    const what = config.get('as').string();
    if (what == 'double') fail('bits ' + reinterpret<u64>(value.number()).toString());
    else if (what == 'integer') fail('integer ' + value.integer().toString());
    else if (what == 'isInteger') fail(value.isInteger.toString());
    else fail('text ' + value.string());
  }
  export function onSpan(_span: Span): bool { return true; }`;

describe('guest SDK: Json', function () {
  this.timeout(60_000);
  let module: WebAssembly.Module;
  before(() => {
    module = compile({ json: SOURCE }).json;
  });

  /** What the guest says of a value, given as JSON text. */
  function read(json: string, as: string): string {
    const guest = new Guest(module);
    guest.pluginConfigJson = `{"as":${JSON.stringify(as)},"value":${json}}`;
    return guest.start().reason ?? '';
  }

  function doubleOf(json: string): number {
    const bits = /^bits (\d+)$/.exec(read(json, 'double'));
    assert.ok(bits, `${json}: ${read(json, 'double')}`);
    return new Float64Array(BigUint64Array.of(BigInt(bits[1])).buffer)[0];
  }

  it('reads numbers with IEEE 754 rounding, however many digits they have', () => {
    const hard = [
      '1.2345678901234567e45',
      '1e19',
      '0.1',
      '-0',
      '5e-324',
      '2.4703282292062327e-324',
      '2.4703282292062328e-324',
      '2.2250738585072011e-308',
      '2.2250738585072014e-308',
      '1.7976931348623157e308',
      '9007199254740993',
      '9007199254740993.00000000000000000000000000000000000001',
      '0.000000000000000000000000000000000000000000000000000000001e60',
      `1${'0'.repeat(300)}`,
      `0.${'0'.repeat(300)}1`,
      `${'1234567890'.repeat(100)}e-900`,
      `9007199254740993.${'0'.repeat(900)}1`,
      '1e-400',
    ];
    for (const json of hard) assert.ok(Object.is(doubleOf(json), Number(json)), json);
  });

  it('parses random numbers to the same double as JavaScript', () => {
    const anyBits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(bits => {
      const value = new Float64Array(BigUint64Array.of(bits).buffer)[0];
      return Number.isFinite(value) ? value : 0;
    });
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,40})(\.\d{1,40})?([eE][+-]?\d{1,3})?$/);
    fc.assert(
      fc.property(fc.oneof(anyBits.map(String), digits), json => {
        if (!Number.isFinite(Number(json))) assert.match(read(json, 'double'), /value: expected a number/);
        else assert.ok(Object.is(doubleOf(json), Number(json)), json);
      }),
      { numRuns: runs(500) },
    );
  });

  it('rejects integers beyond 64 bits instead of wrapping them', () => {
    for (const text of ['0', '-1', '9223372036854775807', '-9223372036854775808'])
      assert.equal(read(text, 'integer'), `integer ${text}`);
    for (const text of [
      '9223372036854775808',
      '-9223372036854775809',
      '10000000000000000000',
      '1.0',
      '1e3',
    ]) {
      assert.match(read(text, 'integer'), /value: expected an integer of 64 bits, got/);
      assert.equal(read(text, 'isInteger'), 'false');
    }
  });

  it('rejects malformed JSON', () => {
    const bad = [
      '01',
      '+1',
      '1.',
      '.5',
      '1e',
      '--1',
      'NaN',
      '"\\x"',
      '"\\u12g4"',
      '"a\nb"',
      '[1,]',
      '{"a":}',
    ];
    for (const json of bad) assert.match(read(json, 'text'), /bad JSON at character/, json);
  });

  it('reads every escape and replaces an unpaired surrogate', () => {
    assert.equal(read('"\\u00e9\\n\\/\\ud83d\\ude00"', 'text'), 'text é\n/😀');
    assert.equal(read('"\\ud83d."', 'text'), 'text \ufffd.');
  });
});
