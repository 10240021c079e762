import { decodeLogs, decodeMetrics, decodeTraces } from '../../src/otlp';
import type { SinkPath } from '../support/embeddedSink';

/** A line for each span, data point or log record in the body of an OTLP/HTTP request. */
export function describe(path: SinkPath, body: Uint8Array): string[] {
  switch (path) {
    case '/v1/traces':
      return decodeTraces(body).map(
        ({ name, attributes }) => `span    ${name} ${JSON.stringify(attributes)}`,
      );
    case '/v1/metrics':
      return decodeMetrics(body).resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) =>
          metrics.flatMap(({ descriptor, dataPoints }) =>
            dataPoints.map(
              ({ value }) => `metric  ${descriptor.name} ${JSON.stringify(value)} ${descriptor.unit}`,
            ),
          ),
        ),
      );
    case '/v1/logs':
      return decodeLogs(body).map(
        ({ severityText, body: text }) => `log     ${severityText} ${JSON.stringify(text)}`,
      );
  }
}
