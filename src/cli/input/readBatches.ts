import { messageOf, type Signal, SIGNALS } from '../../abi';
import { checkStructure, countItems, NO_LIMITS } from '../../otlp';
import { otlpFromJson, otlpToJson, parseOtlpJson, signalsOfJson } from '../../otlp/json';
import { CommandError } from '../failure';
import { formatBytes } from '../values';
import { chunksOf, lengthPrefixed } from './bytes';
import { splitDocuments } from './documents';

/**
 * `json`: one document or several. `jsonl`: one per line, as the Collector's file exporter writes. `protobuf`: one
 * message, or several with their sizes, as that exporter writes with `format: proto`. Each of them plain or gzip.
 */
export type Format = 'json' | 'jsonl' | 'protobuf';
export const FORMATS: readonly Format[] = ['json', 'jsonl', 'protobuf'];

/** One payload of the input. */
export interface InputBatch {
  readonly format: Format;
  readonly signal: Signal;
  readonly bytes: Uint8Array;
  /** Its place in the input, for messages: `line 12`, `message 3`, or undefined when it is the whole input. */
  readonly place: string | undefined;
}

/** What is known about the input before it is read. */
export interface InputOptions {
  /** A file's path; `-` or undefined for stdin. */
  readonly path: string | undefined;
  /** Default: detected from the first bytes. */
  readonly format?: Format;
  /**
   * The requested signals. A single one also tells the signal of protobuf, which does not contain it. Default: all.
   */
  readonly signals?: readonly Signal[];
  /** Called with the number of skipped items of another signal. */
  readonly onSkipped?: (signal: Signal, items: number) => void;
  /** Called with the path of a member that OTLP does not define. */
  readonly onUnknown?: (path: string) => void;
  /** Limit of the bytes that are read at once: a line of JSON lines, or the whole input in other formats. */
  readonly maxDocumentBytes: number;
  /** Called with the number of bytes read so far. */
  readonly onProgress?: (bytesRead: number) => void;
}

const NEWLINE = 0x0a;

/**
 * Reads OTLP from a file or stdin, batch by batch. JSON lines are streamed. Other formats are read completely, up to
 * `maxDocumentBytes`. Throws CommandError, or OtelWasmError `DECODE`, with the place of the fault.
 */
export async function* readBatches(options: InputOptions): AsyncGenerator<InputBatch> {
  const name = options.path === undefined || options.path === '-' ? 'stdin' : options.path;
  try {
    let count = 0;
    const others = new Set<Signal>();
    const chunks = chunksOf(options.path, options.onProgress);
    for await (const batch of batchesOf(linesOf(chunks, options), options, name)) {
      if (options.signals?.includes(batch.signal) === false) {
        others.add(batch.signal);
        options.onSkipped?.(batch.signal, countItems(batch.signal, batch.bytes));
        continue;
      }
      count++;
      yield batch;
    }
    if (count > 0) return;
    if (others.size === 0) throw new CommandError('the input is empty');
    throw new CommandError(
      `the input contains ${[...others].join(' and ')}, but the guest takes ${options.signals?.join(' and ')}`,
    );
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith(name)) {
      throw new CommandError(`${name}: ${messageOf(error)}`, { cause: error });
    }
    throw error;
  }
}

/** Lines with their newlines, so that joining them gives the input again. */
async function* linesOf(chunks: AsyncIterable<Buffer>, options: InputOptions): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end + 1)]);
      rest = [];
      size = 0;
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > options.maxDocumentBytes) throw tooLarge(options);
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

function tooLarge({ maxDocumentBytes }: InputOptions): CommandError {
  return new CommandError(
    `a document is larger than --max-document (${formatBytes(maxDocumentBytes)}): JSON lines (one payload per line) have no limit`,
  );
}

