/** The span processors that are compared, all to the same OTLP/HTTP receiver. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { WasmSpanProcessor } from '../../src/adapters/wasmSpanProcessor';
import { compileRules } from '../../src/rules';
import { FILTER } from '../support/guests';
import { DROPPED_PATH, FILTER_CONFIG } from '../support/spans';

export const SIDES = {
  stock: 'stock BatchSpanProcessor + OTLP/HTTP',
  'stock-js-filter': 'the same, with a JS filter in front',
  wasm: 'WasmSpanProcessor + filter',
  'wasm-1024': 'WasmSpanProcessor + filter, batches of 1,024',
  'wasm-worker': 'WasmSpanProcessor + filter in a worker',
  'wasm-process': 'WasmSpanProcessor + filter in a process',
  rules: 'WasmSpanProcessor + compiled rules',
} as const;
export type SideName = keyof typeof SIDES;

export interface SideProcessor extends SpanProcessor {
  ready?(): Promise<void>;
}

export function createSide(side: SideName, url: string): SideProcessor {
  const stock = () => new BatchSpanProcessor(new OTLPTraceExporter({ url }));
  switch (side) {
    case 'stock':
      return stock();
    case 'stock-js-filter':
      return new PathFilter(stock());
    case 'rules':
      return new WasmSpanProcessor(compileRules(RULES), { otlp: { url } });
    case 'wasm':
    case 'wasm-1024':
    case 'wasm-worker':
    case 'wasm-process':
      return new WasmSpanProcessor(FILTER, {
        pluginConfig: FILTER_CONFIG,
        isolation: side === 'wasm-worker' ? 'worker' : side === 'wasm-process' ? 'process' : 'inline',
        maxExportBatchSize: side === 'wasm-1024' ? 1_024 : 512,
        otlp: { url },
      });
  }
}

const RULES = { filter: { traces: { span: [`attributes["url.path"] == "${DROPPED_PATH}"`] } } };

/** What an app writes instead of a guest, at its cheapest: one look at one attribute. */
class PathFilter implements SpanProcessor {
  readonly #next: SpanProcessor;

  constructor(next: SpanProcessor) {
    this.#next = next;
  }

  onStart(): void {
    // A span is looked at when it has ended.
  }

  onEnd(span: ReadableSpan): void {
    if (span.attributes['url.path'] !== DROPPED_PATH) this.#next.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#next.shutdown();
  }
}
