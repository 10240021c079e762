/**
 * `otelwasm/rules`: compiles a Collector's configuration to a guest.
 * @module
 */
import type { Naming, Signal } from '../abi';
import { DROPS_SECTION } from '../pushdown';
import { describeRules, firstRules, type RuleDescription } from './describe';
import { dropRulesOf } from './drops';
import { addProgramToEngine, readDescription, RULES_SECTION } from './engine';
import { compilePipelines } from './pipeline';
import { encodeProgram, type Passes } from './program';
import { readSource, type RulesSource } from './source';

export type { Naming, RuleDescription, RulesSource };
export { compileRegex, PatternError, type CompiledRegex, type Literals, type RegexOptions } from './regex';

/** Options of {@link compileRules}. */
export interface CompileOptions {
  /**
   * Ids of the processors to compile, in this order, for all signals.
   * @default those in `service.pipelines`, or all in the order of the file
   */
  readonly processors?: readonly string[];
  /**
   * Names of the module's exports and imports.
   * @default 'v1'
   */
  readonly naming?: Naming;
}

/**
 * Compiles the `processors` of a Collector's configuration to a WebAssembly module for any host of otelwasm ABI v1:
 * `new WasmSpanProcessor(compileRules('collector.yaml'))`.
 * @param source a path, YAML text, or the parsed YAML: a whole Collector configuration, or the map of its processors
 * @throws OtelWasmError `RULES_INVALID` with all problems, each with its file, line and column; `GUEST_NOT_FOUND`
 * when the file cannot be read
 */
export function compileRules(source: RulesSource, options: CompileOptions = {}): Uint8Array<ArrayBuffer> {
  return moduleOf(readRules(source, options), options);
}

/**
 * The rules of a signal one by one, each with a module that contains it and all rules before it. The difference
 * between the results of two consecutive modules is the effect of one rule.
 * @throws OtelWasmError as {@link compileRules} does
 */
export function compileSteps(
  source: RulesSource,
  signal: Signal,
  options: CompileOptions = {},
): { rule: RuleDescription; wasm: Uint8Array<ArrayBuffer> }[] {
  const passes = readRules(source, options);
  return describeRules(passes)
    .filter(rule => rule.signal === signal)
    .map((rule, index) => ({ rule, wasm: moduleOf(firstRules(passes, signal, index + 1), options) }));
}

/** The rules of a module that was compiled from rules; undefined for any other module. */
export function rulesOf(wasm: Uint8Array): RuleDescription[] | undefined {
  const text = readDescription(wasm);
  return text === undefined ? undefined : (JSON.parse(text) as RuleDescription[]);
}

function readRules(source: RulesSource, { processors }: CompileOptions): Passes {
  const config = readSource(source);
  const passes = compilePipelines(config, processors);
  config.problems.throwIfAny();
  return passes;
}

function moduleOf(passes: Passes, { naming = 'v1' }: CompileOptions): Uint8Array<ArrayBuffer> {
  const drops = dropRulesOf(passes);
  const hasDrops = drops.traces.length + drops.logs.length > 0;
  return addProgramToEngine(encodeProgram(passes), naming, {
    [RULES_SECTION]: JSON.stringify(describeRules(passes)),
    ...(hasDrops ? { [DROPS_SECTION]: JSON.stringify(drops) } : {}),
  });
}
