import { warnAboutSetting } from './warnings';

// Reads the environment as the OpenTelemetry specification requires: an empty variable is unset, an invalid one is
// logged and ignored.

/** The value of a variable; undefined when it is not set or blank. */
export function getStringFromEnv(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** A number; undefined when the variable is not set, blank or not a number. */
export function getNumberFromEnv(name: string): number | undefined {
  const text = getStringFromEnv(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  warnAboutSetting(`${name} is ${JSON.stringify(text)}: allowed is a number; using the default`);
  return undefined;
}

/** True for `true` in any case; anything else is false, as the specification requires. */
export function getBooleanFromEnv(name: string): boolean {
  const value = getStringFromEnv(name)?.trim().toLowerCase() ?? 'false';
  if (value !== 'true' && value !== 'false')
    warnAboutSetting(`${name} is ${JSON.stringify(value)}: allowed are true and false; using false`);
  return value === 'true';
}

/** The parts between commas, trimmed, without empty ones; undefined when it is not set. */
export function getStringListFromEnv(name: string): string[] | undefined {
  return getStringFromEnv(name)
    ?.split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
}
