import { context } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, suppressTracing } from '../otel';
import { messageOf, OtelWasmError } from '../abi';
import { type SendOutcome, SENT } from './sink';

/**
 * Calls an exporter of the SDK's kind and waits for its callback. What it throws, also against its contract, is a
 * refusal. Tracing is suppressed: exporting must not make spans that are exported again.
 */
export function exported(
  what: string,
  call: (callback: (result: ExportResult) => void) => unknown,
): Promise<SendOutcome> {
  return new Promise(resolve => {
    const refuse = (cause: unknown): void =>
      resolve({
        status: 'refused',
        error: new OtelWasmError('EXPORT_FAILED', `${what} failed: ${messageOf(cause)}`, { cause }),
      });
    try {
      const returned = context.with(suppressTracing(context.active()), () =>
        call(({ code, error }) =>
          code === ExportResultCode.SUCCESS ? resolve(SENT) : refuse(error ?? 'no reason given'),
        ),
      );
      // One written as an async function rejects instead.
      Promise.resolve(returned).catch(refuse);
    } catch (error) {
      refuse(error);
    }
  });
}
