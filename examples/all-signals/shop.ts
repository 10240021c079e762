import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';

/** Stands in every signal that knows the customer's card; it must not leave the process. */
export const CARD = '4000-1234-5678-9010';

/** A shop that takes orders and tells of them in spans, metrics and logs, of which not everything should get out. */
export function takeOrders(count: number): void {
  const tracer = trace.getTracer('shop');
  const meter = metrics.getMeter('shop');
  const logger = logs.getLogger('shop');
  const placed = meter.createCounter('orders.placed');
  const value = meter.createHistogram('order.value', { unit: 'EUR' });
  const lookups = meter.createUpDownCounter('debug.cache.entries');

  for (let order = 0; order < count; order++) {
    const customer = { 'customer.id': `customer-${order % 3}`, tier: order % 2 === 0 ? 'gold' : 'basic' };
    tracer.startActiveSpan('GET /healthz', { attributes: { 'url.path': '/healthz' } }, span => span.end());
    tracer.startActiveSpan('POST /orders', { attributes: { 'url.path': '/orders', ...customer } }, span => {
      span.setAttribute('payment.card', CARD);
      placed.add(1, customer);
      value.record(10 * (order + 1), { test: false });
      value.record(1, { test: true });
      lookups.add(1);
      const { DEBUG, INFO, WARN } = SeverityNumber;
      logger.emit({ severityNumber: DEBUG, body: `cache miss for ${customer['customer.id']}` });
      logger.emit({ severityNumber: INFO, body: 'order placed', attributes: customer });
      if (order % 5 === 0) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: 'payment refused' });
        logger.emit({ severityNumber: WARN, body: `card ${CARD} was refused`, attributes: customer });
        logger.emit({ severityNumber: WARN, body: { reason: 'refused', card: CARD } });
      }
      span.end();
    });
  }
}
