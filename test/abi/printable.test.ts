import assert from 'node:assert/strict';
import { printableError } from '../../src/abi';

describe('printableError', () => {
  it('escapes terminal controls and bidirectional controls in name, message and stack', () => {
    const thrown = new WebAssembly.RuntimeError('unreachable \u001b[2J');
    thrown.stack = 'RuntimeError: unreachable\n    at \u001b[31mevil\u202e (wasm://wasm/1:1)';
    const error = printableError(thrown);
    assert.equal(error.message, 'unreachable \\u001b[2J');
    assert.equal(error.stack, 'RuntimeError: unreachable\n    at \\u001b[31mevil\\u202e (wasm://wasm/1:1)');
    assert.equal(error.name, 'RuntimeError');
  });

  it('accepts any thrown value', () => {
    for (const thrown of [undefined, null, 'text\u0007', { toString: () => 'x' }, 7n])
      assert.match(printableError(thrown).message, /^[\x20-\x7e]+$/);
  });
});
