/** The example guest `filter` as an Extism plugin: input and output are OTLP `TracesData`. */
import { Span } from 'otelwasm/assembly';
import { allocate, consume, keep, start } from 'otelwasm/assembly/abi';
import { inputLength, readInput, Signal } from 'otelwasm/assembly/host/functions';
import { onSpan, onStart } from '../../examples/guests/assemblyscript/filter';

const traces = new Span();
let started = false;

/** 0, and no output when nothing is dropped. */
export function filter(): i32 {
  if (!started) {
    started = true;
    const status = start(onStart);
    if (status != 0) return status;
  }
  const size = inputLength();
  const pointer = allocate(size);
  if (pointer == 0) return 1;
  readInput(pointer, size);
  return consume<Span>(Signal.Traces, pointer, size, traces, (): bool => onSpan(traces), keep, keep);
}