async function* batchesOf(
  lines: AsyncGenerator<Buffer>,
  options: InputOptions,
  name: string,
): AsyncGenerator<InputBatch> {
  // Protobuf begins with the byte of a newline: its only field has number 1.
  const head: Buffer[] = [];
  let text = '';
  // for await would close the lines when the loop ends early.
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    head.push(next.value);
    text = next.value.toString('utf8').replace(/^\ufeff/, '');
    if (text.trim() !== '') break;
  }
  if (head.length === 0) return;
  const looksBinary = head[0][0] === NEWLINE || !/^[[{]/.test(text.trimStart());
  const format = options.format ?? (looksBinary ? undefined : isDocument(text) ? 'jsonl' : 'json');
  if (format === 'jsonl') {
    yield* jsonLines(text, head.length, lines, options);
    return;
  }
  let size = 0;
  for await (const line of lines) {
    head.push(line);
    size += line.length;
    if (size > options.maxDocumentBytes) throw tooLarge(options);
  }
  const whole = Buffer.concat(head);
  const document = whole.toString('utf8').replace(/^\ufeff/, '');
  if (document.trim() === '') return;
  const messages = lengthPrefixed(whole) ?? [whole];
  const signals = options.signals ?? SIGNALS;
  if (
    format === 'protobuf' ||
    (format === undefined && messages.every(message => isProtobuf(message, signals)))
  ) {
    for (const [index, message] of messages.entries())
      yield protobufBatch(message, options, name, messages.length > 1 ? `message ${index + 1}` : undefined);
  } else if (format === 'json' || /^\s*[[{]/.test(document)) {
    for (const { text: one, line } of splitDocuments(document))
      yield* jsonBatches('json', one, line, options);
  } else {
    const wanted = options.signals?.length === 1 ? ` of ${options.signals[0]}` : '';
    throw new CommandError(`this is neither OTLP JSON nor OTLP protobuf${wanted}`);
  }
}

/** Whether a line is a complete document and ends with a newline. */
function isDocument(text: string): boolean {
  if (!text.endsWith('\n')) return false;
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

async function* jsonLines(
  first: string,
  firstNumber: number,
  lines: AsyncIterable<Buffer>,
  options: InputOptions,
): AsyncGenerator<InputBatch> {
  let number = firstNumber;
  if (first.trim() !== '') yield* jsonBatches('jsonl', first, number, options);
  for await (const line of lines) {
    number++;
    const text = line.toString('utf8');
    if (text.trim() !== '') yield* jsonBatches('jsonl', text, number, options);
  }
}

function* jsonBatches(
  format: 'json' | 'jsonl',
  text: string,
  line: number,
  options: InputOptions,
): Generator<InputBatch> {
  const json = parseOtlpJson(text, line);
  const place = format === 'jsonl' ? `line ${line}` : undefined;
  const inPlace = (message: string): CommandError =>
    new CommandError(place === undefined ? message : `${place}: ${message}`);
  const signals = signalsOfJson(json);
  if (signals.length === 0)
    throw inPlace('this is not OTLP: it has none of resourceSpans, resourceMetrics and resourceLogs');
  for (const signal of signals) {
    let bytes: Uint8Array;
    try {
      bytes = otlpFromJson(signal, json, options.onUnknown);
    } catch (error) {
      throw inPlace(messageOf(error));
    }
    yield { format, signal, bytes, place };
  }
}

function protobufBatch(
  bytes: Uint8Array,
  { signals }: InputOptions,
  name: string,
  place: string | undefined,
): InputBatch {
  if (signals?.length !== 1) {
    throw new CommandError(`${name}: protobuf does not name its signal: add --signal ${SIGNALS.join('|')}`);
  }
  const [signal] = signals;
  checkStructure(signal, bytes, 'items', NO_LIMITS);
  // Decoding data of another signal usually fails: it finds text where numbers belong.
  otlpToJson(signal, bytes);
  return { format: 'protobuf', signal, bytes, place };
}

function isProtobuf(bytes: Uint8Array, signals: readonly Signal[]): boolean {
  return signals.some(candidate => {
    try {
      checkStructure(candidate, bytes, 'items', NO_LIMITS);
      return true;
    } catch {
      return false;
    }
  });
}
