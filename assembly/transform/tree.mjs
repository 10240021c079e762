/** AssemblyScript's syntax tree, walked by its shape: its classes are not part of its public API. */

/** Calls `visit` with each node below a node, and the node itself; what it answers `false` for is not gone into. */
export function walk(node, visit) {
  if (visit(node) === false) return;
  for (const [name, value] of Object.entries(node)) {
    if (name === 'range' || value === null || typeof value !== 'object') continue;
    if (Array.isArray(value)) value.forEach(each => each?.range !== undefined && walk(each, visit));
    else if (value.range !== undefined) walk(value, visit);
  }
}

/** The same for all of a source. */
export function walkSource(source, visit) {
  for (const statement of source.statements) walk(statement, visit);
}

const USER_DEFINED = 102;

/** An error of the build, which the compiler prints with the line that `range` is in. */
export function report(parser, range, problem) {
  parser.error(USER_DEFINED, range, problem);
}
