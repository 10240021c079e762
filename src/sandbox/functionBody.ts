import { ByteReader } from '../wasm';

const ONE_BYTE = 0x80;
const LONG_REFERENCES: readonly number[] = [0x63, 0x64];

/** A function's body: how many locals it declares, beside its parameters, and its code behind them. */
export interface FunctionBody {
  readonly locals: number;
  readonly code: ByteReader;
}

export function readFunctionBody(body: ByteReader): FunctionBody {
  const code = new ByteReader(body.bytes, body.offset, body.end);
  let locals = 0;
  for (let groups = code.count(2); groups > 0; groups--) {
    locals += code.u32();
    // A reference in its long form has a heap type behind it.
    if (LONG_REFERENCES.includes(code.byte())) while (code.byte() >= ONE_BYTE);
  }
  return { locals, code };
}
