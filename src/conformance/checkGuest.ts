import { messageOf, EXPORTS, type Role, type Signal } from '../abi';
import { loadGuest, exportedName } from '../guest';
import { readModule } from '../wasm';
import { type Check, type CheckResult, type Finding, type GuestUnderTest } from './check';
import { CONSUMER_CHECKS } from './consumerChecks';
import { describeGuest, type GuestDescription, readGuestFile } from './guestDescription';
import { type HostVerdict, portabilityOf } from './portability';
import { receiverChecks } from './receiverChecks';

export interface ConformanceOptions {
  /** Default `null`. */
  readonly pluginConfig?: unknown;
  /** Checks only this signal. Default: all that the guest serves. */
  readonly signal?: Signal;
  /** Checks only this role. Default: processor and receiver, depending on the guest's exports. */
  readonly role?: Role;
  /** Environment variables for the guest (WASI). */
  readonly env?: Readonly<Record<string, string>>;
  /** Default 5_000: some checks use large payloads. */
  readonly guestTimeoutMillis?: number;
  /** Default 256 MiB. */
  readonly maxMemoryBytes?: number;
}

/** The results for a guest. */
export interface ConformanceReport {
  readonly path: string;
  /** No check failed. */
  readonly conforms: boolean;
  /** The module itself, then each role and signal: `traces processor`, `logs receiver`. */
  readonly parts: readonly { readonly name: string; readonly results: readonly CheckResult[] }[];
  /** The hosts that run the guest, and what prevents the others (docs/abi.md, Other hosts). */
  readonly hosts: readonly HostVerdict[];
}

/**
 * Checks the guest in a file against the ABI, in every role and for every signal that its exports offer. Throws
 * OtelWasmError `GUEST_NOT_FOUND`, or `GUEST_INVALID` for a file that is not a module.
 */
export function checkGuest(path: string, options: ConformanceOptions = {}): ConformanceReport {
  const description = describeGuest(path);
  const hosts: HostVerdict[] = [];
  const parts = [{ name: 'module', results: moduleResults(description) }];
  if (description.problems.length === 0) {
    for (const { role, signal } of description.roles) {
      // An exporter differs from a processor only in what the host does with results.
      if (options.role === undefined ? role === 'exporter' : role !== options.role) continue;
      if (options.signal !== undefined && options.signal !== signal) continue;
      const maxMemoryBytes = options.maxMemoryBytes ?? 256 * 2 ** 20;
      const subject: GuestUnderTest = {
        guest: loadGuest(path, role, signal, maxMemoryBytes),
        ...{ role, signal, maxMemoryBytes, pluginConfig: options.pluginConfig },
        wasi: { env: options.env ?? {} },
        guestTimeoutMillis: options.guestTimeoutMillis ?? 5_000,
      };
      const checks = role === 'receiver' ? receiverChecks(path) : CONSUMER_CHECKS;
      const results = runAll(checks, subject);
      parts.push({ name: `${signal} ${role}`, results });
      const conforms = results.every(({ verdict }) => verdict !== 'fail');
      hosts.push(...portabilityOf({ path, ...subject, conforms }));
    }
  }
  const conforms = parts.every(({ results }) => results.every(({ verdict }) => verdict !== 'fail'));
  return { path, conforms, parts, hosts: [thisHost(conforms), ...merged(hosts)] };
}

function thisHost(runs: boolean): HostVerdict {
  return { host: 'this host', runs, problems: runs ? [] : ['see above'] };
}

/** Merges the verdicts of all roles and signals, one per host. */
function merged(verdicts: readonly HostVerdict[]): HostVerdict[] {
  const names = [...new Set(verdicts.map(({ host }) => host))];
  return names.map(host => {
    const own = verdicts.filter(verdict => verdict.host === host);
    const problems = [...new Set(own.flatMap(verdict => verdict.problems))];
    return { host, runs: problems.length === 0, problems };
  });
}

function moduleResults({ path, naming, roles, problems }: GuestDescription): CheckResult[] {
  const result = (name: string, section: string, finding: Finding): CheckResult => ({
    name,
    section,
    ...finding,
  });
  const found = (verdict: boolean, detail: string): Finding => ({
    verdict: verdict ? 'pass' : 'fail',
    detail,
  });
  const about = (word: string): string[] => problems.filter(problem => problem.startsWith(word));
  const exportProblems = problems.filter(problem => !problem.startsWith('import '));
  const hasMask = exportedName(readModule(readGuestFile(path)), EXPORTS.supportedTelemetry) !== undefined;
  return [
    result('exports an ABI marker', 'Names', found(naming !== 'none', naming)),
    result(
      'exports what its roles need, with the right signatures',
      'Exports',
      found(roles.length > 0 && exportProblems.length === 0, exportProblems.join('; ')),
    ),
    result(
      'imports only what the host offers',
      'Imports',
      found(about('import ').length === 0, about('import ').join('; ')),
    ),
    result('declares the signals that it supports', 'Exports', {
      verdict: hasMask ? 'pass' : 'warn',
      detail: hasMask
        ? ''
        : 'get_supported_telemetry is not exported: optional here, required by later hosts',
    }),
  ];
}

/** A guest that does not start fails the first check. The others are skipped. */
function runAll(checks: readonly Check<GuestUnderTest>[], subject: GuestUnderTest): CheckResult[] {
  let started = true;
  return checks.map(({ name, section, run }) => {
    if (!started) return { name, section, verdict: 'skip', detail: 'start() fails' };
    try {
      return { name, section, ...run(subject) };
    } catch (error) {
      started = false;
      return { name, section, verdict: 'fail', detail: messageOf(error) };
    }
  });
}
