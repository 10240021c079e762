import { messageOf, EXPORTS, type Signal } from '../abi';
import { loadGuest, exportedName } from '../guest';
import { readModule } from '../wasm';
import { type Check, type CheckResult, type Finding, type Subject } from './check';
import { CONSUMER_CHECKS } from './consumerChecks';
import { describeGuest, type GuestDescription, readGuestFile } from './guestDescription';
import { receiverChecks } from './receiverChecks';

export interface ConformanceOptions {
  /** Default `null`. */
  readonly pluginConfig?: unknown;
  /** Checks this signal only; by default all that the guest serves. */
  readonly signal?: Signal;
  /** Default 5_000: large payloads are among the checks. */
  readonly guestTimeoutMillis?: number;
  /** Default 256 MiB. */
  readonly maxMemoryBytes?: number;
}

/** What was found on a guest. */
export interface ConformanceReport {
  readonly path: string;
  /** No check failed. */
  readonly conforms: boolean;
  /** The module itself, then each role and signal: `traces processor`, `logs receiver`. */
  readonly parts: readonly { readonly name: string; readonly results: readonly CheckResult[] }[];
}

/**
 * Checks the guest in a file against the ABI, in every role and signal that its exports offer.
 * Throws OtelWasmError `GUEST_NOT_FOUND`, or `GUEST_INVALID` for a file that is no module.
 */
export function checkGuest(path: string, options: ConformanceOptions = {}): ConformanceReport {
  const description = describeGuest(path);
  const parts = [{ name: 'module', results: moduleResults(description) }];
  if (description.problems.length === 0) {
    for (const { role, signal } of description.roles) {
      // An exporter differs from a processor only in what the host does with results.
      if (role === 'exporter' || (options.signal !== undefined && options.signal !== signal)) continue;
      const maxMemoryBytes = options.maxMemoryBytes ?? 256 * 2 ** 20;
      const subject: Subject = {
        guest: loadGuest(path, role, signal, maxMemoryBytes),
        ...{ role, signal, maxMemoryBytes, pluginConfig: options.pluginConfig },
        guestTimeoutMillis: options.guestTimeoutMillis ?? 5_000,
      };
      const checks = role === 'receiver' ? receiverChecks(path) : CONSUMER_CHECKS;
      parts.push({ name: `${signal} ${role}`, results: runAll(checks, subject) });
    }
  }
  const conforms = parts.every(({ results }) => results.every(({ verdict }) => verdict !== 'fail'));
  return { path, conforms, parts };
}

function moduleResults({ path, dialect, roles, problems }: GuestDescription): CheckResult[] {
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
    result('exports an ABI marker', 'Names: marker export', found(dialect !== 'none', dialect)),
    result(
      'exports what its roles need, with the right signatures',
      'Names; Rules: required exports',
      found(roles.length > 0 && exportProblems.length === 0, exportProblems.join('; ')),
    ),
    result(
      'imports only what the host offers',
      'Names: host; Rules: WASI',
      found(about('import ').length === 0, about('import ').join('; ')),
    ),
    result('says which signals it supports', 'Names: signal mask export', {
      verdict: hasMask ? 'pass' : 'warn',
      detail: hasMask
        ? ''
        : 'get_supported_telemetry is not exported: optional here, required by later hosts',
    }),
  ];
}

/** What does not even start fails the first check; the others are skipped then. */
function runAll(checks: readonly Check<Subject>[], subject: Subject): CheckResult[] {
  let started = true;
  return checks.map(({ name, section, run }) => {
    if (!started) return { name, section, verdict: 'skip', detail: 'it does not start' };
    try {
      return { name, section, ...run(subject) };
    } catch (error) {
      started = false;
      return { name, section, verdict: 'fail', detail: messageOf(error) };
    }
  });
}
