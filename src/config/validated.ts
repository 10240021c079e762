import { Ajv, type ErrorObject } from 'ajv';

/** Keys and indices that lead to a value in a document. */
export type Path = readonly (string | number)[];

/** Creates the error for a problem with the value at a path, with its line. */
export type Fail = (at: Path, problem: string) => Error;

/** Shared by all files: it caches compiled schemas, and compiling takes longer than validating. */
let ajv: Ajv | undefined;

/**
 * Returns a value that a JSON Schema allows. Otherwise throws the error that `fail` creates for the first problem.
 * @param at the value's position in its document
 */
export function validated<T>(value: unknown, schema: object, fail: Fail, at: Path = []): T {
  const validate = (ajv ??= new Ajv({ allowUnionTypes: true })).compile<T>(schema);
  if (validate(value)) return value;
  const [error] = validate.errors as ErrorObject[];
  const path = [...at, ...error.instancePath.split('/').slice(1).map(unescapePointer)];
  const name = path.length === 0 ? 'the file' : path.join('.');
  const { additionalProperty, allowedValues } = error.params as {
    additionalProperty?: string;
    allowedValues?: string[];
  };
  if (additionalProperty !== undefined) {
    const allowed = allowedIn(error, schema);
    throw fail(
      [...path, additionalProperty],
      `${name} has no "${additionalProperty}": allowed are ${allowed}`,
    );
  }
  const choice = allowedValues !== undefined ? ` (${allowedValues.join(', ')})` : '';
  throw fail(path, `${name} ${error.message}${choice}`);
}

function allowedIn({ parentSchema, schemaPath }: ErrorObject, root: object): string {
  const schema = parentSchema ?? schemaAt(root, schemaPath.split('/').slice(1, -1).map(unescapePointer));
  const { properties = {}, patternProperties = {} } = schema as Record<
    'properties' | 'patternProperties',
    object
  >;
  const names = Object.keys(patternProperties).map(pattern =>
    pattern.includes('wasm') ? 'wasm/<name>' : 'otlphttp',
  );
  return [...Object.keys(properties), ...names].join(', ');
}

function schemaAt(root: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((schema, key) => (schema as Record<string, unknown>)[key], root);
}

/** JSON pointers escape `~` and `/`. In a schema's path they are also part of a URI. */
function unescapePointer(part: string): string {
  return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
}
