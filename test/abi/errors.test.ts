import assert from 'node:assert/strict';
import { messageOf, OtelWasmError, quote } from '../../src/abi/errors';

describe('OtelWasmError', () => {
  it('is an Error with a code, a name and a cause', () => {
    const cause = new Error('below');
    const error = new OtelWasmError('GUEST_TRAP', 'the guest trapped', { cause });
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.name, error.code, error.message],
      ['OtelWasmError', 'GUEST_TRAP', 'the guest trapped'],
    );
    assert.equal(error.cause, cause);
    assert.equal(String(error), 'OtelWasmError: the guest trapped');
  });

  it('describes any thrown value', () => {
    assert.equal(messageOf(new TypeError('bad')), 'bad');
    assert.equal(messageOf('text'), 'text');
    assert.equal(messageOf(undefined), 'undefined');
    assert.equal(messageOf(Symbol('exit')), 'Symbol(exit)');
  });

  it('quotes any value without running code of that value', () => {
    assert.equal(quote('drop "it"'), '"drop \\"it\\""');
    assert.equal(quote(-0.5), '-0.5');
    assert.equal(quote(undefined), 'undefined');
    assert.equal(quote({ a: [1] }), '{ a: [ 1 ] }');
    assert.match(quote({ toJSON: assert.fail, toString: assert.fail }), /toJSON/);
    assert.ok(quote('x'.repeat(10)).length < 20 && quote(new Array(10_000).fill(1)).length < 100);
    for (const value of [1n, Symbol('x'), null, Object.create(null)])
      assert.equal(typeof quote(value), 'string');
  });
});
