import type { Attributes, Link, SpanContext, SpanKind } from '@opentelemetry/api';
import { varintSize, Writer } from '../wire';
import { checkBatchSize } from './encodeEnvelopes';
import { spanFlags, traceStateText, uint32, writeCount, writeId, writeTime } from './encodeFields';
import { writeLink } from './encodeTraces';
import { writeAttributes } from './encodeValue';
import { withoutCaching } from './keyCache';

/**
 * A span that is about to start, with what the SDK passes to a sampler. Its start time is now, and it has no id yet.
 */
export interface SpanStart {
  readonly traceId: string;
  readonly parent: SpanContext | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
}

/** Space before the span: three tags with their lengths, an empty resource and an empty scope. */
const ENVELOPE_BYTES = 3 * 6 + 2 * 2;

/**
 * An encoder of spans that start, each as one `TracesData` with an empty resource and scope.
 *
 * It reuses one buffer: the bytes are valid until its next call.
 */
export function createStartEncoder(): (start: SpanStart) => Uint8Array {
  const writer = new Writer(4_096);
  let isWriting = false;
  return start => {
    // A getter among the attributes may start a span.
    if (isWriting) return createStartEncoder()(start);
    isWriting = true;
    try {
      writer.reset();
      writer.position = ENVELOPE_BYTES;
      withoutCaching(() => writeStart(writer, start));
      checkBatchSize(writer);
      return enveloped(writer);
    } finally {
      isWriting = false;
    }
  };
}

/** Writes the known fields of a Span. `writeSpan` has the table. */
function writeStart(writer: Writer, start: SpanStart): void {
  const { traceId, parent, name, kind, attributes, links } = start;
  writer.reserve(64);
  writeId(writer, 0x0a, 16, traceId);
  if (parent !== undefined) writeId(writer, 0x22, 8, parent.spanId);
  if (parent?.traceState) writer.text(0x1a, traceStateText(parent));
  writer.text(0x2a, name);
  writer.reserve(16);
  writer.byte(0x30);
  writer.varint(uint32(kind + 1));
  const millis = Date.now();
  writeTime(writer, 0x39, [Math.floor(millis / 1_000), (millis % 1_000) * 1e6]);
  writeCount(writer, 0x50, writeAttributes(writer, 0x4a, attributes));
  for (const link of links) writeLink(writer, link);
  writer.reserve(7);
  writer.byte(0x85);
  writer.byte(0x01);
  writer.fixed32(spanFlags(0, parent?.isRemote));
}

/** Writes the envelopes in front of the span once its size is known, so that nothing has to be moved. */
function enveloped(writer: Writer): Uint8Array {
  const end = writer.position;
  const span = end - ENVELOPE_BYTES;
  const scopeSpans = 2 + fieldSize(span);
  const resourceSpans = 2 + fieldSize(scopeSpans);
  const start = end - fieldSize(resourceSpans);
  writer.position = start;
  writer.byte(0x0a);
  writer.varint(resourceSpans);
  writer.emptyText(0x0a);
  writer.byte(0x12);
  writer.varint(scopeSpans);
  writer.emptyText(0x0a);
  writer.byte(0x12);
  writer.varint(span);
  writer.position = end;
  return writer.written(start);
}

/** The size of a field that contains a message of `size` bytes. */
function fieldSize(size: number): number {
  return 1 + varintSize(size) + size;
}
