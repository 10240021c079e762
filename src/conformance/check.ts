import type { Role, Signal } from '../abi';
import { type ConsumeOutcome, GuestInstance, type LoadedGuest } from '../guest';

/** `warn`: allowed, and worth a look; `skip`: could not be tried. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

/** What one check found. */
export interface CheckResult {
  readonly name: string;
  /** Where the ABI's description asks for it. */
  readonly section: string;
  readonly verdict: Verdict;
  /** What was seen, for all but a plain pass. */
  readonly detail: string;
}

/** A finding before it has its check's name. */
export interface Finding {
  readonly verdict: Verdict;
  readonly detail: string;
}

export const PASS: Finding = { verdict: 'pass', detail: '' };
export const pass = (detail: string): Finding => ({ verdict: 'pass', detail });
export const warn = (detail: string): Finding => ({ verdict: 'warn', detail });
export const fail = (detail: string): Finding => ({ verdict: 'fail', detail });

/** One thing that a guest must do, or should. */
export interface Check<Subject> {
  readonly name: string;
  readonly section: string;
  /** Throws OtelWasmError when the guest cannot even be started; that is a failure of the check. */
  readonly run: (subject: Subject) => Finding;
}

/** A guest in one role for one signal, of which a check makes as many instances as it needs. */
export interface GuestUnderTest {
  readonly guest: LoadedGuest;
  readonly role: Role;
  readonly signal: Signal;
  readonly pluginConfig: unknown;
  readonly guestTimeoutMillis: number;
  readonly maxMemoryBytes: number;
  readonly wasi: { readonly env: Readonly<Record<string, string>> };
}

/** An instance whose `start()` was not called. */
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

/** An answer that is none of success: nothing when it was. */
export function problemOf(outcome: ConsumeOutcome): Finding | undefined {
  if (outcome.status === 'failed') return fail(outcome.error.message);
  if (outcome.status === 'refused' || outcome.status === 'no_room') return warn(outcome.error.message);
  return undefined;
}

/** The first finding that is worse than a pass, the failures before the warnings. */
export function worstFinding(findings: readonly (Finding | undefined)[]): Finding | undefined {
  const bad = findings.filter(finding => finding !== undefined);
  return bad.find(({ verdict }) => verdict === 'fail') ?? bad.find(({ verdict }) => verdict === 'warn');
}
