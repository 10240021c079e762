import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';

/** What happens to a span that is about to start. */
export const SamplingDecision = { NOT_RECORD: 0, RECORD: 1, RECORD_AND_SAMPLED: 2 } as const;
export type SamplingDecision = (typeof SamplingDecision)[keyof typeof SamplingDecision];

/** A decision, with attributes to add to those that the span starts with. */
export interface SamplingResult {
  readonly decision: SamplingDecision;
  readonly attributes?: Readonly<Attributes>;
  /** Default: that of the parent. */
  readonly traceState?: TraceState;
}

/** A Sampler of the SDK. */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): { decision: number; attributes?: Readonly<Attributes>; traceState?: TraceState };
  toString(): string;
}
