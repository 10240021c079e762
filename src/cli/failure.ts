import { OtelWasmError } from '../abi';

/** A command cannot do its job. The message is for the user, in one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Option names in code, and their command line equivalents. */
const OPTIONS: Readonly<Record<string, string>> = {
  guestTimeoutMillis: '--timeout',
  startTimeoutMillis: '--timeout',
  maxMemoryBytes: '--max-memory',
  pluginConfig: '--config',
};
const OPTION = new RegExp(`\\b(${Object.keys(OPTIONS).join('|')})\\b( \\((\\d+)\\))?`, 'g');

/** A message that names options as on the command line: `--timeout (1000 ms)`. */
function withCommandLineOptions(text: string): string {
  return text.replace(OPTION, (_, name: string, _value: string, millis?: string) =>
    millis === undefined ? OPTIONS[name] : `${OPTIONS[name]} (${millis} ms)`,
  );
}

/** The failure in one line. For rules, one line followed by all problems, with carets below them. */
export function failureText(error: unknown): string {
  const text = withCommandLineOptions(error instanceof Error ? error.message : String(error));
  const code = error instanceof OtelWasmError ? ` (${error.code})` : '';
  if (error instanceof OtelWasmError && error.code === 'RULES_INVALID') {
    return `error: the rules cannot be compiled${code}\n${text}`;
  }
  // Lists of problems have one per line.
  const line = text
    .replace(/:\n\s*- /, ': ')
    .replace(/\n\s*- /g, '; ')
    .replace(/\s*\n\s*/g, ' ');
  return `error: ${line}${code}`;
}
