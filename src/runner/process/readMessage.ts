import { LOG_LEVELS, OtelWasmError, type OtelWasmErrorCode, type OwnedBytes, printable } from '../../abi';
import type { HostMessage, GuestMessage } from '../isolated';
import { GRANTED_LIMITS } from '../../wasi';
import type { Frame } from './frames';

/** Errors that an instance can have. The others belong to the host, and a child cannot claim them. */
const CODES: ReadonlySet<unknown> = new Set<OtelWasmErrorCode>([
  'GUEST_INVALID',
  'ABI_MISMATCH',
  'MEMORY_LIMIT',
  'START_FAILED',
  'GUEST_STATUS',
  'GUEST_TRAP',
  'GUEST_EXIT',
  'ALLOC_FAILED',
  'GUEST_OUTPUT',
  'INTERNAL',
]);

/** Longer than any log line or error message of an honest child. */
const MAX_LINE_LENGTH = 65_536;
/** A line of output with the marker for truncation. */
const MAX_OUTPUT_BYTES = GRANTED_LIMITS.lineBytes + 256;

/**
 * A message of the child as a frame. A result's bytes follow the JSON, and so does a line of output, which may be a
 * batch.
 */
export function toFrame(message: GuestMessage | HostMessage): { header: object; bytes?: Uint8Array } {
  if (message.kind === 'consume') return { header: { kind: message.kind }, bytes: message.bytes };
  if (message.kind === 'output') {
    const { line, ...rest } = message;
    // Invalid bytes have become three bytes each, so the line is cut again.
    return { header: rest, bytes: Buffer.from(line).subarray(0, MAX_OUTPUT_BYTES) };
  }
  if (message.kind !== 'consumed' || message.outcome.status !== 'changed') return { header: message };
  const { outcome, ...rest } = message;
  return { header: { ...rest, outcome: { status: outcome.status } }, bytes: outcome.bytes };
}

/**
 * Reads a message from a child and checks it field by field: a guest may control the child's engine. Throws
 * `GUEST_OUTPUT` for an invalid message. Releases the frame's bytes, unless they are a result, which its consumer
 * releases.
 */
export function readMessage(frame: Frame): GuestMessage {
  let message: GuestMessage | undefined;
  try {
    return (message = messageOf(frame));
  } finally {
    if (message?.kind !== 'consumed' || message.outcome.status !== 'changed') frame.release();
  }
}

function messageOf({ header, bytes, release }: Frame): GuestMessage {
  const message = header as Record<string, unknown>;
  switch (isObject(header) ? message.kind : undefined) {
    case 'starting':
      return { kind: 'starting' };
    case 'started':
      return { kind: 'started', memoryBytes: size(message.memoryBytes) };
    case 'not_started':
      return { kind: 'not_started', error: errorOf(message.error) };
    case 'consumed':
      return {
        kind: 'consumed',
        outcome: outcomeOf(message.outcome, { bytes, release }),
        memoryBytes: size(message.memoryBytes),
      };
    case 'shut_down':
      return { kind: 'shut_down', error: message.error === undefined ? undefined : errorOf(message.error) };
    case 'log': {
      const level = LOG_LEVELS.find(one => one === message.level);
      if (level !== undefined) return { kind: 'log', level, text: logLine(message.text) };
      break;
    }
    case 'output':
      if (bytes.length <= MAX_OUTPUT_BYTES && (message.stream === 'stdout' || message.stream === 'stderr')) {
        const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
        return { kind: 'output', stream: message.stream, line };
      }
  }
  throw noMessage();
}

function outcomeOf(outcome: unknown, result: OwnedBytes): (GuestMessage & { kind: 'consumed' })['outcome'] {
  if (!isObject(outcome)) throw noMessage();
  switch (outcome.status) {
    case 'unchanged':
      return { status: 'unchanged' };
    case 'changed':
      return { status: 'changed', ...result };
    case 'refused':
    case 'no_room':
    case 'failed':
      return { status: outcome.status, error: errorOf(outcome.error) };
  }
  throw noMessage();
}

function errorOf(error: unknown): { code: OtelWasmErrorCode; message: string } {
  if (!isObject(error) || !CODES.has(error.code)) throw noMessage();
  return { code: error.code as OtelWasmErrorCode, message: line(error.message) };
}

function size(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw noMessage();
}

/**
 * The child's own host has made the line printable. Any other line is forged, and repairing many of them would take
 * long.
 */
function logLine(value: unknown): string {
  const given = text(value);
  if (given.length > MAX_LINE_LENGTH || printable(given) !== given) throw noMessage();
  return given;
}

/** An error message, made printable here: an attacker may control the child's host. */
function line(value: unknown): string {
  return printable(text(value).slice(0, MAX_LINE_LENGTH));
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw noMessage();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function noMessage(): OtelWasmError {
  return new OtelWasmError('GUEST_OUTPUT', "the guest's process sent an invalid message");
}
