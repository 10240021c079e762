import {
  type ExportResult,
  ExportResultCode,
  type LogRecordExporter,
  type PushMetricExporter,
  type ReadableLogRecord,
  type ReadableSpan,
  type SdkExporter,
  type SpanExporter,
} from '../../otel';
import { OtelWasmError, type Signal } from '../../abi';
import { WasmLogRecordProcessor, WasmMetricProcessor, WasmSpanProcessor } from '../../adapters';
import type { SignalSettings } from '../../config';
import type { AdapterStats, ChainedGuest } from '../../pipeline';
import type { Provider } from './globalProviders';
import { countUnsent, isSampled, type Unsent } from '../unsent';

/**
 * Classes of SDK 2 and 3 that pass telemetry to an exporter in `_exporter`. Only for these it is known that nothing
 * leaves by another way.
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

/** A part of a provider, and the guests that now precede its exporter. */
interface Put {
  readonly part: object;
  readonly guests: { readonly stats: AdapterStats };
}

/**
 * Inserts the guests of a signal before each exporter of a provider that another SDK created. Items that already wait
 * there go through them too.
 * @returns the count of items that wait for the guests from now on
 * @throws OtelWasmError `SDK_CONFLICT` when the provider is not the OpenTelemetry SDK's, or has a processor or reader
 * of another kind, whose data would not be filtered. Nothing is changed then.
 */
export function putGuestsBeforeExporters(
  signal: Signal,
  provider: Provider,
  settings: SignalSettings,
): Readonly<Record<string, Unsent>> {
  const parts = knownParts(signal, provider);
  if (settings.exporter !== undefined || settings.otlp !== undefined)
    throw conflict(signal, 'results go to the existing exporters, but the configuration file names another');
  return putChains(
    signal,
    parts,
    parts.map(() => settings.processors),
  );
}

/**
 * Inserts one chain of guests before each exporter of a provider, in their order. Otherwise like
 * `putGuestsBeforeExporters`.
 */
export function putChainsBeforeExporters(
  signal: Signal,
  provider: Provider,
  chains: readonly (readonly ChainedGuest[])[],
): Readonly<Record<string, Unsent>> {
  const parts = knownParts(signal, provider);
  if (parts.length !== chains.length)
    throw conflict(
      signal,
      `it has ${parts.length} exporters, but ${chains.length} chains of guests are configured`,
    );
  return putChains(signal, parts, chains);
}

function putChains(
  signal: Signal,
  parts: readonly object[],
  chains: readonly (readonly ChainedGuest[])[],
): Readonly<Record<string, Unsent>> {
  if (signal === 'traces') return { spans: unsentOf(putBefore(parts, chains, spanExporter), isSampled) };
  if (signal === 'logs') return { 'log records': unsentOf(putBefore(parts, chains, logRecordExporter)) };
  putBefore<PushMetricExporter>(parts, chains, (processors, exporter) => {
    const guests = new WasmMetricProcessor(processors, { exporter });
    return { guests, exporter: guests };
  });
  // The number of points in the next collection is unknown.
  return {};
}

/** Creates the guests before an exporter. Guests and exporter together form an exporter. */
type GuestsBefore<Exporter> = (
  processors: readonly ChainedGuest[],
  next: Exporter,
) => { readonly guests: Put['guests']; readonly exporter: Exporter };

function putBefore<Exporter>(
  parts: readonly object[],
  chains: readonly (readonly ChainedGuest[])[],
  guestsBefore: GuestsBefore<Exporter>,
): readonly Put[] {
  // All are created before the first is inserted: a guest that cannot start changes nothing.
  const made = parts.map((part, index) => guestsBefore(chains[index], (part as Holder<Exporter>)._exporter));
  return parts.map((part, index) => {
    (part as Holder<Exporter>)._exporter = made[index].exporter;
    return { part, guests: made[index].guests };
  });
}

/** Each part gets every item. An item counts as unsent until all parts have sent it. */
function unsentOf<Item>(put: readonly Put[], wanted?: (item: Item) => boolean): Unsent {
  const counts = put.map(({ part, guests }) =>
    countUnsent(part as Parameters<typeof countUnsent<Item>>[0], guests, wanted),
  );
  return () => Math.max(0, ...counts.map(count => count()));
}

function knownParts(signal: Signal, provider: Provider): readonly object[] {
  const parts = partsOf(signal, provider);
  if (parts === undefined) throw conflict(signal, `${nameOf(provider)} is not a provider of SDK 2 or 3`);
  const foreign = parts.find(part => !HOLDERS.includes(nameOf(part)) || !('_exporter' in part));
  if (foreign !== undefined)
    throw conflict(signal, `${nameOf(foreign)} is unknown to otelwasm, which cannot filter what it sends`);
  return parts;
}

/** The processors or readers of a provider; undefined if it is not a provider of SDK 2 or 3. */
export function partsOf(signal: Signal, provider: Provider): readonly object[] | undefined {
  const { _activeSpanProcessor, _sharedState } = provider as Internals;
  if (signal === 'traces') return _activeSpanProcessor?._spanProcessors;
  if (signal === 'logs') return _sharedState?.registeredLogRecordProcessors;
  return _sharedState?.metricCollectors?.map(collector => collector._metricReader ?? collector);
}

const spanExporter: GuestsBefore<SpanExporter> = (processors, exporter) => {
  const guests = new WasmSpanProcessor(processors, { exporter });
  return { guests, exporter: exporterInto(guests, (span: ReadableSpan) => guests.onEnd(span)) };
};

const logRecordExporter: GuestsBefore<LogRecordExporter> = (processors, exporter) => {
  const guests = new WasmLogRecordProcessor(processors, { exporter });
  return { guests, exporter: exporterInto(guests, (record: ReadableLogRecord) => guests.onEmit(record)) };
};

/** Wraps a processor as the exporter of another processor. An export is complete when the processor has flushed. */
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
    `guests for ${signal} cannot be inserted before the exporters of the SDK that was registered first: ${reason}`,
  );
}
