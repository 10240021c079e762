import { encodeUtf8 } from '../text';
import { writeStderr } from './wasi';

export const enum LogLevel {
  Trace = 0,
  Debug = 1,
  Info = 2,
  Warn = 3,
  Error = 4,
}

/** Syslog priorities by LogLevel. Syslog has one level less. */
const PRIORITIES: string = '77643';

/**
 * Writes a line to the host's log: to stderr, which every host accepts, with a priority that systemd's journal reads
 * (`<3>` error, `<4>` warn, `<6>` info, `<7>` debug and trace). Each line of a longer text is a separate entry.
 */
export function log(level: LogLevel, text: string): void {
  const priority = '<' + PRIORITIES.charAt(level) + '>';
  const bytes = encodeUtf8(priority + text.replaceAll('\n', '\n' + priority) + '\n');
  writeStderr(changetype<usize>(bytes), bytes.byteLength);
}
