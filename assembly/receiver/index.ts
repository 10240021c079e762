export { Batch, LogBatch, MetricBatch, SpanBatch } from './batches';
export { Writer } from './writer';
