import type { OtelWasmErrorCode, Role, Signal } from '../../abi';
import type { GuestOutput, LoadedGuest } from '../../guest';
import type { ErrorMessage, GuestToLoad, RunnerState } from '../../runner';
import type { OtlpHttpSetup } from '../../sink';
import type { CoalescerOptions } from '../coalescer';
import type { ResolvedGuestOptions } from '../options';
import type { AdapterStats } from '../stats';

/** What the thread needs to create the pipeline. */
export interface PipelineSetup {
  /** The adapter's name, for its log. */
  readonly name: string;
  readonly signal: Signal;
  readonly exportTimeoutMillis: number;
  readonly coalescing?: CoalescerOptions;
  readonly sink: OtlpHttpSetup;
  readonly guests: readonly GuestSetup[];
  /** The program of the guests' processes, if a guest has one. */
  readonly processProgram?: string;
  /** Whether the host wants to know how long each call took. */
  readonly recordsCalls: boolean;
  /** Node's settings for DNS results and connection attempts, as the app has set them. */
  readonly network: {
    readonly resultOrder: 'ipv4first' | 'ipv6first' | 'verbatim';
    readonly tryAll: boolean;
  };
}

/** One guest. Its functions stay on the host's side. */
export interface GuestSetup {
  readonly name: string;
  /** For errors while loading it. */
  readonly label: string;
  readonly role: Role;
  readonly options: Omit<ResolvedGuestOptions, 'output'>;
  /** Streams whose lines the host wants one by one. */
  readonly output: readonly (keyof GuestOutput)[];
  /**
   * The module to load on the thread, or compiled already; or its bytes for a separate process, or the error that
   * prevents them.
   */
  readonly module: GuestToLoad | LoadedGuest | Uint8Array | ErrorMessage;
}

/** Messages from the host. Each one with an `id` gets exactly one answer, with the same `id`. */
export type PipelineRequest =
  /** `lines`: of a `LineCredit`. */
  | { readonly kind: 'setup'; readonly setup: PipelineSetup; readonly lines: SharedArrayBuffer }
  | {
      readonly kind: 'batch';
      readonly id: number;
      /** The batch is at the beginning of the buffer. The host does not touch it before the answer. */
      readonly buffer: SharedArrayBuffer;
      readonly length: number;
      readonly items: number;
      readonly indivisible: boolean;
      /** Whether the thread sends `decided` before the answer. */
      readonly reportsDecision: boolean;
    }
  | { readonly kind: 'ready' | 'flush' | 'shutdown'; readonly id: number }
  | { readonly kind: 'ping' };

/** {@link PipelineOutcome} as it crosses threads. */
export type PipelineOutcomeMessage =
  | { readonly status: 'sent' }
  | { readonly status: 'refused' | 'failed'; readonly error: ErrorMessage; readonly items: number };

/** The progress of the thread's pipeline. */
export interface Report {
  readonly state: RunnerState;
  readonly stats: AdapterStats;
  readonly calls: readonly RecordedCall[];
}

export type RecordedCall = readonly [guest: string, seconds: number, error: OtelWasmErrorCode | undefined];

/** The end of a request. `error` applies to all requests but a batch. */
export interface PipelineAnswer {
  readonly kind: 'answer';
  readonly id: number;
  readonly outcome?: PipelineOutcomeMessage;
  readonly error?: ErrorMessage;
  readonly report: Report;
}

export const DIAG_LEVELS = ['error', 'warn', 'info', 'debug', 'verbose'] as const;
export type DiagLevel = (typeof DIAG_LEVELS)[number];

/** Messages from the thread. */
export type PipelineMessage =
  | PipelineAnswer
  /** Something was counted outside of a request. */
  | { readonly kind: 'counted'; readonly report: Report }
  | { readonly kind: 'diag'; readonly level: DiagLevel; readonly parts: readonly string[] }
  | {
      readonly kind: 'output';
      readonly guest: number;
      readonly stream: keyof GuestOutput;
      readonly line: string;
    }
  /** How many items of a batch the guests returned. */
  | { readonly kind: 'decided'; readonly id: number; readonly items: number }
  | { readonly kind: 'pong' };
