import { createReadStream } from 'node:fs';
import { messageOf, type Signal, SIGNALS } from '../abi';
import { checkStructure } from '../otlp';
import { otlpFromJson, otlpToJson, parseJson, signalOfJson } from '../otlp/json';
import { CommandError } from './failure';

/** `json`: one document; `jsonl`: one a line, as the Collector's file exporter writes; `protobuf`: one message. */
export type Format = 'json' | 'jsonl' | 'protobuf';
export const FORMATS: readonly Format[] = ['json', 'jsonl', 'protobuf'];

/** One payload of the input. */
export interface InputBatch {
  readonly format: Format;
  readonly signal: Signal;
  readonly bytes: Uint8Array;
  /** Where it came from, for messages: `line 12`, or nothing when it is all of the input. */
  readonly place: string | undefined;
}

/** What is known of the input before it is read. */
export interface InputOptions {
  /** A file's path; `-` or nothing for stdin. */
  readonly path: string | undefined;
  /** Default: seen from the first bytes. */
  readonly format?: Format;
  /** Refuses data of another signal. Needed for protobuf, which does not say what it is. */
  readonly signal?: Signal;
  /** Told of members that OTLP does not know. */
  readonly onUnknown?: (path: string) => void;
  /** Told how many bytes were read so far. */
  readonly onProgress?: (bytesRead: number) => void;
}

const NEWLINE = 0x0a;

/**
 * Reads OTLP from a file or stdin, batch by batch: JSON lines stream, everything else is read whole.
 * Throws CommandError, or OtelWasmError `DECODE`, with the place of what is wrong.
 */
export async function* readBatches(options: InputOptions): AsyncGenerator<InputBatch> {
  const name = options.path === undefined || options.path === '-' ? 'stdin' : options.path;
  try {
    let count = 0;
    for await (const batch of batchesOf(linesOf(chunksOf(options)), options, name)) {
      count++;
      yield batch;
    }
    if (count === 0) throw new CommandError('the input is empty');
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith(name)) {
      throw new CommandError(`${name}: ${messageOf(error)}`, { cause: error });
    }
    throw error;
  }
}

async function* chunksOf({ path, onProgress }: InputOptions): AsyncGenerator<Buffer> {
  const stream = path === undefined || path === '-' ? process.stdin : createReadStream(path);
  let read = 0;
  for await (const chunk of stream) {
    read += (chunk as Buffer).length;
    onProgress?.(read);
    yield chunk as Buffer;
  }
}

/** Lines with their newlines, so that joined they are the input again. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end + 1)]);
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

async function* batchesOf(
  lines: AsyncGenerator<Buffer>,
  options: InputOptions,
  name: string,
): AsyncGenerator<InputBatch> {
  // Protobuf begins with the byte of a newline: its one field has number 1.
  const head: Buffer[] = [];
  let text = '';
  // Not with for await, which would close the lines when it breaks off.
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
  for await (const line of lines) head.push(line);
  const whole = Buffer.concat(head);
  const document = whole.toString('utf8').replace(/^\ufeff/, '');
  if (document.trim() === '') return;
  if (format === 'protobuf' || (format === undefined && isProtobuf(whole, options.signal))) {
    yield protobufBatch(whole, options, name);
  } else if (format === 'json' || /^\s*[[{]/.test(document)) {
    yield jsonBatch('json', document, 1, options);
  } else {
    const signal = options.signal === undefined ? '' : ` of ${options.signal}`;
    throw new CommandError(`this is neither OTLP JSON nor OTLP protobuf${signal}`);
  }
}

/** True for a line that is a whole document and ends as a line does. */
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
  if (first.trim() !== '') yield jsonBatch('jsonl', first, number, options);
  for await (const line of lines) {
    number++;
    const text = line.toString('utf8');
    if (text.trim() !== '') yield jsonBatch('jsonl', text, number, options);
  }
}

function jsonBatch(format: 'json' | 'jsonl', text: string, line: number, options: InputOptions): InputBatch {
  const json = parseJson(text, line);
  const place = format === 'jsonl' ? `line ${line}` : undefined;
  const inPlace = (message: string): CommandError =>
    new CommandError(place === undefined ? message : `${place}: ${message}`);
  const found = signalOfJson(json);
  if (found === undefined) {
    throw inPlace('this is not OTLP: it has none of resourceSpans, resourceMetrics and resourceLogs');
  }
  checkSignal(found, options.signal, inPlace);
  try {
    return { format, signal: found, bytes: otlpFromJson(found, json, options.onUnknown), place };
  } catch (error) {
    throw inPlace(messageOf(error));
  }
}

function checkSignal(
  found: Signal,
  wanted: Signal | undefined,
  error: (message: string) => CommandError,
): void {
  if (wanted !== undefined && found !== wanted)
    throw error(`the data is ${found}, the command is for ${wanted}`);
}

function protobufBatch(bytes: Uint8Array, { signal }: InputOptions, name: string): InputBatch {
  if (signal === undefined) {
    throw new CommandError(`${name}: protobuf does not say what it holds: add --signal ${SIGNALS.join('|')}`);
  }
  checkStructure(signal, bytes, 'items');
  // The order of its fields tells most data of one signal from another's: decoding it finds text where numbers belong.
  otlpToJson(signal, bytes);
  return { format: 'protobuf', signal, bytes, place: undefined };
}

function isProtobuf(bytes: Uint8Array, signal: Signal | undefined): boolean {
  return (signal === undefined ? SIGNALS : [signal]).some(candidate => {
    try {
      checkStructure(candidate, bytes, 'items');
      return true;
    } catch {
      return false;
    }
  });
}
