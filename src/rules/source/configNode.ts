import type { ConfigPath, Problems } from './problems';

/** A value of the configuration with its position. For a wrong type it reports a problem and returns undefined. */
export class ConfigNode {
  constructor(
    readonly value: unknown,
    readonly path: ConfigPath,
    readonly problems: Problems,
  ) {}

  get name(): string {
    return this.path.reduce<string>(
      (name, part) =>
        typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`,
      '',
    );
  }

  fail(message: string): undefined {
    this.problems.add(this.path, message);
    return undefined;
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  get(key: string): ConfigNode {
    const value = isMap(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new ConfigNode(value, [...this.path, key], this.problems);
  }

  /** The map's entries; none, with a problem reported, if it is not a map. */
  entries(): [string, ConfigNode][] {
    if (this.isAbsent) return [];
    if (!isMap(this.value)) {
      this.expected('a map');
      return [];
    }
    return Object.keys(this.value).map(key => [key, this.get(key)]);
  }

  items(): ConfigNode[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.value)) {
      this.expected('a list');
      return [];
    }
    return this.value.map((value, index) => new ConfigNode(value, [...this.path, index], this.problems));
  }

  text(): string | undefined {
    if (typeof this.value === 'string') return this.value;
    if (this.isAbsent) return undefined;
    return this.expected('a string');
  }

  bool(): boolean | undefined {
    if (typeof this.value === 'boolean') return this.value;
    if (this.isAbsent) return undefined;
    return this.expected('true or false');
  }

  number(): number | undefined {
    if (typeof this.value === 'number') return this.value;
    if (this.isAbsent) return undefined;
    return this.expected('a number');
  }

  texts(): string[] {
    return this.items().flatMap(item => item.text() ?? []);
  }

  oneOf<T extends string>(allowed: readonly T[]): T | undefined {
    const text = this.text();
    if (text === undefined || (allowed as readonly string[]).includes(text)) return text as T | undefined;
    return this.expected(`one of ${allowed.join(', ')}`);
  }

  /** Reports keys other than these. */
  only(allowed: readonly string[]): void {
    for (const [key, node] of this.entries()) {
      if (!allowed.includes(key)) node.fail(`unknown option: allowed here are ${allowed.join(', ')}`);
    }
  }

  expected(what: string): undefined {
    return this.fail(`${this.name} must be ${what}, not ${JSON.stringify(this.value)}`);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
