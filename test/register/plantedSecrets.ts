/**
 * Secrets in every field of all signals that the SDK sends and `otelwasm:redact` checks. Each is a different token, so
 * that a test can name the field that leaked.
 */

/**
 * The fields; what plants them below names them so. Attributes of scopes and of exemplars are not sent by the SDK:
 * test/shipped/redactProperties.test.ts has those.
 */
const FIELDS: readonly string[] = [
  ...['resource.key', 'resource.value', 'service.name'],
  ...['span.scope.name', 'span.scope.version', 'span.name', 'span.status', 'span.state'],
  ...['span.key', 'span.value', 'span.texts', 'event.name', 'event.key', 'event.value', 'exception'],
  ...['link.state', 'link.key', 'link.value'],
  ...['metric.scope.name', 'metric.scope.version'],
  ...['counter', 'upDown', 'gauge', 'histogram'].flatMap(kind =>
    ['name', 'description', 'unit', 'key', 'value', 'texts'].map(field => `${kind}.${field}`),
  ),
  ...['log.scope.name', 'log.scope.version', 'log.severity', 'log.event', 'log.exception'],
  ...['log.key', 'log.value', 'log.texts', 'log.bytes', 'log.map.key', 'log.map.value'],
  ...['body.text', 'body.key', 'body.value', 'body.texts', 'body.bytes'],
];

/** Like a token of GitHub's, whose characters are allowed in every field. */
const secretOf = (field: string): string =>
  `ghp_${Buffer.from(field).toString('hex').slice(-36).padStart(36, 'A')}`;

/** Secrets by field. */
const SECRETS: Readonly<Record<string, string>> = Object.fromEntries(
  FIELDS.map(field => [field, secretOf(field)]),
);

/** A secret that is recognizable only by its key. */
const BY_KEY = 'hunter2hunter2';

/** Secrets of an app's resource: for its environment. */
export const PLANTED_IN_RESOURCE: Readonly<Record<string, string>> = {
  OTEL_SERVICE_NAME: SECRETS['service.name'],
  OTEL_RESOURCE_ATTRIBUTES: `${SECRETS['resource.key']}=a,b=${SECRETS['resource.value']}`,
};

/**
 * Code that defines `plantSpan(tracerProvider)`, `plantMetrics(meterProvider)` and `plantLogs(loggerProvider)`: each leaves
 * items full of secrets, of which one attribute is `planted`.
 */
export const PLANTS = `
const S = ${JSON.stringify(SECRETS)};
const attributes = of => ({
  planted: of, [S[of + '.key']]: 'a', value: 'see ' + S[of + '.value'], ...(S[of + '.texts'] && { texts: ['b', S[of + '.texts']] }),
  'db.password': '${BY_KEY}',
});
const plantSpan = provider => {
  const context = state => ({
    traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true,
    traceState: { serialize: () => 'a=' + state, get: () => undefined, set: () => undefined, unset: () => undefined },
  });
  const parent = trace.setSpanContext(ROOT_CONTEXT, context(S['span.state']));
  const link = { context: context(S['link.state']), attributes: attributes('link') };
  const span = provider.getTracer(S['span.scope.name'], S['span.scope.version'])
    .startSpan('planted ' + S['span.name'], { attributes: attributes('span'), links: [link] }, parent);
  span.addEvent('event ' + S['event.name'], attributes('event'));
  span.recordException(new Error(S.exception));
  span.setStatus({ code: 2, message: 'status ' + S['span.status'] });
  span.end();
};
const plantMetrics = provider => {
  const meter = provider.getMeter(S['metric.scope.name'], S['metric.scope.version']);
  const make = (kind, create, record) => {
    const options = { description: 'see ' + S[kind + '.description'], unit: S[kind + '.unit'] };
    meter[create](kind + '.' + S[kind + '.name'], options)[record](1, attributes(kind));
  };
  make('counter', 'createCounter', 'add');
  make('upDown', 'createUpDownCounter', 'add');
  make('gauge', 'createGauge', 'record');
  make('histogram', 'createHistogram', 'record');
};
const plantLogs = provider => {
  const logger = provider.getLogger(S['log.scope.name'], S['log.scope.version']);
  const bytes = field => Uint8Array.from(Buffer.from(S[field]));
  const more = {
    severityNumber: 17, severityText: S['log.severity'], eventName: S['log.event'], exception: new Error(S['log.exception']),
  };
  logger.emit({
    ...more, body: 'planted ' + S['body.text'],
    attributes: {
      ...attributes('log'), bytes: bytes('log.bytes'), map: { [S['log.map.key']]: 1, deep: [{ in: S['log.map.value'] }] },
    },
  });
  logger.emit({
    ...more, attributes: { planted: 'body' },
    body: { [S['body.key']]: 1, a: S['body.value'], b: ['c', S['body.texts']], d: bytes('body.bytes') },
  });
};
`;

/** The fields whose secrets were sent. */
export function plantedIn(sent: string): string[] {
  const found = FIELDS.filter(field => sent.includes(SECRETS[field]));
  return sent.includes(BY_KEY) ? [...found, 'db.password'] : found;
}

/** All fields. */
export const ALL_PLANTED: readonly string[] = [...FIELDS, 'db.password'];
