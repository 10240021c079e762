import type { Agent, AgentOptions } from 'node:http';
import type { AgentOptions as HttpsAgentOptions } from 'node:https';

/** Settings of OTLP/HTTP as the SDK's exporters take them. What is not set comes from `OTEL_EXPORTER_OTLP_*`. */
export interface OtlpHttpOptions {
  /**
   * Where requests go, with the path.
   * @default 'http://localhost:4318/v1/traces', and `/v1/metrics`, `/v1/logs`
   */
  readonly url?: string;
  /** Added to every request; a function is asked for each one, for tokens that expire. */
  readonly headers?: Record<string, string> | (() => Promise<Record<string, string>>);
  /**
   * For one request, its retries included.
   * @default 10_000
   */
  readonly timeoutMillis?: number;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none';
  /**
   * Requests at once; those beyond are refused.
   * @default 30
   */
  readonly concurrencyLimit?: number;
  /**
   * Whether connections are kept between requests.
   * @default true
   */
  readonly keepAlive?: boolean;
  /** Options of Node's agent, for TLS and connections, or what makes one: for proxies. */
  readonly httpAgentOptions?:
    AgentOptions | HttpsAgentOptions | ((protocol: string) => Agent | Promise<Agent>);
  /** Goes before the SDK's own user agent. */
  readonly userAgent?: string;
}
