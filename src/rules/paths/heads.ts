import type { Fields } from './access';

/** OTLP Resource: attributes 1, dropped_attributes_count 2. Of the envelope: schema_url 3. */
export const resource: Fields = {
  attributes: { access: 'map', field: 1 },
  dropped_attributes_count: { access: 'varint32', field: 2 },
  schema_url: { access: 'text', field: 3, record: 'resourceGroup' },
};

/**
 * OTLP InstrumentationScope: name 1, version 2, attributes 3, dropped_attributes_count 4. Of the envelope: schema_url
 * 3.
 */
export const scope: Fields = {
  name: { access: 'text', field: 1 },
  version: { access: 'text', field: 2 },
  attributes: { access: 'map', field: 3 },
  dropped_attributes_count: { access: 'varint32', field: 4 },
  schema_url: { access: 'text', field: 3, record: 'scopeGroup' },
};
