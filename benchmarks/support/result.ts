/** The format of a run's results, `benchmarks/results/*.json`. Raised when a field changes its meaning. */
export const FORMAT = 1;

/** A measure over the rounds of a case. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One side of a case: what was run, and what it took in the case's unit. */
export interface Side extends Spread {
  readonly name: string;
}

/** What is aimed at, for `ratio` where there is one, else for `ours`. */
export interface Bar {
  readonly atMost: number;
  readonly met: boolean;
}

/** What one case found. */
export interface Result {
  readonly name: string;
  /** Of both sides, such as `µs/span`. */
  readonly unit: string;
  readonly ours: Side;
  /** Absent where a case measures but does not compare. */
  readonly peer?: Side;
  /** Ours to the peer's. Of medians over all rounds; `min` and `max` are those of five parts of the run. */
  readonly ratio?: Spread;
  readonly bar?: Bar;
  /** What a reader must know to take the figure for what it is. */
  readonly note?: string;
}

/** All of a run. */
export interface Run {
  readonly format: typeof FORMAT;
  readonly date: string;
  readonly seconds: number;
  readonly machine: {
    readonly node: string;
    readonly cpu: string;
    readonly cores: number;
    /** Over one minute, before and after: above the number of cores, others were at work. */
    readonly load: readonly [before: number, after: number];
  };
  readonly results: readonly Result[];
}
