import assert from 'node:assert/strict';
import {
  type AbiFunction,
  EXPORTS,
  formatSignature,
  HOST_FUNCTIONS,
  HOST_MODULES,
  LOG_LEVELS,
  MEMORY_EXPORT,
  requiredExports,
} from '../../src/abi/functions';
import { SIGNAL_BIT, SIGNALS } from '../../src/abi/signal';

/** `v1 name, 0.1.0 name, signature` as the ABI's table writes them. */
const row = ({ names, signature }: AbiFunction): string => `${names.join(' ')} ${formatSignature(signature)}`;

describe('the ABI tables', () => {
  it('have the exports of ABI v1 with their names in 0.1.0 and signatures', () => {
    assert.equal(MEMORY_EXPORT, 'memory');
    assert.equal(row(EXPORTS.marker), 'abi_version_v1 otelwasm_abi_version_0_1_0 () -> ()');
    assert.equal(row(EXPORTS.alloc), 'alloc otelwasm_memory_allocate (i32) -> (i32)');
    assert.equal(row(EXPORTS.start), 'start otelwasm_start () -> (i32)');
    assert.equal(row(EXPORTS.shutdown), 'shutdown otelwasm_shutdown () -> (i32)');
    assert.equal(
      row(EXPORTS.supportedTelemetry),
      'get_supported_telemetry otelwasm_get_supported_telemetry () -> (i32)',
    );
    for (const signal of SIGNALS) {
      assert.equal(
        row(EXPORTS.consume[signal]),
        `consume_${signal} otelwasm_consume_${signal} (i32, i32) -> (i32)`,
      );
      assert.equal(
        row(EXPORTS.startReceiver[signal]),
        `start_${signal}_receiver otelwasm_start_${signal}_receiver () -> ()`,
      );
    }
  });

  it('have the host functions of ABI v1 in both modules', () => {
    assert.deepEqual(HOST_MODULES, ['opentelemetry.io/wasm', 'otelwasm']);
    for (const signal of SIGNALS) {
      assert.equal(
        row(HOST_FUNCTIONS.setResult[signal]),
        `set_result_${signal} otelwasm_set_result_${signal} (i32, i32) -> ()`,
      );
    }
    assert.equal(
      row(HOST_FUNCTIONS.getPluginConfig),
      'get_plugin_config otelwasm_get_plugin_config (i32, i32) -> (i32)',
    );
    assert.equal(
      row(HOST_FUNCTIONS.setStatusReason),
      'set_status_reason otelwasm_set_status_reason (i32, i32) -> ()',
    );
    assert.equal(
      row(HOST_FUNCTIONS.getShutdownRequested),
      'get_shutdown_requested otelwasm_get_shutdown_requested () -> (i32)',
    );
    assert.equal(row(HOST_FUNCTIONS.log), 'log otelwasm_log (i32, i32, i32) -> ()');
  });

  it('have the numbers of signals and log levels of the ABI', () => {
    assert.deepEqual(SIGNAL_BIT, { metrics: 1, logs: 2, traces: 4 });
    assert.deepEqual(LOG_LEVELS, ['trace', 'debug', 'info', 'warn', 'error']);
  });

  it('require exports by role: receivers get no input and need no alloc', () => {
    const required = (role: Parameters<typeof requiredExports>[0]) =>
      requiredExports(role, 'logs').map(({ names }) => names[0]);
    const consumes = ['abi_version_v1', 'alloc', 'start', 'shutdown', 'consume_logs'];
    assert.deepEqual(required('processor'), consumes);
    assert.deepEqual(required('exporter'), consumes);
    assert.deepEqual(required('receiver'), ['abi_version_v1', 'start', 'shutdown', 'start_logs_receiver']);
  });
});
