import type { Fields } from './access';

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer'];

/**
 * OTLP Span: trace_id 1, span_id 2, trace_state 3, parent_span_id 4, name 5, kind 6, start_time 7, end_time 8, attributes 9,
 * dropped_attributes_count 10, events 11, dropped_events_count 12, links 13, dropped_links_count 14, status 15, flags 16.
 */
export const span: Fields = {
  trace_id: { access: 'traceId', field: 1 },
  'trace_id.string': { access: 'traceIdText', field: 1 },
  span_id: { access: 'spanId', field: 2 },
  'span_id.string': { access: 'spanIdText', field: 2 },
  trace_state: { access: 'traceState', field: 3 },
  parent_span_id: { access: 'spanId', field: 4 },
  'parent_span_id.string': { access: 'spanIdText', field: 4 },
  name: { access: 'text', field: 5 },
  kind: { access: 'varint', field: 6 },
  'kind.string': { access: 'symbol', field: 6, extra: KINDS },
  'kind.deprecated_string': {
    access: 'symbol',
    field: 6,
    extra: KINDS.map(name => `SPAN_KIND_${name.toUpperCase()}`),
  },
  start_time_unix_nano: { access: 'fixed64', field: 7 },
  end_time_unix_nano: { access: 'fixed64', field: 8 },
  start_time: { access: 'time', field: 7 },
  end_time: { access: 'time', field: 8 },
  attributes: { access: 'map', field: 9 },
  dropped_attributes_count: { access: 'varint32', field: 10 },
  events: { access: 'opaque', field: 11, extra: 11 },
  dropped_events_count: { access: 'varint32', field: 12 },
  links: { access: 'opaque', field: 13, extra: 13 },
  dropped_links_count: { access: 'varint32', field: 14 },
  status: { access: 'opaque', field: 15, extra: 15 },
  'status.code': { access: 'varint', field: 3, child: 15 },
  'status.message': { access: 'text', field: 2, child: 15 },
  flags: { access: 'fixed32', field: 16, extra: 1 },
};

/** OTLP Span.Event: time 1, name 2, attributes 3, dropped_attributes_count 4. */
export const spanevent: Fields = {
  time_unix_nano: { access: 'fixed64', field: 1 },
  time: { access: 'time', field: 1 },
  name: { access: 'text', field: 2 },
  event_index: { access: 'eventIndex', field: 0 },
  attributes: { access: 'map', field: 3 },
  dropped_attributes_count: { access: 'varint32', field: 4 },
};
