import { durationArg, intArg, literalText, textArg, timeArg } from './arguments';
import { Builder } from '../values/builder';
import { argumentNode, define, hasArgument } from '../evaluate/call';
import { parseDuration } from '../time/durations';
import { error } from '../values/failure';
import { Node } from '../program/program';
import { day, floorDivide, hour, minute, month, nanos, second, split, weekday, year } from '../time/time';
import { formatTime } from '../time/timeFormat';
import { readTime } from '../time/timeReader';
import { known } from '../time/zone';
import { now } from 'otelwasm/assembly/host';
import { Kind, Val } from '../values/val';

define('Duration', (call: Node): Val | null => {
  const text = textArg(call, 0);
  return text === null ? null : parseDuration(text);
});

function shown(call: Node): bool {
  const time = timeArg(call, 0);
  if (time === null) return false;
  split(time);
  return true;
}

define('Year', (call: Node): Val | null => (shown(call) ? Val.int(year) : null));
define('Month', (call: Node): Val | null => (shown(call) ? Val.int(month) : null));
define('Day', (call: Node): Val | null => (shown(call) ? Val.int(day) : null));
define('Hour', (call: Node): Val | null => (shown(call) ? Val.int(hour) : null));
define('Minute', (call: Node): Val | null => (shown(call) ? Val.int(minute) : null));
define('Second', (call: Node): Val | null => (shown(call) ? Val.int(second) : null));
define('Nanosecond', (call: Node): Val | null => (shown(call) ? Val.int(nanos) : null));
define('Weekday', (call: Node): Val | null => (shown(call) ? Val.int(weekday) : null));

function since1970(call: Node, unit: i64): Val | null {
  const time = timeArg(call, 0);
  return time === null ? null : Val.int(floorDivide(time.int, unit));
}

define('UnixNano', (call: Node): Val | null => since1970(call, 1));
define('UnixMicro', (call: Node): Val | null => since1970(call, 1_000));
define('UnixMilli', (call: Node): Val | null => since1970(call, 1_000_000));
define('UnixSeconds', (call: Node): Val | null => since1970(call, 1_000_000_000));

/** A duration in units, as a double. Like Go, it converts whole units and the rest separately. */
function inUnits(call: Node, unit: i64): Val | null {
  const duration = durationArg(call, 0);
  if (duration === null) return null;
  const whole = duration.int / unit;
  return Val.double(<f64>whole + <f64>(duration.int - whole * unit) / <f64>unit);
}

function wholeUnits(call: Node, unit: i64): Val | null {
  const duration = durationArg(call, 0);
  return duration === null ? null : Val.int(duration.int / unit);
}

define('Hours', (call: Node): Val | null => inUnits(call, 3_600_000_000_000));
define('Minutes', (call: Node): Val | null => inUnits(call, 60_000_000_000));
define('Seconds', (call: Node): Val | null => inUnits(call, 1_000_000_000));
define('Milliseconds', (call: Node): Val | null => wholeUnits(call, 1_000_000));
define('Microseconds', (call: Node): Val | null => wholeUnits(call, 1_000));
define('Nanoseconds', (call: Node): Val | null => wholeUnits(call, 1));

define('Now', (call: Node): Val | null => Val.ofBits(Kind.Time, now()));

define('Unix', (call: Node): Val | null => {
  const seconds = intArg(call, 0);
  if (seconds === null) return null;
  let rest: i64 = 0;
  if (hasArgument(call, 1)) {
    const given = intArg(call, 1);
    if (given === null) return null;
    rest = given.int;
  }
  if (seconds.int > 9223372035 || seconds.int < -9223372035) return error('a time must be in 1678 to 2261');
  return Val.ofBits(Kind.Time, <u64>(seconds.int * 1_000_000_000 + rest));
});

define('TruncateTime', (call: Node): Val | null => {
  const time = timeArg(call, 0);
  if (time === null) return null;
  const unit = durationArg(call, 1);
  if (unit === null) return null;
  if (unit.int <= 0) return time;
  // Units are counted from the year 1.
  const SECONDS_TO_1970: i64 = 62_135_596_800;
  let offset = SECONDS_TO_1970 % unit.int;
  // Multiplies by 10^9 in steps that do not overflow.
  for (let i = 0; i < 9; i++) offset = (offset * 10) % unit.int;
  const rest = ((((time.int % unit.int) + unit.int) % unit.int) + offset) % unit.int;
  const result = Val.ofBits(Kind.Time, time.bits - <u64>rest);
  result.tag = time.tag;
  return known(result);
});

// Arguments: text, format, table of a location (omitted for UTC).
define('Time', (call: Node): Val | null => {
  const text = textArg(call, 0);
  if (text === null) return null;
  if (text.size == 0) return error('an empty string is not a time');
  const zone = hasArgument(call, 2) ? argumentNode(call, 2)!.constant.pointer : 0;
  return readTime(text, literalText(call, 1, text), zone);
});

define('FormatTime', (call: Node): Val | null => {
  const time = timeArg(call, 0);
  if (time === null) return null;
  const builder = new Builder();
  formatTime(builder, time, literalText(call, 1, time));
  return builder.text();
});
