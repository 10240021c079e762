import { OtelWasmError } from '../abi';

/** A command cannot do what it was asked to; the message is for the user, in one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Names of options in code, and what they are on the command line. */
const OPTIONS: Readonly<Record<string, string>> = {
  guestTimeoutMillis: '--timeout',
  startTimeoutMillis: '--timeout',
  maxMemoryBytes: '--max-memory',
  pluginConfig: '--config',
};
const OPTION = new RegExp(`\\b(${Object.keys(OPTIONS).join('|')})\\b( \\((\\d+)\\))?`, 'g');

/** A message with options as users of the command line know them: `--timeout (1000 ms)`. */
function withCommandLineOptions(text: string): string {
  return text.replace(OPTION, (_, name: string, _value: string, millis?: string) =>
    millis === undefined ? OPTIONS[name] : `${OPTIONS[name]} (${millis} ms)`,
  );
}

/** What went wrong, in one line; of rules, a line first and then everything that is wrong, with carets below it. */
export function failureText(error: unknown): string {
  const text = withCommandLineOptions(error instanceof Error ? error.message : String(error));
  const code = error instanceof OtelWasmError ? ` (${error.code})` : '';
  if (error instanceof OtelWasmError && error.code === 'RULES_INVALID') {
    return `error: the rules cannot be compiled${code}\n${text}`;
  }
  // Lists of problems come one a line.
  const line = text
    .replace(/:\n\s*- /, ': ')
    .replace(/\n\s*- /g, '; ')
    .replace(/\s*\n\s*/g, ' ');
  return `error: ${line}${code}`;
}
