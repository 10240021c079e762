import type { PathNode } from '../ottl';
import {
  ACCESSES,
  BY_KIND,
  type Context,
  type ContextName,
  contextNamed,
  CONTEXTS,
  type Field,
  RECORDS,
} from '../paths';
import type { Code } from '../program';
import { suggestion } from './problems';

/** Types of fields that keys can follow. */
const INDEXABLE: ReadonlySet<string> = new Set(['map', 'value', 'cache', 'traceState']);

type Fail = (node: { start: number; end: number }, message: string) => undefined;

/** Finds the field that a path names in a context. Reports problems to `fail`. */
export function checkPath(
  path: PathNode,
  context: Context,
  keyCode: (index: number) => Code | undefined,
  fail: Fail,
): Code | undefined {
  if (path.fields[0].name === 'otelcol')
    return fail(path, '"otelcol" is not supported: it describes the receiver and the client of a Collector');
  const owner = ownerOf(path, context);
  const fields = owner === undefined ? path.fields : path.fields.slice(1);
  const { record, fields: known } = CONTEXTS[owner ?? context.name];
  const last = fields[fields.length - 1];
  const stray = fields.slice(0, -1).find(({ keys }) => keys.length > 0);
  if (stray) return fail(stray, `"${stray.name}" cannot be indexed here`);
  const name = fields.map(field => field.name).join('.');
  if (name === 'cache') {
    if (owner !== undefined && owner !== context.name)
      return fail(
        path,
        `a statement about a ${context.name} can use only its own cache: "${context.name}.cache"`,
      );
  }
  const field: Field | undefined =
    name === 'cache' ? { access: 'cache', field: 0 } : Object.hasOwn(known, name) ? known[name] : undefined;
  if (field === undefined) {
    const all = [...Object.keys(known), 'cache'];
    return fail(
      path,
      `a ${owner ?? context.name} has no "${name}"${suggestion(name, all)}${owner ? '' : whereElse(name, context)}`,
    );
  }
  if (last.keys.length > 0 && !INDEXABLE.has(field.access))
    return fail(last.keys[0], `"${name}" is not a map and cannot be indexed`);
  const keys = last.keys.map((_, index) => keyCode(index));
  if (keys.includes(undefined)) return undefined;
  return {
    op: 'path',
    record: RECORDS.indexOf(field.record ?? record),
    access: ACCESSES.indexOf(field.access),
    field: numberOf(field),
    child: field.child ?? 0,
    extra: Array.isArray(field.extra) ? { names: field.extra as string[] } : ((field.extra as number) ?? 0),
    keys: keys as Code[],
  };
}

function numberOf({ field }: Field): number {
  if (typeof field === 'number') return field;
  return (BY_KIND + field.reduce((bits, number, index) => bits + number * 2 ** (6 * index), 0)) >>> 0;
}

/** The context that a path's first name selects, if it selects one. */
function ownerOf({ fields }: PathNode, context: Context): ContextName | undefined {
  const [first] = fields;
  if (fields.length < 2 || first.keys.length > 0) return undefined;
  const named = contextNamed(first.name);
  return named !== undefined && (named === context.name || context.above.includes(named)) ? named : undefined;
}

function whereElse(name: string, context: Context): string {
  const above = context.above.filter(other => Object.hasOwn(CONTEXTS[other].fields, name));
  return above.length > 0 ? `; a ${above[0]} has: "${above[0]}.${name}"` : '';
}
