/** Bits of `Span.flags` and `Link.flags` above the W3C trace flags (`SpanFlags` in trace.proto). */
export const HAS_IS_REMOTE = 0x100;
export const IS_REMOTE = 0x200;
