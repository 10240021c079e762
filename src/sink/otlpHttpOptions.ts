import type { Agent, AgentOptions } from 'node:http';
import type { AgentOptions as HttpsAgentOptions } from 'node:https';

/** Settings of OTLP/HTTP, as in the SDK's exporters. `OTEL_EXPORTER_OTLP_*` provides those that are not set. */
export interface OtlpHttpOptions {
  /**
   * The full URL of requests, including the path.
   * @default 'http://localhost:4318/v1/traces', and `/v1/metrics`, `/v1/logs`
   */
  readonly url?: string;
  /** Added to every request. A function is called for each request, for tokens that expire. */
  readonly headers?: Record<string, string> | (() => Promise<Record<string, string>>);
  /**
   * Timeout of one request, including its retries.
   * @default 10_000
   */
  readonly timeoutMillis?: number;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none';
  /**
   * Maximum number of concurrent requests. Further requests are refused.
   * @default 30
   */
  readonly concurrencyLimit?: number;
  /**
   * Whether connections stay open between requests.
   * @default true
   */
  readonly keepAlive?: boolean;
  /** Options of Node's agent, for TLS and connections, or a function that creates an agent, e.g. for proxies. */
  readonly httpAgentOptions?:
    AgentOptions | HttpsAgentOptions | ((protocol: string) => Agent | Promise<Agent>);
  /** Prepended to the SDK's own user agent. */
  readonly userAgent?: string;
}
