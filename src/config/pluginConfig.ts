import { readFileSync } from 'node:fs';
import { messageOf, OtelWasmError } from '../abi';
import { parseJson } from '../otlp/json';
import { parseYaml } from './yaml';

/**
 * A plugin configuration from an option or an environment variable: JSON text, or `@` and the path of a file with
 * JSON, or with YAML if its name ends in `.yaml` or `.yml`.
 * @param name the name of the option or variable, for messages
 * @throws OtelWasmError `INVALID_OPTION` with the place of the fault in JSON or YAML
 */
export function readPluginConfig(text: string, name: string): unknown {
  const path = text.startsWith('@') ? text.slice(1) : undefined;
  try {
    if (path === undefined) return parseJson(text);
    const content = readFileSync(path, 'utf8');
    return /\.ya?ml$/.test(path)
      ? parseYaml(content).toJS((line, problem) => new Error(`line ${line}: ${problem}`))
      : parseJson(content);
  } catch (cause) {
    const place = path === undefined ? name : `${name}: ${path}`;
    throw new OtelWasmError('INVALID_OPTION', `${place}: ${messageOf(cause)}`, { cause });
  }
}
