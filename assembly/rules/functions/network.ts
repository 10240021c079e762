import { textArg } from './arguments';
import { ADDRESS, isV4, readAddress } from '../text/addresses';
import { arena } from '../values/arena';
import { argumentNode, define } from '../evaluate/call';
import { evaluate } from '../evaluate/evaluate';
import { error } from '../values/failure';
import { Node } from '../program/program';
import { FALSE, Kind, TRUE, Val } from '../values/val';

define('IsInCIDR', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  if (!readAddress(text)) return FALSE;
  const address = arena.copy(ADDRESS, 16);
  const isShort = isV4;
  const networks = argumentNode(call, 1)!;
  for (let i: u32 = 0; i < networks.count; i++) {
    const network = evaluate(networks.node(i));
    if (network === null) return null;
    if (network.kind != Kind.Text) return error('a network must be a string');
    const bits = readNetwork(network);
    if (bits < 0) return error('malformed network: expected an address, "/" and a number of bits');
    if (isV4 == isShort && hasSameStart(address, <u32>bits)) return TRUE;
  }
  return FALSE;
});

/** Parses `address/bits`. Returns the prefix length for a 128-bit address, or -1 if the text is malformed. */
function readNetwork(text: Val): i32 {
  let slash: usize = 0;
  while (slash < text.size && load<u8>(text.pointer + slash) != 47) slash++;
  const digits = text.size - slash - 1;
  if (slash == text.size || digits == 0 || digits > 3) return -1;
  let bits: i32 = 0;
  for (let i = slash + 1; i < text.size; i++) {
    const digit: i32 = <i32>load<u8>(text.pointer + i) - 48;
    if (digit < 0 || digit > 9) return -1;
    bits = bits * 10 + digit;
  }
  if (!readAddress(Val.text(text.pointer, slash))) return -1;
  let isWritten4 = true;
  for (let i: usize = 0; i < slash; i++) if (load<u8>(text.pointer + i) == 58) isWritten4 = false;
  if (bits > (isWritten4 ? 32 : 128)) return -1;
  return isWritten4 ? bits + 96 : bits;
}

function hasSameStart(address: usize, bits: u32): bool {
  const whole = bits >> 3;
  if (memory.compare(address, ADDRESS, whole) != 0) return false;
  const rest = bits & 7;
  return rest == 0 || (load<u8>(address + whole) ^ load<u8>(ADDRESS + whole)) >> <u8>(8 - rest) == 0;
}
