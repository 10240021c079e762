import { error } from '../values/failure';
import { Kind, Val } from '../values/val';

/** Parses a duration such as `1h15m30.5s`. Returns null, with the reason, if it is malformed. */
export function parseDuration(text: Val): Val | null {
  let at = text.pointer;
  const end = at + text.size;
  let isNegative = false;
  if (at < end && (load<u8>(at) == 43 || load<u8>(at) == 45)) isNegative = load<u8>(at++) == 45;
  if (end - at == 1 && load<u8>(at) == 48) return Val.ofBits(Kind.Duration, 0);
  if (at == end) return none();
  let total: u64 = 0;
  while (at < end) {
    let whole: u64 = 0;
    let digits = 0;
    while (at < end && isDigit(at)) {
      if (whole > ((<u64>1) << 63) / 10) return none();
      whole = whole * 10 + (load<u8>(at++) - 48);
      digits++;
    }
    let part: f64 = 0;
    let fraction: u64 = 0;
    let scale: f64 = 1;
    if (at < end && load<u8>(at) == 46) {
      at++;
      while (at < end && isDigit(at)) {
        if (fraction < ((<u64>1) << 63) / 10 - 10) {
          fraction = fraction * 10 + (load<u8>(at) - 48);
          scale *= 10;
        }
        at++;
        digits++;
      }
    }
    if (digits == 0) return none();
    const unitStart = at;
    while (at < end && load<u8>(at) != 46 && !isDigit(at)) at++;
    const unit = unitOf(String.UTF8.decodeUnsafe(unitStart, at - unitStart));
    if (unit == 0) return none();
    if (whole > ((<u64>1) << 63) / unit) return none();
    part = <f64>fraction * (<f64>unit / scale);
    total += whole * unit + <u64>part;
    if (total > (<u64>1) << 63) return none();
  }
  if (isNegative) return Val.ofBits(Kind.Duration, 0 - total);
  return total > <u64>i64.MAX_VALUE ? none() : Val.ofBits(Kind.Duration, total);
}

function none(): Val | null {
  return error('the string is not a duration');
}

@inline function isDigit(at: usize): bool {
  return load<u8>(at) >= 48 && load<u8>(at) <= 57;
}

function unitOf(name: string): u64 {
  if (name == 'ns') return 1;
  if (name == 'us' || name == '\u00b5s' || name == '\u03bcs') return 1_000;
  if (name == 'ms') return 1_000_000;
  if (name == 's') return 1_000_000_000;
  if (name == 'm') return 60_000_000_000;
  return name == 'h' ? 3_600_000_000_000 : 0;
}

/** Formats a duration like Go: `1h2m3.5s`, and `1.5ms` below a second. */
export function formatDuration(value: i64): string {
  if (value == 0) return '0s';
  const sign = value < 0 ? '-' : '';
  const left: u64 = value < 0 ? 0 - <u64>value : <u64>value;
  if (left < 1000) return sign + left.toString() + 'ns';
  if (left < 1000000) return sign + decimal(left, 1000) + '\u00b5s';
  if (left < 1000000000) return sign + decimal(left, 1000000) + 'ms';
  const minutes = left / 60000000000;
  const seconds = decimal(left % 60000000000, 1000000000) + 's';
  if (minutes == 0) return sign + seconds;
  if (minutes < 60) return sign + minutes.toString() + 'm' + seconds;
  return sign + (minutes / 60).toString() + 'h' + (minutes % 60).toString() + 'm' + seconds;
}

function decimal(value: u64, unit: u64): string {
  const rest = value % unit;
  if (rest == 0) return (value / unit).toString();
  let digits = (unit + rest).toString().substring(1);
  while (digits.endsWith('0')) digits = digits.substring(0, digits.length - 1);
  return (value / unit).toString() + '.' + digits;
}
