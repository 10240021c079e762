import type { Fields } from './access';

/**
 * OTLP LogRecord: time 1, severity_number 2, severity_text 3, body 5, attributes 6, dropped_attributes_count 7, flags 8,
 * trace_id 9, span_id 10, observed_time 11, event_name 12.
 */
export const log: Fields = {
  time_unix_nano: { access: 'fixed64', field: 1 },
  observed_time_unix_nano: { access: 'fixed64', field: 11 },
  time: { access: 'time', field: 1 },
  observed_time: { access: 'time', field: 11 },
  severity_number: { access: 'varint', field: 2 },
  severity_text: { access: 'text', field: 3 },
  body: { access: 'value', field: 5 },
  'body.string': { access: 'valueText', field: 5 },
  attributes: { access: 'map', field: 6 },
  dropped_attributes_count: { access: 'varint32', field: 7 },
  flags: { access: 'fixed32', field: 8 },
  trace_id: { access: 'traceId', field: 9 },
  'trace_id.string': { access: 'traceIdText', field: 9 },
  span_id: { access: 'spanId', field: 10 },
  'span_id.string': { access: 'spanIdText', field: 10 },
  event_name: { access: 'text', field: 12 },
};
