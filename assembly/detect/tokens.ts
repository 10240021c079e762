/** Keys and tokens with unambiguous prefixes. */
import { ALPHANUMERIC, BASE64_SIGN, BASE64_URL, DIGIT, LOWER, TOKEN_SIGN, UPPER, endsWith, is, skipForward, skipBack, startsWith } from './bytes';
import { Detector } from './detector';
import { found } from './found';

/** The detector of the match; set by functions that search for several kinds. */
export let foundDetector: i32 = 0;

function keep(detector: i32, start: usize, end: usize): bool {
  foundDetector = detector;
  return found(start, end);
}

/** True when `prefix` ends before `at` and is not part of a longer word. */
function begins(at: usize, start: usize, prefix: string): bool {
  if (!endsWith(at, start, prefix)) return false;
  const first = at - prefix.length;
  return first == start || !is(first - 1, ALPHANUMERIC);
}

/** `AKIA...` and `AIza...`, by the I at `at`. */
export function isByCapital(at: usize, start: usize, end: usize): bool {
  if (startsWith(at, end, 'IA') && at - start >= 2 && load<u8>(at - 2) == 0x41) {
    // Access keys of users, of sessions, of bearers.
    const second = load<u8>(at - 1);
    if (second != 0x4b && second != 0x53 && second != 0x42) return false;
    const first = at - 2;
    if (first > start && is(first - 1, ALPHANUMERIC)) return false;
    const last = skipForward(first, end, UPPER | DIGIT);
    return last - first == 20 && (last >= end || !is(last, LOWER)) && keep(Detector.Aws, first, last);
  }
  if (!startsWith(at, end, 'Iza') || !begins(at, start, 'A')) return false;
  const last = skipForward(at, end, BASE64_URL);
  return last - at >= 38 && keep(Detector.Google, at - 1, last);
}

/** `ghp_...`, `github_pat_...`, `sk_live_...`, `whsec_...`, `npm_...`, by the last _ of their prefix, at `at`. */
export function isByUnderscore(at: usize, start: usize, end: usize): bool {
  const body = at + 1;
  const last = skipForward(body, end, ALPHANUMERIC);
  const size = last - body;
  if (size >= 36) {
    if (begins(body, start, 'npm_')) return keep(Detector.Npm, at - 3, last);
    if (at - start >= 3 && begins(at - 1, start, 'gh') && isOneOf(load<u8>(at - 1), 'pousr')) {
      return keep(Detector.GitHub, at - 3, last);
    }
  }
  if (size >= 20 && begins(body, start, 'github_pat_')) {
    return keep(Detector.GitHub, body - 11, skipForward(body, end, BASE64_URL));
  }
  if (size >= 10) {
    const mode: usize = endsWith(body, start, '_live_') ? 6 : endsWith(body, start, '_test_') ? 6 : 0;
    if (mode > 0 && (begins(body - mode, start, 'sk') || begins(body - mode, start, 'rk'))) {
      return keep(Detector.Stripe, body - mode - 2, last);
    }
    if (size >= 24 && begins(body, start, 'whsec_')) return keep(Detector.Stripe, body - 6, last);
  }
  return false;
}

/** `sk-...`, `glpat-...`, `xoxb-...`, `GOCSPX-...`, by the first - at `at`. */
export function isByDash(at: usize, start: usize, end: usize): bool {
  const body = at + 1;
  const first = skipBack(at, start, ALPHANUMERIC);
  const size = at - first;
  if (size < 2 || size > 6) return false;
  const detector = detectorOf(first, at, size);
  if (detector < 0) return false;
  // A long run would be scanned repeatedly, so its beginning decides.
  const near = skipForward(body, min(end, body + MOST_LOOKED_AT), BASE64_URL);
  const length = near - body;
  if (length < (detector == Detector.Slack ? 10 : 20)) return false;
  if (detector == Detector.Slack && !is(body, DIGIT)) return false;
  if (detector == Detector.OpenAi && startsWith(body, end, 'ant-')) {
    return keep(Detector.Anthropic, first, skipForward(near, end, BASE64_URL));
  }
  // Many texts contain words joined by dashes.
  if ((detector == Detector.OpenAi || detector == Detector.GitLab) && !isMixed(body, near)) return false;
  return keep(detector, first, skipForward(near, end, detector == Detector.GitLab ? BASE64_URL | TOKEN_SIGN : BASE64_URL));
}

