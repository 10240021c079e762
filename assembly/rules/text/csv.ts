import { Builder } from '../values/builder';
import { Val } from '../values/val';

const QUOTE: u32 = 34;
const LINE_FEED: u32 = 10;

/** The fields of the last row that `readRow` parsed. */
export let fields: Array<Val> = [];

let at: usize = 0;
/** The end of the current line, before its line feed, and the end of the text. */
let lineEnd: usize = 0;
let end: usize = 0;
let comma: Val = changetype<Val>(0);
let isLazy: bool = false;

/**
 * Parses text as one row, like Go's encoding/csv and the Collector: line feeds are part of a field, and empty lines
 * are skipped. After a syntax error, the earlier fields of that line count; returns false if there are none.
 */
export function readRow(text: Val, delimiter: Val, lazyQuotes: bool): bool {
  const plain = withPlainLineEnds(text);
  fields = [];
  at = plain.pointer;
  end = at + plain.size;
  comma = delimiter;
  isLazy = lazyQuotes;
  while (at < end) {
    findLineEnd();
    if (at == lineEnd) {
      at++;
      continue;
    }
    const before = fields.length;
    if (!readLine() && fields.length == before) return false;
    at = lineEnd + 1;
    if (before > 0) joinAt(before);
  }
  return fields.length > 0;
}

/** Splits text at each delimiter. */
export function splitRow(text: Val, delimiter: Val): void {
  fields = [];
  at = text.pointer;
  lineEnd = end = at + text.size;
  comma = delimiter;
  for (;;) {
    const stop = commaFrom(at);
    fields.push(Val.text(at, stop - at));
    if (stop == lineEnd) return;
    at = stop + comma.size;
  }
}

/** Joins the first field of a line with the last field of the previous line. */
function joinAt(index: i32): void {
  const builder = new Builder();
  builder.value(fields[index - 1]);
  builder.byte(LINE_FEED);
  builder.value(fields[index]);
  fields[index - 1] = builder.text();
  fields.splice(index, 1);
}

function readLine(): bool {
  do {
    if (at < lineEnd && load<u8>(at) == QUOTE) {
      at++;
      if (!readQuoted()) return false;
      continue;
    }
    const stop = commaFrom(at);
    if (!isLazy) for (let i = at; i < stop; i++) if (load<u8>(i) == QUOTE) return false;
    fields.push(Val.text(at, stop - at));
    at = stop == lineEnd ? stop + 1 : stop + comma.size;
  } while (at <= lineEnd);
  return true;
}

/** Reads a field after its opening quote. After the last field, `at` is past the end of the line. */
function readQuoted(): bool {
  const builder = new Builder();
  for (;;) {
    while (at < lineEnd && load<u8>(at) != QUOTE) builder.byte(load<u8>(at++));
    if (at < lineEnd) {
      at++;
      if (at < lineEnd && load<u8>(at) == QUOTE) {
        builder.byte(load<u8>(at++));
        continue;
      }
      if (isComma(at)) {
        at += comma.size;
        fields.push(builder.text());
        return true;
      }
      if (at == lineEnd) break;
      if (!isLazy) return false;
      builder.byte(QUOTE);
    } else if (lineEnd < end) {
      builder.byte(LINE_FEED);
      at = lineEnd + 1;
      findLineEnd();
    } else if (isLazy) break;
    else return false;
  }
  fields.push(builder.text());
  at = lineEnd + 1;
  return true;
}

function findLineEnd(): void {
  lineEnd = at;
  while (lineEnd < end && load<u8>(lineEnd) != LINE_FEED) lineEnd++;
}

function isComma(position: usize): bool {
  return position + comma.size <= lineEnd && memory.compare(position, comma.pointer, comma.size) == 0;
}

function commaFrom(position: usize): usize {
  while (position < lineEnd && !isComma(position)) position++;
  return position;
}

function withPlainLineEnds(text: Val): Val {
  const builder = new Builder(text.size);
  for (let i: usize = 0; i < text.size; i++) {
    const byte = load<u8>(text.pointer + i);
    const isReturn = byte == 13 && (i + 1 == text.size || load<u8>(text.pointer + i, 1) == LINE_FEED);
    if (!isReturn) builder.byte(byte);
  }
  return builder.text();
}
