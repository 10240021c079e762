// What became of a tree, as short as a reader likes it: expected results are kept in this form.

/** How one tree becomes another. `{ '=': value }`: replaced. `{ '@': entries }`: a list. Else, by field; null: gone. */
export type TreeDiff = { '=': unknown } | { '@': ListEntry[] } | { [field: string]: TreeDiff | null };

/** An element of the list as it is: `3`, `"3-7"`; one that changed: `[3, diff]`; a new one: `{ '=': value }`. */
export type ListEntry = number | string | [number, TreeDiff] | { '=': unknown };

/** undefined for equal trees. The order of an object's fields does not matter, that of a list does. */
export function diffTrees(from: unknown, to: unknown): TreeDiff | undefined {
  if (isEqual(from, to)) return undefined;
  if (Array.isArray(from) && Array.isArray(to)) return shorter({ '@': diffLists(from, to) }, to);
  if (!isObject(from) || !isObject(to)) return { '=': to };
  const fields: Record<string, TreeDiff | null> = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (!(name in to)) fields[name] = null;
    else if (!(name in from)) fields[name] = { '=': to[name] };
    else {
      const diff = diffTrees(from[name], to[name]);
      if (diff !== undefined) fields[name] = diff;
    }
  }
  return shorter(fields, to);
}

export function applyDiff(from: unknown, diff: TreeDiff | undefined): unknown {
  if (diff === undefined) return from;
  if ('=' in diff) return diff['='];
  if ('@' in diff) return (diff['@'] as ListEntry[]).flatMap(entry => applyEntry(from as unknown[], entry));
  const to: Record<string, unknown> = { ...(from as Record<string, unknown>) };
  for (const [name, change] of Object.entries(diff as Record<string, TreeDiff | null>)) {
    if (change === null) delete to[name];
    else to[name] = applyDiff(to[name], change);
  }
  return to;
}

export function isEqual(one: unknown, other: unknown): boolean {
  return canonicalText(one) === canonicalText(other);
}

export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function applyEntry(from: unknown[], entry: ListEntry): unknown[] {
  if (typeof entry === 'number') return [from[entry]];
  if (typeof entry === 'string') {
    const [first, last] = entry.split('-').map(Number);
    return from.slice(first, last + 1);
  }
  return Array.isArray(entry) ? [applyDiff(from[entry[0]], entry[1])] : [entry['=']];
}

function diffLists(from: readonly unknown[], to: readonly unknown[]): ListEntry[] {
  const texts = from.map(canonicalText);
  const wanted = to.map(canonicalText);
  const free = new Set(from.keys());
  const same = wanted.map(text => {
    const at = [...free].find(index => texts[index] === text);
    if (at !== undefined) free.delete(at);
    return at;
  });
  const entries = to.map((element, position): ListEntry => {
    const known = same[position];
    if (known !== undefined) return known;
    const label = labelOf(element);
    const at =
      [...free].find(index => label !== undefined && labelOf(from[index]) === label) ??
      (free.has(position) && labelOf(from[position]) === label ? position : undefined);
    if (at === undefined) return { '=': element };
    free.delete(at);
    return [at, diffTrees(from[at], element) as TreeDiff];
  });
  return joinRuns(entries);
}

function joinRuns(entries: readonly ListEntry[]): ListEntry[] {
  const joined: ListEntry[] = [];
  for (let at = 0; at < entries.length; at++) {
    const first = entries[at];
    let last = at;
    while (typeof first === 'number' && entries[last + 1] === first + (last + 1 - at)) last++;
    joined.push(last > at ? `${first as number}-${entries[last] as number}` : first);
    at = last;
  }
  return joined;
}

/** What tells an element from its siblings whatever else changes in it. */
function labelOf(element: unknown): string | undefined {
  if (!isObject(element)) return undefined;
  const label = element.key ?? element.spanId ?? element.name ?? element.timeUnixNano;
  return typeof label === 'string' ? label : undefined;
}

function shorter(diff: TreeDiff, to: unknown): TreeDiff {
  const replaced = { '=': to };
  return JSON.stringify(replaced).length <= JSON.stringify(diff).length ? replaced : diff;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
