import type pc from 'picocolors';
import type { FieldChange, ItemChange } from './compare';

/** The colours of a diff. `picocolors.createColors(false)` for none. */
export type Colors = ReturnType<typeof pc.createColors>;

/** Changes as text, one item per line with its fields below. Unchanged items are only counted. */
export function formatChanges(changes: readonly ItemChange[], colors: Colors): string {
  const lines = changes.flatMap(change => {
    const { label } = change.item;
    switch (change.kind) {
      case 'unchanged':
        return [];
      case 'dropped':
        return [colors.red(`- ${label}`)];
      case 'added':
        return [colors.green(`+ ${label}`)];
      case 'changed':
        return [colors.yellow(`~ ${label}`), ...change.fields.map(field => formatField(field, colors))];
    }
  });
  return lines.map(line => `${line}\n`).join('');
}

export function formatField({ name, before, after }: FieldChange, colors: Colors): string {
  if (after === undefined) return colors.red(`    - ${name}: ${before}`);
  if (before === undefined) return colors.green(`    + ${name}: ${after}`);
  return `    ~ ${name}: ${colors.red(before)} → ${colors.green(after)}`;
}

/** The number of items per kind of change. */
export type ChangeCounts = Record<ItemChange['kind'], number>;

/** `2 dropped, 1 changed, 0 added, 17 unchanged` */
export function summarize({ dropped, changed, added, unchanged }: ChangeCounts): string {
  return `${dropped} dropped, ${changed} changed, ${added} added, ${unchanged} unchanged`;
}
