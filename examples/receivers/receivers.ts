import { WasmLogRecordReceiver, WasmMetricReceiver, WasmSpanReceiver } from 'otelwasm';

/** The three receivers of this app; what each guest makes is its configuration's business. */
export function createReceivers(): readonly {
  readonly name: string;
  readonly receiver: WasmSpanReceiver | WasmMetricReceiver | WasmLogRecordReceiver;
}[] {
  return [
    {
      name: 'heartbeat',
      receiver: new WasmSpanReceiver('build/guests/heartbeat.wasm', {
        pluginConfig: { name: 'still alive', service: 'receivers', intervalMillis: 500 },
      }),
    },
    {
      name: 'process-gauges',
      receiver: new WasmMetricReceiver('build/guests/process-gauges.wasm', {
        pluginConfig: {
          service: 'receivers',
          intervalMillis: 1_000,
          gauges: [
            { name: 'process.memory.usage', unit: 'By', value: 50_000_000, step: 1_000 },
            { name: 'process.thread.count', unit: '{thread}', value: 4, attributes: { pool: 'main' } },
          ],
        },
      }),
    },
    {
      name: 'log-lines',
      receiver: new WasmLogRecordReceiver('build/guests/log-lines.wasm', {
        pluginConfig: {
          service: 'receivers',
          intervalMillis: 200,
          lines: ['started', 'listening on port 8080', 'error: the disk is nearly full'],
        },
      }),
    },
  ];
}
