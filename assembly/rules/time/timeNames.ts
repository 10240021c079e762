/** English names. The first three letters are the short names. */
export const MONTHS: StaticArray<string> = [
  'January', 'February', 'March', 'April', 'May', 'June',
  'July', 'August', 'September', 'October', 'November', 'December',
];
export const WEEKDAYS: StaticArray<string> = [
  'Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday',
];

/** The expansion of a composite directive into other directives. */
export function composed(directive: u32): string {
  switch (directive) {
    case 68: // D
    case 120: // x
      return '%m/%d/%Y';
    case 70: // F
      return '%Y-%m-%d';
    case 84: // T
    case 88: // X
      return '%H:%M:%S';
    case 114: // r
      return '%I:%M:%S %P';
    case 82: // R
      return '%H:%M';
    case 99: // c
      return '%a %b %d %H:%M:%S %Y';
    default:
      return '';
  }
}
