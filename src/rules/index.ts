/**
 * `otelwasm/rules`: the Collector's own configuration becomes a guest.
 * @module
 */
import { putIntoEngine, type Naming } from './engine';
import { compilePipelines } from './pipeline';
import { encodeProgram } from './program';
import { readSource, type RulesSource } from './source';

export type { Naming, RulesSource };
export { compileRegex, PatternError, type CompiledRegex, type Literals, type RegexOptions } from './regex';

/** Options of {@link compileRules}. */
export interface CompileOptions {
  /**
   * Ids of the processors to compile, in this order, for all signals.
   * @default those of `service.pipelines`, or all in the order of the file
   */
  readonly processors?: readonly string[];
  /**
   * Names that the module's exports and imports have.
   * @default 'v1'
   */
  readonly naming?: Naming;
}

/**
 * Compiles the `processors` of a Collector's configuration to a WebAssembly module that speaks otelwasm ABI v1, for any host:
 * `new WasmSpanProcessor(compileRules('collector.yaml'))`.
 * @param source a path, the text of the YAML, or what it says as an object: a whole Collector configuration, or the map of its
 * processors
 * @throws OtelWasmError `RULES_INVALID` with all that is wrong, each with its file, line and column; `GUEST_NOT_FOUND` when
 * the file cannot be read
 */
export function compileRules(source: RulesSource, options: CompileOptions = {}): Uint8Array<ArrayBuffer> {
  const config = readSource(source);
  const passes = compilePipelines(config, options.processors);
  config.problems.throwIfAny();
  return putIntoEngine(encodeProgram(passes), options.naming ?? 'v1', '{}');
}
