import { Glob, Pattern, Region, Replacement, Text } from 'otelwasm/assembly';
import { Distinct } from './distinct';
import { isStatement, templateOfStatement } from './statement';
import { templateOfUrl } from './url';

/** A configured pattern. */
export class PatternRule {
  constructor(
    readonly pattern: Pattern,
    readonly replacement: Replacement,
  ) {}
}

export const PATTERNS: PatternRule[] = [];

/** The rule for names of spans, or for the values of some keys. Each has a separate limit. */
export class Rule {
  private distinct: Distinct;
  private replaced: Region = new Region();
  private view: Text = new Text();

  constructor(
    limit: u32,
    private overflow: Text,
    private keep: Glob[],
    /** Whether the text is SQL, or may be. */
    private isSql: bool,
    private mayBeSql: bool,
  ) {
    this.distinct = new Distinct(limit);
  }

  /** The text's template, valid until the next call. The same object when nothing is replaced. */
  of(text: Text): Text {
    if (text.isEmpty) return text;
    // A template contains nothing to replace. For results of configured patterns this is unknown.
    if (PATTERNS.length == 0 && this.distinct.knows(text)) return text;
    for (let i = 0; i < this.keep.length; i++) {
      if (this.keep[i].matches(text)) return text;
    }
    const template =
      this.isSql || (this.mayBeSql && isStatement(text)) ? templateOfStatement(text) : this.ofUrl(text);
    return this.distinct.admits(template) ? template : this.overflow;
  }

  private ofUrl(text: Text): Text {
    let template = text;
    for (let i = 0; i < PATTERNS.length; i++) {
      const replaced = PATTERNS[i].pattern.replaceAll(template, PATTERNS[i].replacement);
      if (replaced === null) continue;
      // The pattern's next call, which may be for this text, overwrites its buffer.
      this.replaced.length = 0;
      this.replaced.append(replaced.pointer, replaced.size);
      template = this.view.bind(this.replaced.pointer, this.replaced.length);
    }
    return templateOfUrl(template);
  }
}
