import { argumentNode, define } from '../../evaluate/call';
import { compare } from '../../values/compare';
import { decode } from '../../values/anyValue';
import { entryEnd, findEntry, showElement, valueEnd, valueStart } from '../../values/entries';
import { Op } from '../../program/ops';
import { Node } from '../../program/program';
import { data, dataNumber, part } from '../../records/state';
import { FALSE, Kind, TRUE, Val } from '../../values/val';
import { Wire } from 'otelwasm/assembly/protobuf/wire';

const POINTS: u32 = 1;

/** Whether a data point has the attribute; with `wanted`, whether the first data point that has it has this value. */
function anyPoint(key: Val, wanted: Val | null): bool {
  const start = dataNumber == 0 ? 0 : data.startOf(POINTS);
  if (start == 0) return false;
  const end = data.endOf(POINTS);
  for (let at = start; showElement(at, end); ) {
    at = entryEnd;
    part.bind(valueStart, valueEnd);
    const from = part.startOf(part.attributes);
    if (from == 0) continue;
    const map = Val.run(Kind.Map, (part.attributes << 3) | Wire.Bytes, from, part.endOf(part.attributes) - from);
    if (!findEntry(map, key.pointer, key.size)) continue;
    if (wanted === null) return true;
    const value = decode(valueStart, valueEnd);
    return compare(value.kind == Kind.Text ? value : Val.text(0, 0), wanted, Op.Equal);
  }
  return false;
}

define('HasAttrKeyOnDatapoint', (call: Node): Val | null =>
  anyPoint(argumentNode(call, 0)!.constant, null) ? TRUE : FALSE,
);

define('HasAttrOnDatapoint', (call: Node): Val | null =>
  anyPoint(argumentNode(call, 0)!.constant, argumentNode(call, 1)!.constant) ? TRUE : FALSE,
);
