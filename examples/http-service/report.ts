import type { AdapterStats } from 'otelwasm';
import { decodeTraces } from '../../src/otlp';
import { formatTable } from '../support/table';
import { routeOf } from './spanCount';

export interface Report {
  /** Spans that the app made, by route. */
  readonly made: ReadonlyMap<string, number>;
  readonly stats: AdapterStats;
  readonly target: string;
  /** What the embedded sink received; absent when the spans went elsewhere. */
  readonly received?: readonly Uint8Array[];
}

/** Prints, route by route, what the app made and what left the process. */
export function printReport({ made, stats, target, received }: Report): void {
  if (received !== undefined) {
    const arrived = received.flatMap(body => decodeTraces(body));
    const rows = [...made].sort().map(([route, count]) => {
      const spans = arrived.filter(span => routeOf(span) === route);
      const redacted = new Set(
        spans.flatMap(({ attributes }) =>
          Object.keys(attributes).filter(key => String(attributes[key]).includes('***')),
        ),
      );
      return [route, count, spans.length, count - spans.length, [...redacted].join(', ') || '-'];
    });
    console.log(formatTable([['span', 'made', 'kept', 'dropped', 'redacted attributes'], ...rows]));
    const secrets = received.filter(body =>
      /s3cret-token|@example\.com/.test(Buffer.from(body).toString('latin1')),
    );
    console.log(`\nRequests in which a secret left the process: ${secrets.length} of ${received.length}`);
  }
  const { itemsIn, itemsOut, itemsDropped, bytesIn, bytesOut } = stats;
  console.log(
    `${itemsIn} spans (${bytesIn} bytes) went into the guests, ${itemsDropped} were dropped, ` +
      `${itemsOut} (${bytesOut} bytes) went to ${target}`,
  );
}
