import type { Result } from './result';

/** One named case. It runs in a process of its own: what the engine learned from another case does not show in it. */
export interface BenchmarkCase {
  readonly name: string;
  /** Left out of a run without `--full`. */
  readonly onlyFull?: boolean;
  /** Why the case cannot run here, if so. */
  readonly missing?: () => string | undefined;
  readonly run: () => Promise<Result | readonly Result[]>;
}
