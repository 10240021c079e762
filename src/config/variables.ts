const REFERENCE = /^(?:env:)?([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * A text of the configuration file with its variables put in, as Collectors and OpenTelemetry's declarative configuration
 * do: `${env:NAME}` (or `${NAME}`) is the value of a variable of the environment, nothing if it is not set;
 * `${env:NAME:-default}` has a default for one that is not set or empty; `$$` is a `$`. A replaced value is not expanded again.
 * @throws what `fail` makes of the problem, for another `${...}`
 */
export function putVariables(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  fail: (problem: string) => Error,
): string {
  return text.replace(/\$\$|\$\{([^}]*)\}?/g, (found: string, content?: string) => {
    if (content === undefined) return '$';
    const [, name, byDefault = ''] = REFERENCE.exec(content) ?? [];
    if (name === undefined || byDefault.includes('${') || !found.endsWith('}')) {
      const allowed = '${env:NAME} and ${env:NAME:-default}; a $ is written $$';
      throw fail(`${JSON.stringify(found)} is not a variable: allowed are ${allowed}`);
    }
    return environment[name] || byDefault;
  });
}
