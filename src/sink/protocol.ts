import { OtelWasmError, type Signal } from '../abi';
import { getStringFromEnv } from '../otel';

/** The transport and encoding of OTLP. */
export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

const PROTOCOLS: readonly OtlpProtocol[] = ['grpc', 'http/protobuf', 'http/json'];

/**
 * The protocol that `OTEL_EXPORTER_OTLP_<SIGNAL>_PROTOCOL` or `OTEL_EXPORTER_OTLP_PROTOCOL` selects. Default:
 * http/protobuf.
 * @throws OtelWasmError `INVALID_OPTION` for an unknown protocol: data sent with another protocol would be lost
 */
export function protocolOf(signal: Signal): OtlpProtocol {
  for (const variable of [
    `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`,
    'OTEL_EXPORTER_OTLP_PROTOCOL',
  ]) {
    const value = getStringFromEnv(variable)?.trim();
    if (value === undefined) continue;
    const found = PROTOCOLS.find(protocol => protocol === value);
    if (found !== undefined) return found;
    throw new OtelWasmError(
      'INVALID_OPTION',
      `${variable} is ${JSON.stringify(value)}: allowed are ${PROTOCOLS.join(', ')}`,
    );
  }
  return 'http/protobuf';
}
