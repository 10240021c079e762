import { types } from 'node:util';
import { quote } from '../abi';

/**
 * A value as JSON text. JSON.stringify turns a Map into `{}` and NaN into `null`, and omits functions, so a guest
 * would get an incomplete configuration. This function refuses everything but plain objects, arrays, text, finite
 * numbers, booleans and null. Properties that are undefined are left out.
 * @param name the name of the value, for messages
 * @throws RangeError that names the place and quotes the value
 */
export function jsonText(name: string, value: unknown): string {
  check(value, name, new Set());
  return JSON.stringify(value ?? null);
}

function check(value: unknown, path: string, around: Set<object>): void {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean')
    return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value !== 'object' || types.isProxy(value) || !(Array.isArray(value) || isPlain(value)))
    fail(path, value);
  if (around.has(value)) throw new RangeError(`${path} contains itself`);
  around.add(value);
  if (Array.isArray(value)) {
    value.forEach((item, index) =>
      item === undefined ? fail(`${path}[${index}]`, item) : check(item, `${path}[${index}]`, around),
    );
  } else for (const [name, item] of Object.entries(value)) check(item, `${path}.${name}`, around);
  around.delete(value);
}

/** Checks the prototypes instead of their identity: test runners pass objects of another realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !('toJSON' in value));
}

function fail(path: string, value: unknown): never {
  throw new RangeError(`${path} is ${quote(value)}`);
}
