import { ByteReader } from '../wasm';

const ONE_BYTE = 0x80;
const LONG_REFERENCES: readonly number[] = [0x63, 0x64];

/** A function's body: the number of locals that it declares (without its parameters), and its code. */
export interface FunctionBody {
  readonly locals: number;
  readonly code: ByteReader;
}

export function readFunctionBody(body: ByteReader): FunctionBody {
  const code = new ByteReader(body.bytes, body.offset, body.end);
  let locals = 0;
  for (let groups = code.count(2); groups > 0; groups--) {
    locals += code.u32();
    // A long-form reference is followed by a heap type.
    if (LONG_REFERENCES.includes(code.byte())) while (code.byte() >= ONE_BYTE);
  }
  return { locals, code };
}
