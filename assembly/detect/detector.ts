/** The detectors of a `SecretScanner`. Each is one bit of its set: `1 << detector`. */
export const enum Detector {
  /** Payment cards: 13 to 19 digits with a known beginning, ungrouped or in groups, and a valid Luhn checksum. */
  Card = 0,
  /** International bank account numbers with their country's length and a remainder of 1 modulo 97. */
  Iban = 1,
  Email = 2,
  /** JSON web tokens. */
  Jwt = 3,
  /** Tokens after `Bearer`. */
  Bearer = 4,
  /** A Base64-encoded name and password after `Basic`. */
  Basic = 5,
  /** PEM blocks of private keys, even truncated ones. */
  PrivateKey = 6,
  /** `user:password` in a URL. */
  UrlPassword = 7,
  /** Values of query parameters that sign or authorize a request, as named in the semantic conventions. */
  UrlSignature = 8,
  Aws = 9,
  Google = 10,
  Azure = 11,
  GitHub = 12,
  GitLab = 13,
  Slack = 14,
  Stripe = 15,
  OpenAi = 16,
  Anthropic = 17,
  Npm = 18,
  /** International telephone numbers, from their `+` on. */
  Phone = 19,
  IpAddress = 20,
}

/** All but `Phone` and `IpAddress`, which occur in much telemetry that is not secret. */
export const DEFAULT_DETECTORS: u32 = (1 << Detector.Phone) - 1;

/** Names of the detectors in a guest's configuration, by `Detector`. */
export const DETECTOR_NAMES: string[] = [
  'card',
  'iban',
  'email',
  'jwt',
  'bearer',
  'basic',
  'private_key',
  'url_password',
  'url_signature',
  'aws',
  'google',
  'azure',
  'github',
  'gitlab',
  'slack',
  'stripe',
  'openai',
  'anthropic',
  'npm',
  'phone',
  'ip_address',
];
