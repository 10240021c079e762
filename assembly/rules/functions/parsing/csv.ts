import { literalText, textArg } from '../arguments';
import { define } from '../../evaluate/call';
import { fields, readRow, splitRow } from '../../text/csv';
import { withEntry } from '../../values/copies';
import { error } from '../../values/failure';
import { Node } from '../../program/program';
import { textOf } from '../../text/texts';
import { Kind, VALUES_TAG, Val } from '../../values/val';

// Arguments: row, header, delimiter, header delimiter, mode.
define('ParseCSV', (call: Node): Val | null => {
  const row = textArg(call, 0);
  if (row === null) return null;
  const header = textArg(call, 1);
  if (header === null) return null;
  if (header.size == 0) return error('the header is empty');
  const delimiter = literalText(call, 2, textOf(','));
  splitRow(header, literalText(call, 3, delimiter));
  const names = fields;
  // strict, lazyQuotes or ignoreQuotes
  const mode = load<u8>(literalText(call, 4, textOf('strict')).pointer);
  if (mode == 105) splitRow(row, delimiter);
  else if (!readRow(row, delimiter, mode == 108)) return error('the string is not CSV');
  if (fields.length != names.length) return error('the number of fields differs from the header');
  let map = Val.run(Kind.Map, VALUES_TAG, 0, 0);
  for (let i = 0; i < names.length; i++) map = withEntry(map, names[i].pointer, names[i].size, fields[i]);
  return map;
});
