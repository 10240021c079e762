import { context } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, suppressTracing } from '../otel';
import { messageOf, OtelWasmError, printable } from '../abi';
import { type SendOutcome, SENT } from './sink';

/**
 * Calls an SDK exporter and waits for its callback. An exception, which the interface forbids, counts as a refusal.
 * Tracing is suppressed, so that an export creates no spans that would be exported in turn.
 */
export function callExporter(
  what: string,
  call: (callback: (result: ExportResult) => void) => unknown,
): Promise<SendOutcome> {
  return new Promise(resolve => {
    const refuse = (cause: unknown): void =>
      resolve({
        status: 'refused',
        error: new OtelWasmError('EXPORT_FAILED', `${what} failed: ${reasonOf(cause)}`, { cause }),
      });
    try {
      const returned = context.with(suppressTracing(context.active()), () =>
        call(({ code, error }) =>
          code === ExportResultCode.SUCCESS ? resolve(SENT) : refuse(error ?? 'no reason given'),
        ),
      );
      // An exporter written as an async function rejects instead of throwing.
      Promise.resolve(returned).catch(refuse);
    } catch (error) {
      refuse(error);
    }
  });
}

const MAX_REPLY = 1_000;

/** The part of the server's response that the SDK passes on: the status code and the beginning of the body. */
function reasonOf(cause: unknown): string {
  const message = messageOf(cause);
  if (!(cause instanceof Error)) return message;
  const { code, data } = cause as { code?: unknown; data?: unknown };
  const status = typeof code === 'number' && !message.includes(String(code)) ? ` (${code})` : '';
  const reply = typeof data === 'string' && data !== '' ? `: ${printable(data.slice(0, MAX_REPLY))}` : '';
  return `${message}${status}${reply}`;
}
