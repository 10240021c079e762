import { getStringListFromEnv } from '../otel';
import type { Signal } from '../abi';
import type { SignalSettings } from '../config';

/** The destination of results of a signal's guests. */
export type NextExporter = 'otlp' | 'console' | 'none';

const EXPORTERS: readonly string[] = ['otlp', 'console', 'none'];

/**
 * The exporter that `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER` or `OTEL_LOGS_EXPORTER` selects, if it can follow
 * guests; otherwise `otlp`, with a line to `printLine`. An exporter in the configuration file overrides the variable.
 */
export function nextExporterOf(
  signal: Signal,
  { exporter, otlp }: SignalSettings,
  printLine: (line: string) => void,
): NextExporter {
  const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const wanted = [...new Set(getStringListFromEnv(variable))].join();
  const inFile = exporter !== undefined || otlp !== undefined;
  const next = !inFile && EXPORTERS.includes(wanted) ? (wanted as NextExporter) : 'otlp';
  if (next === 'none') printLine(`${variable} is none: the guests for ${signal} are not started`);
  else if (wanted !== '' && wanted !== next) {
    const instead = inFile
      ? 'the configuration file names the exporter'
      : `with guests, allowed are ${EXPORTERS.join(', ')}. Results go over OTLP`;
    printLine(`${variable} is ${wanted}, which is ignored: ${instead}`);
  }
  return next;
}
