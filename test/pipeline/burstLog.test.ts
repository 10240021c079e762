import assert from 'node:assert/strict';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { BurstLog } from '../../src/pipeline/burstLog';
import { captureDiag } from '../support/diagLines';

describe('BurstLog', () => {
  const lines = captureDiag();

  it('logs the first line of each kind at once and the others as a count', () => {
    const log = new BurstLog('adapter');
    for (let call = 0; call < 5; call++) log.warn('GUEST_TRAP', `trap ${call}`);
    log.warn('QUEUE_FULL', 'full');
    assert.deepEqual(lines, [
      'warn: otelwasm:adapter GUEST_TRAP: trap 0',
      'warn: otelwasm:adapter QUEUE_FULL: full',
    ]);
    log.flush();
    assert.deepEqual(lines.slice(2), ['warn: otelwasm:adapter GUEST_TRAP: 4 more']);
  });

  it('starts a new burst after a flush', () => {
    const log = new BurstLog('adapter');
    log.warn('GUEST_TRAP', 'one');
    log.flush();
    log.warn('GUEST_TRAP', 'two');
    log.flush();
    assert.deepEqual(lines, [
      'warn: otelwasm:adapter GUEST_TRAP: one',
      'warn: otelwasm:adapter GUEST_TRAP: two',
    ]);
  });

  it('logs the first line of each source, such as the guests of a chain', () => {
    const log = new BurstLog('adapter');
    for (const name of ['first', 'second', 'first']) log.warn('GUEST_TRAP', `${name}: trap`, name);
    log.flush();
    assert.deepEqual(lines, [
      'warn: otelwasm:adapter GUEST_TRAP: first: trap',
      'warn: otelwasm:adapter GUEST_TRAP: second: trap',
      'warn: otelwasm:adapter GUEST_TRAP: first: 1 more',
    ]);
  });

  it('survives a logger that throws', () => {
    let tried = 0;
    const ignore = (): void => undefined;
    const warn = (): never => {
      tried++;
      throw new Error('disk full');
    };
    diag.disable();
    diag.setLogger({ verbose: ignore, debug: ignore, info: ignore, warn, error: ignore }, DiagLogLevel.ALL);
    tried = 0;
    new BurstLog('adapter').warn('GUEST_TRAP', 'trap');
    assert.equal(tried, 1);
    diag.disable();
  });
});
