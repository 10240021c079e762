/** One JSON document of a text that can contain several, and the line where it begins. */
export interface JsonDocument {
  readonly text: string;
  readonly line: number;
}

const OPENS = new Set('{[');
const CLOSES = new Set('}]');

/** Splits consecutive documents, as `cat a.json b.json` writes them. Text that is not JSON stays in one piece. */
export function splitDocuments(text: string): JsonDocument[] {
  const documents: JsonDocument[] = [];
  let start = 0;
  let line = 1;
  let lineOfStart = 1;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') line++;
    else if (character === '"') at = endOfString(text, at);
    else if (OPENS.has(character)) depth++;
    else if (CLOSES.has(character) && --depth === 0) {
      documents.push({ text: text.slice(start, at + 1), line: lineOfStart });
      start = at + 1;
      lineOfStart = line;
    }
  }
  const rest = text.slice(start);
  if (rest.trim() !== '' || documents.length === 0) documents.push({ text: rest, line: lineOfStart });
  return documents;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
