/** The example guest `filter` as an Extism plugin: input and output are OTLP `TracesData`. */
import { Span } from 'otelwasm/assembly';
import { allocate, configureWith, consume, keep } from 'otelwasm/assembly/abi';
import { inputLength, readInput, Signal } from 'otelwasm/assembly/host/functions';
import { onSpan, onStart } from '../../guests/filter';

const traces = new Span();
configureWith(onStart);

/** 0, and no output when nothing is dropped. */
export function filter(): i32 {
  const size = inputLength();
  const pointer = allocate(size);
  if (pointer == 0) return 1;
  readInput(pointer, size);
  return consume<Span>(Signal.Traces, pointer, size, traces, (): bool => onSpan(traces), keep, keep);
}
