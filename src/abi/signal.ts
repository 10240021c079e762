/** The three signals of OpenTelemetry that an ABI v1 guest can consume or produce. */
export type Signal = 'traces' | 'metrics' | 'logs';

export const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

/** Bits of `get_supported_telemetry` (docs/abi.md, Names). */
export const SIGNAL_BIT: Readonly<Record<Signal, number>> = { metrics: 1, logs: 2, traces: 4 };

export const ROLES = ['processor', 'exporter', 'receiver', 'connector'] as const;

/**
 * What a guest does for its host. Processors and exporters consume. Receivers produce. Connectors consume, and
 * produce metrics on request (docs/abi-extensions.md).
 */
export type Role = (typeof ROLES)[number];
