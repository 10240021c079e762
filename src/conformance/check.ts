import type { Role, Signal } from '../abi';
import { type ConsumeOutcome, GuestInstance, type LoadedGuest } from '../guest';

/** `warn`: allowed, but worth a look. `skip`: could not be checked. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

/** The result of one check. */
export interface CheckResult {
  readonly name: string;
  /** The section of the ABI's description that requires it. */
  readonly section: string;
  readonly verdict: Verdict;
  /** The observation, except for a plain pass. */
  readonly detail: string;
}

/** A result without the name of its check. */
export interface Finding {
  readonly verdict: Verdict;
  readonly detail: string;
}

export const PASS: Finding = { verdict: 'pass', detail: '' };
export const pass = (detail: string): Finding => ({ verdict: 'pass', detail });
export const warn = (detail: string): Finding => ({ verdict: 'warn', detail });
export const fail = (detail: string): Finding => ({ verdict: 'fail', detail });

/** One requirement or recommendation for guests. */
export interface Check<Subject> {
  readonly name: string;
  readonly section: string;
  /** Throws OtelWasmError when the guest cannot be started. The check then fails. */
  readonly run: (subject: Subject) => Finding;
}

/** A guest in one role for one signal. Checks create as many instances as they need. */
export interface GuestUnderTest {
  readonly guest: LoadedGuest;
  readonly role: Role;
  readonly signal: Signal;
  readonly pluginConfig: unknown;
  readonly guestTimeoutMillis: number;
  readonly maxMemoryBytes: number;
  readonly wasi: { readonly env: Readonly<Record<string, string>> };
}

/** An instance before its `start()`. */
export function createInstance(
  subject: GuestUnderTest,
  pluginConfigJson = JSON.stringify(subject.pluginConfig ?? null),
): GuestInstance {
  const { guest, ...options } = subject;
  return new GuestInstance(guest, { ...options, pluginConfigJson, log: () => undefined });
}

/** A started instance. Throws OtelWasmError `START_FAILED`. */
export function startGuest(subject: GuestUnderTest, pluginConfigJson?: string): GuestInstance {
  const instance = createInstance(subject, pluginConfigJson);
  instance.start();
  return instance;
}

/** The finding for an unsuccessful outcome; undefined for success. */
export function problemOf(outcome: ConsumeOutcome): Finding | undefined {
  if (outcome.status === 'failed') return fail(outcome.error.message);
  if (outcome.status === 'refused' || outcome.status === 'no_room') return warn(outcome.error.message);
  return undefined;
}

/** The most severe finding that is not a pass: failures before warnings. */
export function worstFinding(findings: readonly (Finding | undefined)[]): Finding | undefined {
  const bad = findings.filter(finding => finding !== undefined);
  return bad.find(({ verdict }) => verdict === 'fail') ?? bad.find(({ verdict }) => verdict === 'warn');
}
