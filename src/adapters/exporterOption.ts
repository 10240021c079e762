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
 * Under this key an adapter of this package offers itself as a sink. As the `exporter` of another adapter it gets
 * bytes unchanged, and is flushed and shut down with it. A registered symbol, because the two may come from two
 * copies of the package.
 */
export const BYTES_CONSUMER: unique symbol = Symbol.for('otelwasm.bytesConsumer') as typeof BYTES_CONSUMER;

/** An adapter of this package, which consumes OTLP bytes of its signal. */
export interface BytesConsumer<S extends Signal = Signal> {
  /** @hidden */
  readonly [BYTES_CONSUMER]: { readonly signal: S };
}

/** The view that adapters have of each other. */
export interface SinkOwner<S extends Signal = Signal> extends BytesConsumer<S> {
  readonly [BYTES_CONSUMER]: { readonly signal: S; readonly sink: Sink };
}

/** The type of the option `exporter`: an SDK exporter, an adapter of this package, or an exporter of bytes. */
export type ExporterOption<S extends Signal, Exporter> = Exporter | BytesConsumer<S> | BytesExporter;

/**
 * Creates the sink: bytes for another adapter or an exporter of bytes, objects for an SDK exporter, otherwise OTLP
 * bytes over the network. Throws `INVALID_OPTION` when `exporter` is none of these, or is combined with `otlp`.
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
