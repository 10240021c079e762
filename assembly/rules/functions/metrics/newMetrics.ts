// Functions that derive a new metric from the current one.
import { Wire } from 'otelwasm/assembly/protobuf/wire';
import { literalBool, literalText, textArg } from '../arguments';
import { define, hasArgument } from '../../evaluate/call';
import { AS_DOUBLE, AS_INT, ATTRIBUTES, attributesOf, beginNumberPoint, beginPoints, HISTOGRAM, nextPoint, number, point, SUMMARY } from '../../records/dataPoints';
import { withTag } from '../../values/anyValue';
import { withEntry } from '../../values/copies';
import { entryEnd, showElement, valueEnd, valueStart } from '../../values/entries';
import { RunBuilder } from '../../values/runBuilder';
import { error } from '../../values/failure';
import { addMessage, addMetric, DESCRIPTION, derivedMetric, NAME, putPoints, putText, Temporality, textOfItem, UNIT } from '../../records/newMetrics';
import { Node } from '../../program/program';
import { Record } from '../../records/record';
import { closeData, data, dataNumber, item } from '../../records/state';
import { textOf } from '../../text/texts';
import { Kind, NIL, Val } from '../../values/val';

const SUM_OF_POINT: u32 = 5;
const COUNT: u32 = 4;
const QUANTILES: u32 = 6;

/** Adds a sum metric with the counts or sums of the points. Points without a sum are omitted. */
function addSum(metric: Record, ofCounts: bool, temporality: u32, isMonotonic: bool, evenEmpty: bool): void {
  const points = new RunBuilder();
  let count = 0;
  beginPoints();
  while (nextPoint()) {
    const hasSum = point.find(SUM_OF_POINT, Wire.Fixed64);
    if (!ofCounts && !hasSum && dataNumber != SUMMARY) continue;
    const made = beginNumberPoint();
    if (ofCounts) made.putFixed64(AS_INT, point.fixed64(COUNT));
    else made.putFixed64(AS_DOUBLE, point.fixed64(SUM_OF_POINT));
    addMessage(points, made);
    count++;
  }
  if (count == 0 && !evenEmpty) return;
  putPoints(metric, points.end(Kind.List), temporality, isMonotonic);
  addMetric(metric);
}

// Arguments: whether the sum is monotonic, suffix.
function extract(call: Node, ofCounts: bool): Val | null {
  let temporality: u64 = Temporality.Cumulative;
  if (dataNumber != SUMMARY) temporality = dataNumber >= HISTOGRAM ? data.varint(2) : 0;
  if (temporality == 0) return error('only histograms and summaries have counts and sums');
  const unit = ofCounts ? textOf('1') : textOfItem(UNIT);
  const metric = derivedMetric(literalText(call, 1, textOf(ofCounts ? '_count' : '_sum')), unit);
  addSum(metric, ofCounts, <u32>temporality, literalBool(call, 0, false), false);
  return NIL;
}

define('extract_count_metric', (call: Node): Val | null => extract(call, true));
define('extract_sum_metric', (call: Node): Val | null => extract(call, false));

/** The temporality of a literal argument: delta or cumulative. */
export function temporalityArg(call: Node, index: u32): u32 {
  return load<u8>(literalText(call, index, NIL).pointer) == 100 ? Temporality.Delta : Temporality.Cumulative;
}

// Arguments: temporality, whether the sum is monotonic, suffix.
function summaryToSum(call: Node, ofCounts: bool): Val | null {
  if (dataNumber != SUMMARY) return NIL;
  const metric = derivedMetric(literalText(call, 2, textOf(ofCounts ? '_count' : '_sum')), textOfItem(UNIT));
  addSum(metric, ofCounts, temporalityArg(call, 0), literalBool(call, 1, false), true);
  return NIL;
}

define('convert_summary_count_val_to_sum', (call: Node): Val | null => summaryToSum(call, true));
define('convert_summary_sum_val_to_sum', (call: Node): Val | null => summaryToSum(call, false));

// Arguments: key of the attribute with the quantile, suffix.
define('convert_summary_quantile_val_to_gauge', (call: Node): Val | null => {
  if (dataNumber != SUMMARY) return NIL;
  const key = literalText(call, 0, textOf('quantile'));
  const metric = derivedMetric(literalText(call, 1, textOf('.quantiles')), textOfItem(UNIT));
  const points = new RunBuilder();
  const quantile = new Record();
  beginPoints();
  while (nextPoint()) {
    const end = point.endOf(QUANTILES);
    for (let at = point.startOf(QUANTILES); at != 0 && showElement(at, end); ) {
      at = entryEnd;
      quantile.bind(valueStart, valueEnd);
      const made = beginNumberPoint();
      const attributes = withEntry(attributesOf(made, ATTRIBUTES), key.pointer, key.size, Val.ofBits(Kind.Double, quantile.fixed64(1)));
      const run = withTag(attributes, (ATTRIBUTES << 3) | 2);
      made.put(ATTRIBUTES, run.pointer, run.pointer + run.size);
      made.putFixed64(AS_DOUBLE, quantile.fixed64(2));
      addMessage(points, number);
    }
  }
  putPoints(metric, points.end(Kind.List), 0, false);
  addMetric(metric);
  return NIL;
});

const copied: Record = new Record();

// Arguments: name, description, unit.
define('copy_metric', (call: Node): Val | null => {
  closeData();
  item.flush();
  copied.shape(12, 0);
  copied.bind(item.start, item.end);
  for (let i: u32 = 0; i < 3; i++) {
    if (!hasArgument(call, i)) continue;
    const text = textArg(call, i);
    if (text === null) {
      addMetric(copied);
      return null;
    }
    putText(copied, i == 0 ? NAME : i == 1 ? DESCRIPTION : UNIT, text);
  }
  addMetric(copied);
  return NIL;
});
