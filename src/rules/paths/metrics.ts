import type { Fields } from './access';

/**
 * OTLP Metric: name 1, description 2, unit 3, metadata 12. In its data, if the kind has them: data_points 1,
 * aggregation_temporality 2, is_monotonic 3. Kinds: gauge, sum, histogram, exponential histogram, summary.
 */
export const metric: Fields = {
  name: { access: 'text', field: 1 },
  description: { access: 'text', field: 2 },
  unit: { access: 'text', field: 3 },
  type: { access: 'metricType', field: 0 },
  aggregation_temporality: { access: 'varint', field: [0, 2, 2, 2, 0], record: 'data' },
  is_monotonic: { access: 'bool', field: [0, 3, 0, 0, 0], record: 'data' },
  data_points: { access: 'opaque', field: [1, 1, 1, 1, 1], record: 'data', extra: 1 },
  metadata: { access: 'map', field: 12 },
};

/**
 * OTLP NumberDataPoint of gauges and sums, HistogramDataPoint, ExponentialHistogramDataPoint, SummaryDataPoint. Their
 * field numbers differ.
 */
export const datapoint: Fields = {
  attributes: { access: 'map', field: [7, 7, 9, 1, 7] },
  start_time_unix_nano: { access: 'fixed64', field: 2 },
  time_unix_nano: { access: 'fixed64', field: 3 },
  start_time: { access: 'time', field: 2 },
  time: { access: 'time', field: 3 },
  value_double: { access: 'pointDouble', field: [4, 4, 0, 0, 0], extra: 6 },
  value_int: { access: 'pointInt', field: [6, 6, 0, 0, 0], extra: 4 },
  exemplars: { access: 'opaque', field: [5, 5, 8, 11, 0], extra: 5 },
  flags: { access: 'varint32', field: [8, 8, 10, 10, 8] },
  count: { access: 'fixed64', field: [0, 0, 4, 4, 4] },
  sum: { access: 'double', field: [0, 0, 5, 5, 5] },
  bucket_counts: { access: 'packedFixed64', field: [0, 0, 6, 0, 0] },
  explicit_bounds: { access: 'packedDouble', field: [0, 0, 7, 0, 0] },
  scale: { access: 'zigzag', field: [0, 0, 0, 6, 0] },
  zero_count: { access: 'fixed64', field: [0, 0, 0, 7, 0] },
  positive: { access: 'opaque', field: [0, 0, 0, 8, 0], extra: 15 },
  'positive.offset': { access: 'zigzag', field: [0, 0, 0, 1, 0], child: 8 },
  'positive.bucket_counts': { access: 'packedVarint', field: [0, 0, 0, 2, 0], child: 8 },
  negative: { access: 'opaque', field: [0, 0, 0, 9, 0], extra: 15 },
  'negative.offset': { access: 'zigzag', field: [0, 0, 0, 1, 0], child: 9 },
  'negative.bucket_counts': { access: 'packedVarint', field: [0, 0, 0, 2, 0], child: 9 },
  quantile_values: { access: 'opaque', field: [0, 0, 0, 0, 6], extra: 6 },
};

/** OTLP Exemplar: time 2, as_double 3, span_id 4, trace_id 5, as_int 6, filtered_attributes 7. */
export const exemplar: Fields = {
  time_unix_nano: { access: 'fixed64', field: 2 },
  time: { access: 'time', field: 2 },
  double_value: { access: 'pointDouble', field: 3, extra: 6 },
  int_value: { access: 'pointInt', field: 6, extra: 3 },
  trace_id: { access: 'traceId', field: 5 },
  'trace_id.string': { access: 'traceIdText', field: 5 },
  span_id: { access: 'spanId', field: 4 },
  'span_id.string': { access: 'spanIdText', field: 4 },
  filtered_attributes: { access: 'map', field: 7 },
};
