/** The end of the line for all three signals: each batch goes to stdout as one line of OTLP JSON. */
import { Message, Region, fail, failed, writeStdout } from 'otelwasm/assembly';
import { JsonLine } from './jsonLine';
import { LOGS_DATA, METRICS_DATA, Shape, TRACES_DATA } from './messages';

const line = new JsonLine(new Region());

export function onTraces(batch: Message): void {
  print(batch, TRACES_DATA);
}

export function onMetrics(batch: Message): void {
  print(batch, METRICS_DATA);
}

export function onLogs(batch: Message): void {
  print(batch, LOGS_DATA);
}

function print(batch: Message, shape: Shape): void {
  line.clear();
  line.message(shape, batch.start, batch.end, 0);
  line.ascii('\n');
  if (!failed() && !writeStdout(line.pointer, line.size)) fail('stdout does not take the line');
}