const MOST_LOOKED_AT: usize = 256;

/** The detector whose keys begin with the text before the dash; -1 for none. */
function detectorOf(first: usize, at: usize, size: usize): i32 {
  if (size == 2) return startsWith(first, at, 'sk') ? Detector.OpenAi : -1;
  if (size == 4 && startsWith(first, at, 'xapp')) return Detector.Slack;
  if (size == 4 && startsWith(first, at, 'xox')) return isOneOf(load<u8>(at - 1), 'abeoprs') ? Detector.Slack : -1;
  if (size >= 4 && startsWith(first, at, 'gl')) return skipForward(first, at, LOWER) == at ? Detector.GitLab : -1;
  return startsWith(first, at, 'GOCSPX') ? Detector.Google : -1;
}

/** True for digits and letters, as in random texts. */
function isMixed(first: usize, last: usize): bool {
  let seen: u32 = 0;
  for (let at = first; at < last; at++) {
    if (is(at, DIGIT)) seen |= 1;
    else if (is(at, UPPER)) seen |= 2;
    else if (is(at, LOWER)) seen |= 4;
  }
  return (seen & 1) != 0 && seen != 1 && isRandom(first, last, seen);
}

/** True with both cases and digits. With one case, a run without a dash must contain both letters and digits. */
function isRandom(first: usize, last: usize, seen: u32): bool {
  if (seen == 7) return true;
  for (let at = first; at < last; ) {
    const run = skipForward(at, last, ALPHANUMERIC);
    if (run - at >= 16) {
      let kinds: u32 = 0;
      for (let i = at; i < run; i++) kinds |= is(i, DIGIT) ? 1 : 2;
      if (kinds == 3) return true;
    }
    at = run + 1;
  }
  return false;
}

const SLACK_URL = 'hooks.slack.com/services/';

/** The path of a webhook URL after the host, `T.../B.../...`, by its first digit at `at`. */
export function isSlackUrl(at: usize, start: usize, end: usize): bool {
  const first = at - 1;
  if (load<u8>(first) != 0x54 || !endsWith(first, start, SLACK_URL)) return false;
  let last = at;
  while (last < end && (is(last, ALPHANUMERIC) || load<u8>(last) == 0x2f)) last++;
  return found(first, last);
}

/** `AccountKey=...`, `SharedAccessKey=...`, by the = at `at`. */
export function isAzureKey(at: usize, start: usize, end: usize): bool {
  if (!endsWith(at, start, 'AccountKey') && !endsWith(at, start, 'SharedAccessKey')) return false;
  const last = skipForward(at + 1, end, ALPHANUMERIC | BASE64_SIGN);
  return last - at > 40 && found(at + 1, last);
}

/** A secret of an Azure application, by its ~ at `at`: three characters, a digit, `Q~`, some 34 characters. */
export function isAzureSecret(at: usize, start: usize, end: usize): bool {
  const first = at - 5;
  if (at - start < 5 || load<u8>(at - 1) != 0x51 || !is(at - 2, DIGIT)) return false;
  for (let i = first; i < at - 2; i++) if (!is(i, BASE64_URL | TOKEN_SIGN)) return false;
  const last = skipForward(at + 1, min(end, at + 40), BASE64_URL | TOKEN_SIGN);
  return last - at > 31 && last - at < 38 && found(first, last);
}

function isOneOf(byte: u32, characters: string): bool {
  for (let i = 0; i < characters.length; i++) if (<u32>characters.charCodeAt(i) == byte) return true;
  return false;
}
