import { metrics, trace } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';

/** A few spans, metrics and log records, of which not everything should get out as it is. */
export function sellThings(): void {
  const tracer = trace.getTracer('shop');
  const span = (name: string, attributes: Record<string, string>): void =>
    tracer.startSpan(name, { attributes }).end();
  span('GET /healthz', { 'url.path': '/healthz' });
  span('GET /cart/42', { 'url.path': '/cart/42', user: 'ada' });
  span('POST /pay', { 'url.path': '/pay', card: '4000-1234-5678-9010' });

  const meter = metrics.getMeter('shop');
  const orders = meter.createCounter('orders');
  for (const user of ['ada', 'bob']) orders.add(1, { user, tier: 'gold' });
  meter.createUpDownCounter('debug.cache').add(7);

  const logger = logs.getLogger('shop');
  const log = (eventName: string, severityNumber: SeverityNumber, body: string): void =>
    logger.emit({ eventName, severityNumber, body });
  log('cache', SeverityNumber.DEBUG, 'cache miss');
  log('order', SeverityNumber.INFO, '{"message":"order placed","items":3}');
  log('refusal', SeverityNumber.WARN, 'card 4000-1234-5678-9010 was refused');
}
