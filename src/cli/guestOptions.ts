import { writeSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Role, Signal } from '../abi';
import { readPluginConfig } from '../config';
import type { LogLine } from '../testing';
import { printLine } from './output';
import { MEBIBYTE, parseCount, parseDuration, parseSignal } from './values';

/** Describes `<guest>`, for every command that has this argument. */
export const GUEST_ARGUMENT = 'path of a .wasm file or of rules in YAML, or otelwasm:<name>';

/** Options of every command that runs a guest. */
export interface GuestCommandOptions {
  readonly signal?: Signal;
  readonly role?: Role;
  readonly config?: string;
  readonly timeout: number;
  readonly maxMemory: number;
  readonly env?: readonly string[];
}

/** Adds these options to a command. */
export function withGuestOptions(command: Command, timeoutMillis = 1_000): Command {
  return command
    .option(
      '--signal <signal>',
      'traces, metrics or logs; default: determined by the guest and the data',
      parseSignal,
    )
    .addOption(
      new Option('--role <role>', 'role in which the guest runs; default: determined by its exports').choices(
        ['processor', 'exporter', 'receiver'],
      ),
    )
    .option('--config <json>', 'plugin configuration: JSON, or @ and the path of a JSON or YAML file')
    .addOption(
      new Option('--timeout <time>', 'time limit of a call: 500ms, 10s, 2m, 1h')
        .argParser(parseDuration)
        .default(timeoutMillis, `${timeoutMillis / 1_000}s`),
    )
    .option('--max-memory <MiB>', "upper limit of the guest's memory, in MiB", parseCount, 256)
    .option(
      '--env <name=value...>',
      'environment variable that the guest sees through WASI',
      collectAssignment,
    );
}

/** The limit for documents that are read completely. Their objects need some eight times their size. */
export function maxDocumentOption(): Option {
  return new Option('--max-document <MiB>', 'largest input that is read at once; JSON lines have no limit')
    .argParser(parseCount)
    .default(128);
}

/** The options for `otelwasm/testing`. The guest's log lines go to stderr. */
export function testGuestOptions(options: GuestCommandOptions): {
  pluginConfig: unknown;
  guestTimeoutMillis: number;
  maxMemoryBytes: number;
  wasi: { env: Record<string, string> };
  onLog: (line: LogLine) => void;
} {
  return {
    pluginConfig: options.config === undefined ? null : readPluginConfig(options.config, '--config'),
    guestTimeoutMillis: options.timeout,
    maxMemoryBytes: options.maxMemory * MEBIBYTE,
    wasi: { env: Object.fromEntries((options.env ?? []).map(entry => splitAssignment(entry))) },
    onLog: ({ level, text }) => printLine(`[guest ${level}] ${text}`),
  };
}

/** The same for an exporter. Its stdout and stderr are shown completely and unchanged. */
export function exporterOptions(options: GuestCommandOptions): ReturnType<typeof testGuestOptions> & {
  wasi: { stdout: (line: string) => void; stderr: (line: string) => void };
} {
  const { wasi, ...rest } = testGuestOptions(options);
  const lineTo = (stream: number) => (line: string) => void writeSync(stream, `${line}\n`);
  return { ...rest, wasi: { ...wasi, stdout: lineTo(1), stderr: lineTo(2) } };
}

function collectAssignment(text: string, earlier: readonly string[] = []): string[] {
  splitAssignment(text);
  return [...earlier, text];
}

function splitAssignment(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Allowed is NAME=value.');
  return [text.slice(0, at), text.slice(at + 1)];
}
