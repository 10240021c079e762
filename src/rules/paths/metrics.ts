import type { Fields } from './access';

/** OTLP Metric: name 1, description 2, unit 3, metadata 12; of its data: temporality 2, is_monotonic 3. */
export const metric: Fields = {
  name: { access: 'text', field: 1 },
  description: { access: 'text', field: 2 },
  unit: { access: 'text', field: 3 },
  type: { access: 'metricType', field: 0 },
  metadata: { access: 'map', field: 12 },
};

/** OTLP NumberDataPoint. */
export const datapoint: Fields = {
  attributes: { access: 'map', field: 7 },
};
