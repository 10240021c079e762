import type { Command } from 'commander';
import { OtelWasmError } from '../../abi';
import { checkGuest, type ConformanceReport, type Verdict } from '../../conformance';
import { stdoutColors } from '../colors';
import {
  GUEST_ARGUMENT,
  type GuestCommandOptions,
  testGuestOptions,
  withGuestOptions,
} from '../guestOptions';
import { openOutput } from '../output';

const MARKS: Readonly<Record<Verdict, string>> = { pass: '✔', warn: '!', fail: '✖', skip: '-' };

/** `otelwasm conformance filter.wasm` */
export function conformanceCommand(program: Command): void {
  const command = program
    .command('conformance')
    .description('check a guest against the ABI, check by check')
    .argument('<guest>', GUEST_ARGUMENT);
  withGuestOptions(command, 5_000)
    .option('--json', 'print JSON')
    .action(async (path: string, options: GuestCommandOptions & { json?: boolean }) => {
      const { pluginConfig, guestTimeoutMillis, maxMemoryBytes, wasi } = testGuestOptions(options);
      const report = checkGuest(path, {
        pluginConfig,
        guestTimeoutMillis,
        maxMemoryBytes,
        signal: options.signal,
        role: options.role,
        env: wasi.env,
      });
      if (report.conforms && report.parts.length === 1) {
        const wanted = [options.signal, options.role].filter(Boolean).join(' ');
        throw new OtelWasmError('ABI_MISMATCH', `${path}: serves no ${wanted}`);
      }
      await openOutput(undefined).write(
        options.json ? `${JSON.stringify(report, null, 2)}\n` : format(report),
      );
      if (!report.conforms) process.exitCode = 1;
    });
}

function format({ path, conforms, parts, hosts }: ConformanceReport): string {
  const colors = stdoutColors();
  const paint = { pass: colors.green, warn: colors.yellow, fail: colors.red, skip: colors.dim };
  const lines = parts.flatMap(({ name, results }) => [
    '',
    colors.bold(name),
    ...results.flatMap(({ name: check, section, verdict, detail }) => {
      const head = `  ${paint[verdict](MARKS[verdict])} ${check}`;
      if (verdict === 'pass') return [detail === '' ? head : `${head} ${colors.dim(`(${detail})`)}`];
      return [head, `      ${verdict}: ${detail}`, `      docs/abi.md, ${section}`];
    }),
  ]);
  const count = (verdict: Verdict): number =>
    parts.flatMap(({ results }) => results).filter(result => result.verdict === verdict).length;
  const counts = (['pass', 'warn', 'fail', 'skip'] as const)
    .map(verdict => `${count(verdict)} ${verdict}`)
    .join(', ');
  const places = hosts.flatMap(({ host, runs, problems }) => [
    `  ${runs ? colors.green(MARKS.pass) : colors.yellow(MARKS.warn)} ${host}`,
    ...problems.map(problem => `      ${problem}`),
  ]);
  return [
    path,
    ...lines,
    '',
    colors.bold('runs on'),
    ...places,
    '',
    `${conforms ? 'conforms' : 'does not conform'}: ${counts}`,
    '',
  ].join('\n');
}
