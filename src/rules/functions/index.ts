import { CONVERTERS } from './converters';
import { EDITORS } from './editors';
import { METRIC_FUNCTIONS } from './metricFunctions';
import type { FunctionSpec } from './spec';

export type { FunctionSpec, Literal, Param, ParamType } from './spec';

/** All functions of OTTL that the engine has. */
export const FUNCTIONS: readonly FunctionSpec[] = [...EDITORS, ...METRIC_FUNCTIONS, ...CONVERTERS];

const BY_NAME: ReadonlyMap<string, FunctionSpec> = new Map(FUNCTIONS.map(spec => [spec.name, spec]));

export function functionNamed(name: string): FunctionSpec | undefined {
  return BY_NAME.get(name);
}

/** Converters of the Collector that this engine lacks. They are refused by name. */
export const UNSUPPORTED: ReadonlySet<string> = new Set([
  'CommunityID',
  'ConvertAttributesToElementsXML',
  'ConvertTextToElementsXML',
  'ExtractGrokPatterns',
  'GetXML',
  'InsertXML',
  'ParseSimplifiedXML',
  'ParseXML',
  'RemoveXML',
  'UserAgent',
]);
