/** A number as JSON. */
export function doubleText(value: f64): string {
  if (value == 0) return reinterpret<u64>(value) == 0 ? '0' : '-0';
  const text = value.toString();
  return text.endsWith('.0') ? text.substring(0, text.length - 2) : text.replace('.0e', 'e');
}

/** A double that JSON cannot represent, as Go prints it. */
export function infinityText(value: f64): string {
  return isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
