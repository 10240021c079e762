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

/** What becomes of the name of spans, or of the values of some keys: each has a separate limit. */
export class Rule {
  private distinct: Distinct;
  private replaced: Region = new Region();
  private view: Text = new Text();

  constructor(
    limit: u32,
    private overflow: Text,
    private keep: Glob[],
    /** The text is SQL, or it may be. */
    private isSql: bool,
    private mayBeSql: bool,
  ) {
    this.distinct = new Distinct(limit);
  }

  /** The text's template, until the next one; the very same object when it is its own. */
  of(text: Text): Text {
    if (text.isEmpty) return text;
    // What is a template has none. Only the user knows of what patterns make.
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
      // The pattern's own bytes are written again by its next call, which may be the one for this text.
      this.replaced.length = 0;
      this.replaced.append(replaced.pointer, replaced.size);
      template = this.view.bind(this.replaced.pointer, this.replaced.length);
    }
    return templateOfUrl(template);
  }
}
