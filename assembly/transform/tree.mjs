/** Walks AssemblyScript's syntax tree generically: its classes are not part of its public API. */

/** Calls `visit` with a node and each node below it. If it returns `false`, the children are skipped. */
export function walk(node, visit) {
  if (visit(node) === false) return;
  for (const [name, value] of Object.entries(node)) {
    if (name === 'range' || value === null || typeof value !== 'object') continue;
    if (Array.isArray(value)) value.forEach(each => each?.range !== undefined && walk(each, visit));
    else if (value.range !== undefined) walk(value, visit);
  }
}

/** The same for a whole source. */
export function walkSource(source, visit) {
  for (const statement of source.statements) walk(statement, visit);
}

const USER_DEFINED = 102;

/** A build error. The compiler prints it with the line of `range`. */
export function report(parser, range, problem) {
  parser.error(USER_DEFINED, range, problem);
}
