import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import {
  type AdapterStats,
  WasmLogRecordProcessor,
  WasmSpanProcessor,
  type WasmSpanProcessorOptions,
} from '../../src';
import { compileRules } from '../../src/rules';
import { guest } from '../support/guests';
import { startOtlpServer } from '../support/otlpServer';
import { endSpans, tracerFor } from '../support/spans';

const RULES = { filter: { traces: { span: ['name == "healthz"', 'Len(attributes) == 0'] } } };
const HEALTH = ['healthz', 'healthz', 'healthz'];
const OTHERS = ['orders', 'carts'];

describe('drop conditions of rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'otelwasm-drops-'));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  after(() => rmSync(folder, { recursive: true }));

  const yaml = () => file('rules.yaml', JSON.stringify({ processors: RULES }));

  /** What becomes of five spans of which three are dropped. */
  async function statsOf(
    guests: ConstructorParameters<typeof WasmSpanProcessor>[0],
    options: WasmSpanProcessorOptions,
    names = [...HEALTH, ...OTHERS],
  ): Promise<AdapterStats> {
    const processor = new WasmSpanProcessor(guests, options);
    await processor.ready();
    endSpans(tracerFor(processor), names);
    await processor.forceFlush();
    const { stats } = processor;
    await processor.shutdown();
    return stats;
  }

  const exporter = () => ({ exporter: new InMemorySpanExporter() });

  /** Bytes of the spans that only the guest can tell something of. */
  const least = async (): Promise<number> =>
    (await statsOf(await guest('unchanged'), exporter(), OTHERS)).bytesIn;

  type Given = Parameters<typeof statsOf>[0];
  const RUNS: readonly [string, () => Given | Promise<Given>, WasmSpanProcessorOptions][] = [
    ['inline', () => compileRules(RULES), {}],
    ['YAML inline', yaml, {}],
    ['in a worker', () => compileRules(RULES), { isolation: 'worker' }],
    ['YAML in a worker', yaml, { isolation: 'worker' }],
    ['YAML in a process', yaml, { isolation: 'process' }],
    ['first of a chain', () => [compileRules(RULES), compileRules(RULES)], {}],
  ];
  for (const [name, guests, options] of RUNS) {
    it(`are evaluated before spans are encoded: ${name}`, async () => {
      const { itemsIn, itemsOut, itemsDropped, bytesIn } = await statsOf(await guests(), {
        ...options,
        ...exporter(),
      });
      assert.deepEqual({ itemsIn, itemsOut, itemsDropped }, { itemsIn: 5, itemsOut: 2, itemsDropped: 3 });
      assert.equal(bytesIn, await least());
    }).timeout(20_000);
  }

  it('are evaluated when the pipeline runs on another thread', async () => {
    const server = await startOtlpServer();
    const options = { isolation: 'worker', otlp: { url: server.url } } as const;
    const { itemsIn, itemsOut, itemsDropped, bytesIn } = await statsOf(compileRules(RULES), options);
    await server.close();
    assert.deepEqual({ itemsIn, itemsOut, itemsDropped }, { itemsIn: 5, itemsOut: 2, itemsDropped: 3 });
    assert.equal(bytesIn, await least());
  });

  it('do not call the guest when they drop a whole batch', async () => {
    const { calls, itemsIn, itemsDropped } = await statsOf(compileRules(RULES), exporter(), HEALTH);
    assert.deepEqual({ calls, itemsIn, itemsDropped }, { calls: 0, itemsIn: 3, itemsDropped: 3 });
  });

  const ALWAYS_ENCODED: typeof RUNS = [
    ['a guest before them gets every span', async () => [await guest('unchanged'), compileRules(RULES)], {}],
    ['a watched file may change', () => file('rules.wasm', compileRules(RULES)), { watch: true }],
    [
      'an earlier statement may change what they test',
      () => compileRules({ transform: { trace_statements: ['set(span.attributes["a"], 1)'] }, ...RULES }),
      {},
    ],
  ];
  for (const [name, guests, options] of ALWAYS_ENCODED) {
    it(`are left to the guest: ${name}`, async () => {
      const { itemsDropped, bytesIn } = await statsOf(await guests(), { ...options, ...exporter() });
      assert.equal(itemsDropped, 3);
      assert.ok(bytesIn > 2 * (await least()), `${bytesIn}`);
    });
  }

  it('apply to log records too', async () => {
    const wasm = compileRules({
      filter: { logs: { log_record: ['severity_number < SEVERITY_NUMBER_WARN'] } },
    });
    const bodies: unknown[] = [];
    const processor = new WasmLogRecordProcessor(wasm, {
      exporter: {
        export: (records, done) => {
          bodies.push(...records.map(({ body }) => body));
          done({ code: 0 });
        },
        shutdown: () => Promise.resolve(),
      },
    });
    for (const severityNumber of [9, 13, undefined])
      processor.onEmit({
        ...{ hrTime: [1, 0], hrTimeObserved: [1, 0], attributes: {}, droppedAttributesCount: 0 },
        ...{
          resource: { attributes: {} },
          instrumentationScope: { name: 'test' },
          severityNumber,
          body: 'x',
        },
      } as never);
    await processor.forceFlush();
    const { calls, itemsIn, itemsOut, itemsDropped } = processor.stats;
    await processor.shutdown();
    assert.deepEqual(
      { calls, itemsIn, itemsOut, itemsDropped },
      { calls: 1, itemsIn: 3, itemsOut: 1, itemsDropped: 2 },
    );
    assert.deepEqual(bodies, ['x']);
  });
});
