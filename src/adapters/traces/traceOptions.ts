import { invalid, assertKnownOptions, positiveOption, TIMER_MILLIS, WHOLE } from '../../pipeline';

/** Limits on held spans when guests get whole local traces. At each limit, the oldest trace is decided early. */
export interface TraceOptions {
  /** Maximum number of held traces. Default 5_000. */
  readonly maxTraces?: number;
  /** Maximum number of spans in all of them. Default 50_000. */
  readonly maxSpans?: number;
  /** Maximum size of all encoded spans. Default 64 MiB. */
  readonly maxBytes?: number;
  /** The longest wait for a trace's local root, since the first span of the trace ended. Default 30_000. */
  readonly maxWaitMillis?: number;
  /** Remembered decisions, for spans that end after the decision on their trace. Default 20_000. */
  readonly maxDecisions?: number;
}

/** Names of {@link TraceOptions}. */
export const TRACE_OPTION_NAMES: readonly (keyof TraceOptions)[] = [
  'maxTraces',
  'maxSpans',
  'maxBytes',
  'maxWaitMillis',
  'maxDecisions',
];

/** The options with their defaults. Throws `INVALID_OPTION`. */
export function resolveTraceOptions(options: TraceOptions = {}): Required<TraceOptions> {
  if (typeof options !== 'object') throw invalid('traces', options, 'an object');
  assertKnownOptions(options, TRACE_OPTION_NAMES, 'traces');
  const { maxTraces, maxSpans, maxBytes, maxWaitMillis, maxDecisions } = options;
  return {
    maxTraces: positiveOption('traces.maxTraces', maxTraces, 5_000, WHOLE),
    maxSpans: positiveOption('traces.maxSpans', maxSpans, 50_000, WHOLE),
    maxBytes: positiveOption('traces.maxBytes', maxBytes, 64 * 2 ** 20, WHOLE),
    maxWaitMillis: positiveOption('traces.maxWaitMillis', maxWaitMillis, 30_000, TIMER_MILLIS),
    maxDecisions: positiveOption('traces.maxDecisions', maxDecisions, 20_000, WHOLE),
  };
}
