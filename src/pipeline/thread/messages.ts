import type { OtelWasmErrorCode, Role, Signal } from '../../abi';
import type { GuestOutput, LoadedGuest } from '../../guest';
import type { ErrorMessage, GuestToLoad, RunnerState } from '../../runner';
import type { OtlpHttpSetup } from '../../sink';
import type { CoalescerOptions } from '../coalescer';
import type { ResolvedGuestOptions } from '../options';
import type { AdapterStats } from '../stats';

/** What the thread needs to build the pipeline. */
export interface PipelineSetup {
  /** The adapter's name, for its log. */
  readonly name: string;
  readonly signal: Signal;
  readonly exportTimeoutMillis: number;
  readonly coalescing?: CoalescerOptions;
  readonly sink: OtlpHttpSetup;
  readonly guests: readonly GuestSetup[];
  /** The program of a guest's process, where a guest has one. */
  readonly processProgram?: string;
  /** Whether the host wants to know how long each call took. */
  readonly recordsCalls: boolean;
  /** How names are looked up and tried, as the app has set it for itself. */
  readonly network: {
    readonly resultOrder: 'ipv4first' | 'ipv6first' | 'verbatim';
    readonly tryAll: boolean;
  };
}

/** One guest: its functions stay with the host. */
export interface GuestSetup {
  readonly name: string;
  /** For errors of loading it. */
  readonly label: string;
  readonly role: Role;
  readonly options: Omit<ResolvedGuestOptions, 'output'>;
  /** Streams whose lines the host wants one by one. */
  readonly output: readonly (keyof GuestOutput)[];
  /** To be loaded on the thread itself, or compiled; or the bytes for a separate process, or why there are none. */
  readonly module: GuestToLoad | LoadedGuest | Uint8Array | ErrorMessage;
}

/** From the host. What has an `id` is answered once, under the same. */
export type PipelineRequest =
  | { readonly kind: 'setup'; readonly setup: PipelineSetup }
  | {
      readonly kind: 'batch';
      readonly id: number;
      /** The batch is at its beginning. The host does not touch it before the answer. */
      readonly buffer: SharedArrayBuffer;
      readonly length: number;
      readonly items: number;
      readonly indivisible: boolean;
      /** Whether `decided` is to come before the answer. */
      readonly tellsDecision: boolean;
    }
  | { readonly kind: 'ready' | 'flush' | 'shutdown'; readonly id: number }
  | { readonly kind: 'ping' };

/** {@link PipelineOutcome} as it crosses threads. */
export type PipelineOutcomeMessage =
  | { readonly status: 'sent' }
  | { readonly status: 'refused' | 'failed'; readonly error: ErrorMessage; readonly items: number };

/** How far the thread's pipeline has come. */
export interface Report {
  readonly state: RunnerState;
  readonly stats: AdapterStats;
  readonly calls: readonly RecordedCall[];
}

export type RecordedCall = readonly [guest: string, seconds: number, error: OtelWasmErrorCode | undefined];

/** The end of what the host asked for; `error` of all but a batch. */
export interface PipelineAnswer {
  readonly kind: 'answer';
  readonly id: number;
  readonly outcome?: PipelineOutcomeMessage;
  readonly error?: ErrorMessage;
  readonly report: Report;
}

export const DIAG_LEVELS = ['error', 'warn', 'info', 'debug', 'verbose'] as const;
export type DiagLevel = (typeof DIAG_LEVELS)[number];

/** From the thread. */
export type PipelineMessage =
  | PipelineAnswer
  /** Something was counted that is no part of an answer. */
  | { readonly kind: 'counted'; readonly report: Report }
  | { readonly kind: 'diag'; readonly level: DiagLevel; readonly parts: readonly string[] }
  | {
      readonly kind: 'output';
      readonly guest: number;
      readonly stream: keyof GuestOutput;
      readonly line: string;
    }
  /** How many items the guests left of a batch. */
  | { readonly kind: 'decided'; readonly id: number; readonly items: number }
  | { readonly kind: 'pong' };
