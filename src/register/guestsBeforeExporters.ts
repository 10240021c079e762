import {
  type ExportResult,
  ExportResultCode,
  type LogRecordExporter,
  type PushMetricExporter,
  type ReadableLogRecord,
  type ReadableSpan,
  type SdkExporter,
  type SpanExporter,
} from '../otel';
import { OtelWasmError, type Signal } from '../abi';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from '../adapters';
import type { SignalSettings } from '../config';
import type { Provider } from './globalProviders';

/**
 * The classes that hand telemetry to an exporter that they keep as `_exporter`, in SDK 2 and 3: only for these is it known that
 * nothing leaves by another way.
 */
const HOLDERS: readonly string[] = [
  'BatchSpanProcessor',
  'SimpleSpanProcessor',
  'BatchLogRecordProcessor',
  'SimpleLogRecordProcessor',
  'PeriodicExportingMetricReader',
];

interface Holder<Exporter> {
  _exporter: Exporter;
}

/** Where the SDK's providers keep span processors, log record processors and metric readers. */
interface Internals {
  readonly _activeSpanProcessor?: { readonly _spanProcessors?: readonly object[] };
  readonly _sharedState?: {
    readonly registeredLogRecordProcessors?: readonly object[];
    readonly metricCollectors?: readonly { readonly _metricReader?: object }[];
  };
}

/**
 * Puts the guests of a signal before each exporter of a provider that another SDK made. What waits there already goes
 * through them too.
 * @throws OtelWasmError `SDK_CONFLICT` when the provider is not the OpenTelemetry SDK's, or has a processor or reader that is not:
 * what that one sends would not be filtered. Nothing is changed then.
 */
export function putGuestsBeforeExporters(signal: Signal, provider: Provider, settings: SignalSettings): void {
  const parts = partsOf(signal, provider);
  if (parts === undefined) throw conflict(signal, `${nameOf(provider)} is not a provider of SDK 2 or 3`);
  const foreign = parts.find(part => !HOLDERS.includes(nameOf(part)) || !('_exporter' in part));
  if (foreign !== undefined) throw conflict(signal, `nobody knows what ${nameOf(foreign)} sends, and where`);
  if (settings.exporter !== undefined || settings.otlp !== undefined)
    throw conflict(
      signal,
      'results go to the exporters that are there, but the configuration file names one',
    );
  if (signal === 'traces') putBefore<SpanExporter>(parts, next => spanExporter(settings, next));
  else if (signal === 'logs') putBefore<LogRecordExporter>(parts, next => logRecordExporter(settings, next));
  else
    putBefore<PushMetricExporter>(
      parts,
      next => new WasmMetricProcessor(settings.processors, { exporter: next }),
    );
}

function putBefore<Exporter>(parts: readonly object[], guestsBefore: (next: Exporter) => Exporter): void {
  // All are made before the first is put in: a guest that cannot start changes nothing.
  const exporters = parts.map(part => guestsBefore((part as Holder<Exporter>)._exporter));
  parts.forEach((part, index) => ((part as Holder<Exporter>)._exporter = exporters[index]));
}

function partsOf(signal: Signal, provider: Provider): readonly object[] | undefined {
  const { _activeSpanProcessor, _sharedState } = provider as Internals;
  if (signal === 'traces') return _activeSpanProcessor?._spanProcessors;
  if (signal === 'logs') return _sharedState?.registeredLogRecordProcessors;
  return _sharedState?.metricCollectors?.map(collector => collector._metricReader ?? collector);
}

function spanExporter({ processors }: SignalSettings, exporter: SpanExporter): SpanExporter {
  const guests = new WasmSpanProcessor(processors, { exporter });
  return exporterInto(guests, (span: ReadableSpan) => guests.onEnd(span));
}

function logRecordExporter({ processors }: SignalSettings, exporter: LogRecordExporter): LogRecordExporter {
  const guests = new WasmLogRecordProcessor(processors, { exporter });
  return exporterInto(guests, (record: ReadableLogRecord) => guests.onEmit(record));
}

/** A processor as the exporter of another processor: an export is through when the processor has flushed. */
function exporterInto<Item>(
  guests: { forceFlush(): Promise<void>; shutdown(): Promise<void> },
  take: (item: Item) => void,
): Required<SdkExporter<Item[]>> {
  return {
    export: (items: Item[], callback: (result: ExportResult) => void) => {
      for (const item of items) take(item);
      void guests.forceFlush().then(
        () => callback({ code: ExportResultCode.SUCCESS }),
        (error: Error) => callback({ code: ExportResultCode.FAILED, error }),
      );
    },
    forceFlush: () => guests.forceFlush(),
    shutdown: () => guests.shutdown(),
  };
}

function nameOf(value: object): string {
  return value.constructor?.name ?? 'an object without a class';
}

function conflict(signal: Signal, reason: string): OtelWasmError {
  return new OtelWasmError(
    'SDK_CONFLICT',
    `guests for ${signal} cannot be put before the exporters of the SDK that was registered first: ${reason}`,
  );
}
