import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { AnyValue, AnyValueMap } from './anyValue';
import type { InstrumentationScope, Resource } from './resource';

/** A log record of the SDK. */
export interface ReadableLogRecord {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext?: SpanContext;
  readonly severityText?: string;
  readonly severityNumber?: number;
  readonly body?: AnyValue;
  readonly eventName?: string;
  readonly resource: Resource;
  readonly instrumentationScope: Omit<InstrumentationScope, 'attributes'> & {
    readonly attributes?: AnyValueMap;
  };
  readonly attributes: AnyValueMap;
  readonly droppedAttributesCount: number;
}
