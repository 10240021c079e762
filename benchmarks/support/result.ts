/** The format of a run's results, `benchmarks/results/*.json`. Raised when a field changes its meaning. */
export const FORMAT = 1;

/** A measure over the rounds of a case. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One side of a case: its name, and its measure in the case's unit. */
export interface Side extends Spread {
  readonly name: string;
}

/** The upper limit of `ratio`, or of `ours` without a peer. */
export interface Limit {
  readonly atMost: number;
  readonly met: boolean;
}

/** The result of one case. */
export interface Result {
  readonly name: string;
  /** Of both sides, such as `µs/span`. */
  readonly unit: string;
  readonly ours: Side;
  /** Absent if the case has nothing to compare with. */
  readonly peer?: Side;
  /** Ours to the peer's. Of medians over all rounds; `min` and `max` are those of five parts of the run. */
  readonly ratio?: Spread;
  readonly limit?: Limit;
  /** What a reader must know to interpret the figure. */
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
