import assert from 'node:assert/strict';
import { OtelWasmError } from '../../src/abi';
import { failureText } from '../../src/cli/failure';
import { compileRules } from '../../src/rules';

describe('the message of a failed command', () => {
  it('is one line that names options as on the command line', () => {
    assert.equal(
      failureText(new OtelWasmError('GUEST_TIMEOUT', 'longer than\n  guestTimeoutMillis (1000)')),
      'error: longer than --timeout (1000 ms) (GUEST_TIMEOUT)',
    );
  });

  it('keeps the carets below the error in rules', () => {
    let error: unknown;
    try {
      compileRules('filter:\n  traces:\n    span: [\'atributes["a"] == 1\']\n');
    } catch (thrown) {
      error = thrown;
    }
    assert.match(
      failureText(error),
      /^error: the rules cannot be compiled \(RULES_INVALID\)\n.*\n {4}atributes\["a"\] == 1\n {4}\^+$/,
    );
  });
});
