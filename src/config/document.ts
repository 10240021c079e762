import { readFileSync } from 'node:fs';
import { messageOf, OtelWasmError } from '../abi';
import type { Path } from './validated';
import { putVariables } from './variables';
import { parseYaml, type YamlDocument } from './yaml';

/** The contents of a YAML file, with environment variables inserted. */
export interface FileContent {
  readonly value: unknown;
  /** Creates `INVALID_OPTION` that names the file and the line of the value at a path. */
  readonly fail: (at: Path, problem: string) => OtelWasmError;
}

/** Reads a YAML file. Throws OtelWasmError `INVALID_OPTION` that names file and line. */
export function readDocument(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): FileContent {
  let document: YamlDocument;
  try {
    document = parseYaml(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new OtelWasmError('INVALID_OPTION', `${path}: ${messageOf(cause)}`, { cause });
  }
  const failOn = (line: number, problem: string): OtelWasmError =>
    new OtelWasmError('INVALID_OPTION', `${path}:${line}: ${problem}`);
  document.replaceTexts((text, line) => putVariables(text, environment, problem => failOn(line, problem)));
  return { value: document.toJS(failOn), fail: (at, problem) => failOn(document.lineOf(at), problem) };
}
