import { type Context, createContextKey } from '@opentelemetry/api';

/** The SDK's own key. Keys of the API are registered symbols, so every copy of the SDK has the same one. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** A context in which the SDK and its instrumentations create no spans. */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_TRACING, true);
}
