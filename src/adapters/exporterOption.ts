import { OtelWasmError, type Signal } from '../abi';
import {
  type BytesExporter,
  createBytesExporterSink,
  createOtlpSink,
  createSdkExporterSink,
  type Decoded,
  type OtlpHttpOptions,
  type Sink,
} from '../sink';
import type { SdkExporter } from '../otel';
import { invalid } from '../pipeline';

/**
 * Under this key an adapter of this package offers itself as a sink, so that it takes bytes as they are when it is another
 * one's `exporter`, and is flushed and shut down with it. A registered symbol: the two may come from two copies of the package.
 */
export const BYTES_CONSUMER: unique symbol = Symbol.for('otelwasm.bytesConsumer') as typeof BYTES_CONSUMER;

/** An adapter of this package: takes OTLP bytes of its signal. */
export interface BytesConsumer<S extends Signal = Signal> {
  /** @hidden */
  readonly [BYTES_CONSUMER]: { readonly signal: S };
}

/** The same as adapters see each other. */
export interface SinkOwner<S extends Signal = Signal> extends BytesConsumer<S> {
  readonly [BYTES_CONSUMER]: { readonly signal: S; readonly sink: Sink };
}

/** What the option `exporter` takes: an exporter of the SDK's kind, an adapter of this package, or one for bytes. */
export type ExporterOption<S extends Signal, Exporter> = Exporter | BytesConsumer<S> | BytesExporter;

/**
 * Where results go: to another adapter or an exporter for bytes as bytes, to an exporter of the SDK's kind as objects,
 * else OTLP as bytes.
 * Throws `INVALID_OPTION` when `exporter` is none of these, or `otlp` is given with it.
 */
export function createSink<Batch>(
  signal: Signal,
  exporter: ExporterOption<Signal, SdkExporter<Batch>> | undefined,
  otlp: OtlpHttpOptions | undefined,
  decode: (bytes: Uint8Array) => Decoded<Batch>,
): Sink {
  if (exporter === undefined) return createOtlpSink(signal, otlp);
  if (otlp !== undefined) {
    throw new OtelWasmError('INVALID_OPTION', 'otlp is set together with exporter: set only one of them');
  }
  if (isBytesConsumer(exporter)) {
    const consumer = (exporter as SinkOwner)[BYTES_CONSUMER];
    if (consumer.signal !== signal)
      throw invalid('exporter', `an adapter for ${consumer.signal}`, `one for ${signal}`);
    return consumer.sink;
  }
  if (isBytesExporter(exporter)) return createBytesExporterSink(exporter);
  if (typeof exporter?.export !== 'function' || typeof exporter.shutdown !== 'function') {
    throw invalid(
      'exporter',
      exporter,
      `an exporter for ${signal}: an object with export() and shutdown(), or with exportBytes()`,
    );
  }
  return createSdkExporterSink(signal, exporter, decode);
}

function isBytesConsumer(exporter: object): exporter is BytesConsumer {
  return exporter !== null && typeof exporter === 'object' && BYTES_CONSUMER in exporter;
}

function isBytesExporter(exporter: object): exporter is BytesExporter {
  return typeof (exporter as Partial<BytesExporter> | null)?.exportBytes === 'function';
}
