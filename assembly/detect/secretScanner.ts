import { Text } from '../text';
import { LETTER, UPPER, is, startsWith } from './bytes';
import { isCard } from './card';
import { forgetJwt, isBasic, isBearer, isJwt, isPrivateKey } from './credentials';
import { DEFAULT_DETECTORS, Detector } from './detector';
import { isEmail } from './email';
import { foundEnd, foundStart } from './found';
import { isIban } from './iban';
import { isIpv4, isIpv6, isPhone } from './numbers';
import { foundDetector, isAzureKey, isAzureSecret, isByCapital, isByDash, isByUnderscore, isSlackUrl } from './tokens';
import { isTrigger, triggersAt } from './triggers';
import { SecretParameters, forgetUrl, isUrlPassword, isUrlSignature } from './url';

const LANES: usize = 16;
/** Minimum bytes of a number: of a card, or of an account number after its country code. */
const LEAST_NUMBER: usize = 13;
const LEAST_AFTER_DASH: usize = 11;

/**
 * Finds secrets and personal data in a text, with all detectors in one pass:
 *
 * ```ts
 * const scanner = new SecretScanner();                               // once
 *
 * if (scanner.find(text)) do hide(scanner.start, scanner.end, scanner.detector); while (scanner.findNext());
 * ```
 *
 * Matches are in text order and do not overlap. Nothing is allocated. Time is linear in the text; in hostile texts
 * each byte is read a few times.
 */
export class SecretScanner {
  /** The last match: offsets from the beginning of the text, and its detector. */
  start: usize = 0;
  end: usize = 0;
  detector: Detector = Detector.Card;
  private textStart: usize = 0;
  private textEnd: usize = 0;
  /** Where the scan continues. */
  private at: usize = 0;

  private parameters: SecretParameters = new SecretParameters();

  /** `detectors` has the bit `1 << detector` for each enabled detector. */
  constructor(private detectors: u32 = DEFAULT_DETECTORS) {}

  /** Adds names of query parameters with secret values to the built-in ones. Case matters. */
  addParameters(names: string[]): void {
    this.parameters.add(names);
  }

  /** Finds the first match. False when there is none. */
  find(text: Text): bool {
    return this.findIn(text.pointer, text.size);
  }

  /** `find` in `size` bytes at `pointer`. */
  @inline findIn(pointer: usize, size: usize): bool {
    this.textStart = this.at = pointer;
    this.textEnd = pointer + size;
    forgetUrl();
    forgetJwt();
    return this.findNext();
  }

  /** Finds the next match. */
  findNext(): bool {
    const floor = this.at;
    const end = this.textEnd;
    let at = floor;
    if (ASC_FEATURE_SIMD) {
      const addresses = this.wants(Detector.IpAddress);
      // The last bytes are scanned together with those after them, if there is memory.
      while (at < end && (at + LANES <= end || at + LANES <= <usize>memory.size() << 16)) {
        let places = triggersAt(at, addresses);
        if (at + LANES > end) places &= (1 << <u32>(end - at)) - 1;
        // Even an empty round of a loop has a cost.
        if (places != 0) {
          do {
            if (this.detectAt(at + ctz(places), floor)) return true;
            places &= places - 1;
          } while (places != 0);
        }
        at += LANES;
      }
    }
    for (; at < end; at++) {
      if (isTrigger(load<u8>(at)) && this.detectAt(at, floor)) return true;
    }
    this.at = end;
    return false;
  }

  /** Runs the detectors that the byte at `at` triggers. Matches begin at `floor` or later. */
  private detectAt(at: usize, floor: usize): bool {
    const end = this.textEnd;
    switch (load<u8>(at)) {
      case 0x20:
        if (at == floor) return false;
        if ((load<u8>(at - 1) | 0x20) == 0x72) return this.wants(Detector.Bearer) && isBearer(at, floor, end) && this.keep(Detector.Bearer);
        if ((load<u8>(at - 1) | 0x20) == 0x63) return this.wants(Detector.Basic) && isBasic(at, floor, end) && this.keep(Detector.Basic);
        return false;
      case 0x25:
        return this.wants(Detector.Email) && startsWith(at, end, '%40') && isEmail(at, floor, end) && this.keep(Detector.Email);
      case 0x2b:
        return this.wants(Detector.Phone) && isPhone(at, floor, end) && this.keep(Detector.Phone);
      case 0x2d:
        if (this.wants(Detector.PrivateKey) && isPrivateKey(at, floor, end)) return this.keep(Detector.PrivateKey);
        // All of these prefixes have a letter before the dash.
        if (end - at < LEAST_AFTER_DASH || at == floor || !is(at - 1, LETTER)) return false;
        return isByDash(at, floor, end) && this.keep(foundDetector);
      case 0x3a:
        return this.wants(Detector.IpAddress) && isIpv6(at, floor, end) && this.keep(Detector.IpAddress);
      case 0x3d:
        if (this.wants(Detector.Azure) && isAzureKey(at, floor, end)) return this.keep(Detector.Azure);
        return this.wants(Detector.UrlSignature) && isUrlSignature(this.parameters, at, floor, end) && this.keep(Detector.UrlSignature);
      case 0x40:
        if (this.wants(Detector.UrlPassword) && isUrlPassword(at, floor, end)) return this.keep(Detector.UrlPassword);
        return this.wants(Detector.Email) && isEmail(at, floor, end) && this.keep(Detector.Email);
      case 0x49:
        return isByCapital(at, floor, end) && this.keep(foundDetector);
      case 0x4a:
        return this.wants(Detector.Jwt) && isJwt(at, floor, end) && this.keep(Detector.Jwt);
      case 0x5f:
        return isByUnderscore(at, floor, end) && this.keep(foundDetector);
      case 0x7e:
        return this.wants(Detector.Azure) && isAzureSecret(at, floor, end) && this.keep(Detector.Azure);
      default:
        return this.lookAtDigit(at, floor);
    }
  }

  private lookAtDigit(at: usize, floor: usize): bool {
    const end = this.textEnd;
    // Numbers are reported at their first digit, and again at each boundary of 16 bytes.
    if (at > floor && <u32>load<u8>(at - 1) - 0x30 < 10) return false;
    if (end - at >= LEAST_NUMBER) {
      if (this.wants(Detector.Card) && areDigits(load<u32>(at)) && isCard(at, floor, end)) return this.keep(Detector.Card);
      if (at > floor && is(at - 1, UPPER)) {
        if (this.wants(Detector.Iban) && isIban(at, floor, end)) return this.keep(Detector.Iban);
        if (this.wants(Detector.Slack) && isSlackUrl(at, floor, end)) return this.keep(Detector.Slack);
      }
    }
    return this.wants(Detector.IpAddress) && isIpv4(at, floor, end) && this.keep(Detector.IpAddress);
  }

  @inline private wants(detector: Detector): bool {
    return ((this.detectors >> detector) & 1) != 0;
  }

  /** Records the match if its detector is enabled. */
  private keep(detector: Detector): bool {
    if (!this.wants(detector)) return false;
    this.detector = detector;
    this.start = foundStart - this.textStart;
    this.end = foundEnd - this.textStart;
    this.at = foundEnd;
    return true;
  }
}

/** True when four bytes are digits. */
@inline function areDigits(bytes: u32): bool {
  return (bytes & 0xf0f0f0f0) == 0x30303030 && ((bytes + 0x06060606) & 0xf0f0f0f0) == 0x30303030;
}
