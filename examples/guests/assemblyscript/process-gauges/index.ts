/** A receiver that reports gauges whose values its configuration gives. README.md beside this file shows it. */
import { Json, MetricBatch, Value, now } from 'otelwasm/assembly';

class Gauge {
  name: string = '';
  unit: string = '';
  description: string = '';
  value: f64 = 0;
  /** Added to the value at each round. */
  step: f64 = 0;
  keys: string[] = [];
  values: Value[] = [];

  static from(json: Json): Gauge {
    json.only(['name', 'unit', 'description', 'value', 'step', 'attributes']);
    const gauge = new Gauge();
    gauge.name = json.get('name').string();
    gauge.unit = json.get('unit').stringOr('');
    gauge.description = json.get('description').stringOr('');
    gauge.value = json.get('value').number();
    gauge.step = json.get('step').numberOr(0);
    const attributes = json.get('attributes');
    gauge.keys = attributes.keys;
    for (let i = 0; i < gauge.keys.length; i++) {
      gauge.values.push(Value.text(attributes.get(gauge.keys[i]).string()));
    }
    return gauge;
  }
}

let gauges: Gauge[] = [];
let service = 'process-gauges';
let intervalMillis: i64 = 1000;

export function onStart(config: Json): void {
  config.only(['gauges', 'service', 'intervalMillis']);
  const list = config.get('gauges');
  if (list.items.length == 0) list.expected('at least one gauge');
  gauges = list.items.map<Gauge>((entry: Json): Gauge => Gauge.from(entry));
  service = config.get('service').stringOr(service);
  const interval = config.get('intervalMillis');
  if (interval.exists) intervalMillis = interval.integer();
  if (intervalMillis < 1) interval.expected('an integer from 1 on');
}

export function produceMetrics(batch: MetricBatch): i64 {
  batch.resource('service.name', Value.text(service));
  batch.scopeName = 'process-gauges';
  const time = now();
  for (let i = 0; i < gauges.length; i++) {
    const gauge = gauges[i];
    batch.gauge(gauge.name, gauge.unit, gauge.description).point(gauge.value, time);
    for (let j = 0; j < gauge.keys.length; j++) batch.attribute(gauge.keys[j], gauge.values[j]);
    gauge.value += gauge.step;
  }
  return intervalMillis;
}
