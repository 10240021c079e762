import { known } from '../time/zone';
import { error } from './failure';
import { Op } from '../program/ops';
import { Kind, Val } from './val';

/** Arithmetic: on integers, on doubles if one operand is a double, and sums and differences of times and durations. */
export function calculate(op: Op, a: Val, b: Val): Val | null {
  if (a.kind == Kind.Int && b.kind == Kind.Int) return integers(op, a.int, b.int);
  if (isNumber(a) && isNumber(b)) return doubles(op, asDouble(a), asDouble(b));
  if (a.kind == Kind.Time || a.kind == Kind.Duration) return times(op, a, b);
  return error('arithmetic needs numbers, times or durations');
}

@inline function isNumber(value: Val): bool {
  return value.kind == Kind.Int || value.kind == Kind.Double;
}

@inline function asDouble(value: Val): f64 {
  return value.kind == Kind.Int ? <f64>value.int : value.double;
}

function integers(op: Op, a: i64, b: i64): Val | null {
  switch (op) {
    case Op.Add:
      return Val.int(a + b);
    case Op.Subtract:
      return Val.int(a - b);
    case Op.Multiply:
      return Val.int(a * b);
    default:
      if (b == 0) return error('division by 0');
      // WebAssembly traps on the one quotient that overflows; the rules language wraps.
      return Val.int(b == -1 ? -a : a / b);
  }
}

function doubles(op: Op, a: f64, b: f64): Val | null {
  switch (op) {
    case Op.Add:
      return Val.double(a + b);
    case Op.Subtract:
      return Val.double(a - b);
    case Op.Multiply:
      return Val.double(a * b);
    default:
      return b == 0 ? error('division by 0') : Val.double(a / b);
  }
}

function times(op: Op, a: Val, b: Val): Val | null {
  const isTime = b.kind == Kind.Time;
  if (!isTime && b.kind != Kind.Duration) return error('times and durations combine only with times and durations');
  if (op == Op.Add) {
    if (a.kind == Kind.Time && isTime) return error('two times cannot be added');
    const sum = Val.int(a.int + b.int);
    sum.kind = a.kind == Kind.Time || isTime ? Kind.Time : Kind.Duration;
    sum.tag = isTime ? b.tag : a.tag;
    return sum.kind == Kind.Time ? known(sum) : sum;
  }
  if (op != Op.Subtract) return error('times and durations can only be added and subtracted');
  if (isTime && a.kind == Kind.Duration) return error('a time cannot be subtracted from a duration');
  const difference = Val.int(a.int - b.int);
  difference.kind = isTime || a.kind == Kind.Duration ? Kind.Duration : Kind.Time;
  difference.tag = difference.kind == Kind.Time ? a.tag : 0;
  return difference.kind == Kind.Time ? known(difference) : difference;
}

export function negate(value: Val): Val | null {
  if (value.kind == Kind.Int) return Val.int(-value.int);
  if (value.kind == Kind.Double) return Val.double(-value.double);
  return error('only a number can be negated');
}
