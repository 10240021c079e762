import { diag, DiagLogLevel } from '@opentelemetry/api';

/** The lines that the SDK's `diag` gets during a test, as `warn: otelwasm:... text`. Call it inside a `describe`. */
export function captureDiag(): string[] {
  const lines: string[] = [];
  const take =
    (level: string) =>
    (...parts: unknown[]): void =>
      void lines.push(`${level}: ${parts.map(String).join(' ')}`);
  beforeEach(() => {
    const logger = {
      verbose: take('verbose'),
      debug: take('debug'),
      info: take('info'),
      warn: take('warn'),
      error: take('error'),
    };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
    lines.length = 0;
  });
  afterEach(() => diag.disable());
  return lines;
}
