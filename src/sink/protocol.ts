import { OtelWasmError, type Signal } from '../abi';
import { getStringFromEnv } from '../otel';

/** How OTLP goes over the network. */
export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

const PROTOCOLS: readonly OtlpProtocol[] = ['grpc', 'http/protobuf', 'http/json'];

/**
 * The protocol that `OTEL_EXPORTER_OTLP_<SIGNAL>_PROTOCOL` or `OTEL_EXPORTER_OTLP_PROTOCOL` asks for; without them http/protobuf.
 * @throws OtelWasmError `INVALID_OPTION` for one that does not exist: what was sent with another would be lost
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
