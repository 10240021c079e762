/**
 * The variables that OTLP/HTTP and Node's TLS and proxies read. The thread gets nothing else of the app's
 * environment.
 */
const READ =
  /^(OTEL_EXPORTER_OTLP_|NODE_TLS_|NODE_EXTRA_CA_CERTS$|NODE_USE_ENV_PROXY$|SSL_CERT_|(HTTPS?|NO|ALL)_PROXY$)/i;

/** The current values of the variables that sending depends on. */
export function sendingEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => READ.test(name)));
}
