const REFERENCE = /^(?:env:)?([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * Replaces variables in a text of the configuration file, like Collectors and OpenTelemetry's declarative
 * configuration: `${env:NAME}` (or `${NAME}`) is the value of an environment variable, empty if it is not set;
 * `${env:NAME:-default}` has a default for a variable that is not set or empty; `$$` is a `$`. A replaced value is
 * not expanded again.
 * @throws the error that `fail` creates, for any other `${...}`
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
