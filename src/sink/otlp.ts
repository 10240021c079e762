import { OtelWasmError, type Signal } from '../abi';
import { createOtlpGrpcSink } from './otlpGrpc';
import { createOtlpHttpSink } from './otlpHttp';
import type { OtlpHttpOptions } from './otlpHttpOptions';
import { protocolOf } from './protocol';
import type { Sink } from './sink';

/**
 * Creates a sink for OTLP with the protocol that the environment selects. A `url` in the options means HTTP and
 * overrides gRPC.
 * @throws OtelWasmError `INVALID_OPTION` for settings that the SDK refuses, an unknown protocol, and gRPC without the
 * SDK's package for it
 */
export function createOtlpSink(signal: Signal, options: OtlpHttpOptions = {}): Sink {
  const protocol = protocolOf(signal);
  if (protocol === 'grpc' && options.url === undefined) return createOtlpGrpcSink(signal, options);
  try {
    return createOtlpHttpSink(signal, options, protocol === 'http/json' ? 'json' : 'protobuf');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OtelWasmError('INVALID_OPTION', `invalid settings of OTLP/HTTP: ${reason}`, { cause });
  }
}
