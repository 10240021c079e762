// An ordinary app: it knows OpenTelemetry's API, and nothing of SDKs, exporters or guests.
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('shop');
for (const path of ['/users', '/healthz', '/orders']) {
  const attributes = { 'url.path': path, 'user.email': 'jane@example.com' };
  tracer.startActiveSpan(`GET ${path}`, { attributes }, span => span.end());
}
console.log('served 3 requests');
