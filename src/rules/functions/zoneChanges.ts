/** From a moment on (seconds since 1970), a location is this number of seconds ahead of UTC. */
export interface ZoneChange {
  readonly from: number;
  readonly offset: number;
}

/** The covered years: 1970, since which time zones are recorded without gaps, to 2099. */
export const LAST_SECOND = Date.UTC(2100, 0) / 1000;

/** Seconds between two samples: no location changed its clocks and reverted the change within a week. */
const STEP = 7 * 86_400;

/** All changes of a location's UTC offset, from JavaScript's time zones. Undefined for an unknown location. */
export function zoneChanges(location: string): ZoneChange[] | undefined {
  // Intl accepts any case, and offsets.
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(location)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: location, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  const offsetAt = (seconds: number): number => offsetOf(format.format(seconds * 1000));
  const changes: ZoneChange[] = [];
  for (let before = 0, offset = NaN; before < LAST_SECOND;) {
    let at = changes.length === 0 ? 0 : before + STEP;
    const after = offsetAt(at);
    if (after !== offset) {
      // Finds the first second with another offset.
      while (at - before > 1) {
        const middle = Math.floor((before + at) / 2);
        if (offsetAt(middle) === offset) before = middle;
        else at = middle;
      }
      offset = offsetAt(at);
      changes.push({ from: at, offset });
    }
    before = at;
  }
  return changes;
}

/** Parses `1/1/1970, GMT-05:00`. UTC itself has no digits. */
function offsetOf(text: string): number {
  const [, sign, hours, minutes, seconds = 0] = /GMT([-+])(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}
