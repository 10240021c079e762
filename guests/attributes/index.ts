/** Changes attributes by a list of actions, like the Collector's attributes processor. README.md beside this file. */
import { Attributes, Json, LogRecord, Metric, Resource, Scope, Span } from 'otelwasm/assembly';
import { Action, Target, targetsOf } from './action';

let actions: Action[] = [];
/** The targets of all actions. */
let targets: u32 = 0;

export function onStart(config: Json): void {
  config.only(['actions', 'on']);
  const on = targetsOf(config.get('on'), Target.Span | Target.DataPoint | Target.LogRecord);
  const list = config.get('actions').items;
  if (list.length == 0) config.get('actions').expected('at least one action');
  for (let i = 0; i < list.length; i++) {
    const action = Action.from(list[i], on);
    actions.push(action);
    targets |= action.targets;
  }
}

export function onResource(resource: Resource): bool {
  if (targets & Target.Resource) apply(Target.Resource, resource.attributes);
  return true;
}

export function onScope(scope: Scope): bool {
  if (targets & Target.Scope) apply(Target.Scope, scope.attributes);
  return true;
}

export function onSpan(span: Span): bool {
  if (targets & Target.Span) apply(Target.Span, span.attributes);
  return true;
}

export function onMetric(metric: Metric): bool {
  if (!(targets & Target.DataPoint)) return true;
  const points = metric.points;
  while (points.next()) apply(Target.DataPoint, points.current.attributes);
  return true;
}

export function onLogRecord(record: LogRecord): bool {
  if (targets & Target.LogRecord) apply(Target.LogRecord, record.attributes);
  return true;
}

function apply(target: Target, attributes: Attributes): void {
  for (let i = 0; i < actions.length; i++) {
    if (actions[i].targets & target) actions[i].apply(attributes);
  }
}
