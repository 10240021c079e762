/** What OTLP/HTTP and Node's own TLS and proxies read. Nothing else of the app's environment is on the thread. */
const READ =
  /^(OTEL_EXPORTER_OTLP_|NODE_TLS_|NODE_EXTRA_CA_CERTS$|NODE_USE_ENV_PROXY$|SSL_CERT_|(HTTPS?|NO|ALL)_PROXY$)/i;

/** The variables of the app's environment that sending depends on, as they are now. */
export function sendingEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => READ.test(name)));
}
