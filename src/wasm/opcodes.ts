/** Instructions that the host inserts into modules or searches for. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  call: 0x10,
  callIndirect: 0x11,
  callRef: 0x14,
  delegate: 0x18,
  catchAll: 0x19,
  tryTable: 0x1f,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i32Eqz: 0x45,
  i32GtU: 0x4b,
  i32GeS: 0x4e,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
  brOnNull: 0xd5,
  brOnNonNull: 0xd6,
} as const;

/** throw, rethrow, throw_ref. */
export const THROWS: readonly number[] = [0x08, 0x09, 0x0a];
/** call, call_indirect, call_ref, and their tail-call forms. */
export const CALLS: readonly number[] = [0x10, 0x11, 0x12, 0x13, 0x14, 0x15];
