/** What a `SecretScanner` finds. Each is one bit of its set: `1 << detector`. */
export const enum Detector {
  /** Payment cards: 13 to 19 digits with a known beginning, alone or in groups, that Luhn's sum confirms. */
  Card = 0,
  /** International bank account numbers of their country's length, whose remainder by 97 is 1. */
  Iban = 1,
  Email = 2,
  /** JSON web tokens. */
  Jwt = 3,
  /** What follows `Bearer`. */
  Bearer = 4,
  /** What follows `Basic`, if it is a name and a password in Base64. */
  Basic = 5,
  /** PEM blocks of private keys, also when their end is cut off. */
  PrivateKey = 6,
  /** `user:password` in a URL. */
  UrlPassword = 7,
  /** Values of query parameters that sign or authorize a request, as semantic conventions name them. */
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

/** All but `Phone` and `IpAddress`, which are in much telemetry that is not secret. */
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
