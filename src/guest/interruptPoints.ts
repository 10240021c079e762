import { ByteReader } from './byteReader';
import { joinBytes, leb128 } from './byteWriter';
import { BULK_OPERATIONS, BULK_PREFIX, skipInstruction } from './instructions';
import { type ModuleInfo, SECTION } from './moduleInfo';

/** `() -> ()`, and a function that does nothing: no locals, end. */
const EMPTY_TYPE = [0x60, 0, 0];
const EMPTY_BODY = [2, 0, 0x0b];
const CALL = 0x10;

/**
 * The module with a call of an empty function before each bulk memory and table instruction.
 *
 * The engine looks at a time limit where functions begin, and in loops only after so many bytes of code. A few bytes
 * that fill 256 MiB, one after the other or in a loop, so ran for minutes beyond any limit, on a thread that not even
 * `terminate()` could end. With the calls it is one such instruction, at most.
 *
 * Functions without these instructions are left as they are, and not even read. Throws `GUEST_INVALID`.
 */
export function addInterruptPoints(
  bytes: Uint8Array<ArrayBuffer>,
  info: ModuleInfo,
): Uint8Array<ArrayBuffer> {
  const code = info.sections.get(SECTION.code);
  if (code === undefined) return bytes;
  const imported = info.imports.filter(({ kind }) => kind === 'function').length;
  const reader = new ByteReader(bytes, code.payload, code.end);
  const functions = reader.count();
  const call = [CALL, ...leb128(imported + functions)];
  const bodies: Uint8Array[] = [];
  let copied = reader.offset;
  for (let left = functions; left > 0; left--) {
    const start = reader.offset;
    const body = reader.section(reader.u32());
    const points = bulkInstructions(body);
    if (points.length === 0) continue;
    bodies.push(bytes.subarray(copied, start), withCalls(bytes, body, points, call));
    copied = body.end;
  }
  if (bodies.length === 0) return bytes;
  bodies.push(bytes.subarray(copied, code.end));
  return joinBytes(
    replaced(bytes, info, [
      [SECTION.type, appended(bytes, info, SECTION.type, EMPTY_TYPE)],
      [SECTION.function, appended(bytes, info, SECTION.function, leb128(countOf(bytes, info, SECTION.type)))],
      [SECTION.code, [Uint8Array.from(leb128(functions + 1)), ...bodies, Uint8Array.from(EMPTY_BODY)]],
    ]),
  );
}

/** Where such instructions begin in a function's body. */
function bulkInstructions(body: ByteReader): number[] {
  const points: number[] = [];
  if (!mayHoldBulkInstruction(body)) return points;
  const code = new ByteReader(body.bytes, body.offset, body.end);
  for (let groups = code.count(); groups > 0; groups--) {
    code.u32();
    skipLocalType(code);
  }
  while (!code.done) {
    const at = code.offset;
    if (code.bytes[at] === BULK_PREFIX) {
      const operation = new ByteReader(code.bytes, at + 1, code.end).u32();
      if (BULK_OPERATIONS.has(operation)) points.push(at);
    }
    skipInstruction(code);
  }
  return points;
}

/** Whether the two bytes that such an instruction begins with are there at all: few functions need the long look. */
function mayHoldBulkInstruction({ bytes, offset, end }: ByteReader): boolean {
  const body = bytes.subarray(offset, end);
  for (let at = body.indexOf(BULK_PREFIX); at >= 0; at = body.indexOf(BULK_PREFIX, at + 1)) {
    // The number is LEB128, perhaps of more bytes than it needs: its low 7 bits are in the first.
    if (BULK_OPERATIONS.has(body[at + 1] & 0x7f)) return true;
  }
  return false;
}

const LONG_REFERENCES: readonly number[] = [0x63, 0x64];

function skipLocalType(code: ByteReader): void {
  if (LONG_REFERENCES.includes(code.byte())) while (code.byte() >= 0x80);
}

/** The body with its new size, and the call at each of the points. */
function withCalls(
  bytes: Uint8Array,
  body: ByteReader,
  points: readonly number[],
  call: readonly number[],
): Uint8Array {
  const parts: Uint8Array[] = [];
  const inserted = Uint8Array.from(call);
  let copied = body.offset;
  for (const point of points) {
    parts.push(bytes.subarray(copied, point), inserted);
    copied = point;
  }
  parts.push(bytes.subarray(copied, body.end));
  const size = body.end - body.offset + points.length * call.length;
  return joinBytes([Uint8Array.from(leb128(size)), ...parts]);
}

function countOf(bytes: Uint8Array, info: ModuleInfo, id: number): number {
  const section = info.sections.get(id);
  return section === undefined ? 0 : new ByteReader(bytes, section.payload, section.end).u32();
}

/** The payload of a section that is a list, with one more entry. */
function appended(bytes: Uint8Array, info: ModuleInfo, id: number, entry: readonly number[]): Uint8Array[] {
  const section = info.sections.get(id);
  const reader = new ByteReader(bytes, section?.payload, section?.end ?? 0);
  if (section === undefined) throw reader.invalid(`section ${id} is missing`);
  const count = reader.u32();
  return [
    Uint8Array.from(leb128(count + 1)),
    bytes.subarray(reader.offset, section.end),
    Uint8Array.from(entry),
  ];
}

/** The file with other payloads in some sections, which must stand in the order of their numbers. */
function replaced(
  bytes: Uint8Array,
  info: ModuleInfo,
  payloads: readonly (readonly [id: number, payload: readonly Uint8Array[]])[],
): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (const [id, payload] of payloads) {
    const section = info.sections.get(id)!;
    if (section.start < copied)
      throw new ByteReader(bytes, section.start).invalid(`section ${id} is out of order`);
    const size = payload.reduce((sum, part) => sum + part.length, 0);
    parts.push(bytes.subarray(copied, section.start), Uint8Array.from([id, ...leb128(size)]), ...payload);
    copied = section.end;
  }
  parts.push(bytes.subarray(copied));
  return parts;
}
