import { type Signal, SIGNALS } from '../abi';
import { type Block, LEVELS, type Pass, type Passes } from './program';

/** A rule of a compiled module, for `otelwasm inspect` and `run --explain`. */
export interface RuleDescription {
  readonly signal: Signal;
  /** The processor's id in the configuration. */
  readonly processor: string;
  /** What the rule applies to: a resource, a scope, an item of the signal, or a part of one. */
  readonly level: (typeof LEVELS)[number];
  readonly action: Block['action'];
  readonly text: string;
}

/** The rules in execution order. */
export function describeRules(passes: Passes): RuleDescription[] {
  return SIGNALS.flatMap(signal =>
    passes[signal].flatMap(pass =>
      LEVELS.flatMap(level =>
        (pass[level]?.rules ?? []).map(({ text }) => ({
          ...{ signal, level, text },
          processor: pass.processor ?? '',
          action: (pass[level] as Block).action,
        })),
      ),
    ),
  );
}

/** The passes with only the first `count` rules of a signal. */
export function firstRules(passes: Passes, signal: Signal, count: number): Passes {
  let left = count;
  const cut = (pass: Pass): Pass => {
    const blocks = LEVELS.flatMap(level => {
      const block = pass[level];
      if (block === undefined) return [];
      const rules = block.rules.slice(0, left);
      left -= rules.length;
      return rules.length > 0 ? [[level, { ...block, rules }] as const] : [];
    });
    const { processor, dropsEmpty } = pass;
    return { processor, dropsEmpty: dropsEmpty && blocks.length > 0, ...Object.fromEntries(blocks) };
  };
  return { traces: [], metrics: [], logs: [], [signal]: passes[signal].map(cut) };
}
