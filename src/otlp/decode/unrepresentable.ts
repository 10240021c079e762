/** Something that OTLP holds and the SDK's metric types do not. */
export interface Unrepresentable {
  /** A short description that does not depend on the data. */
  readonly reason: string;
  /** The number of affected data points. */
  readonly dataPoints: number;
  /** Whether the points are missing from the result. Otherwise only the part that `reason` names is missing. */
  readonly dropped: boolean;
}

/** Sums up the affected points by reason. */
export class Unrepresented {
  private readonly byReason = new Map<string, { dataPoints: number; dropped: boolean }>();

  add(reason: string, dataPoints: number, dropped: boolean): void {
    if (dataPoints === 0) return;
    const entry = this.byReason.get(reason);
    if (entry) entry.dataPoints += dataPoints;
    else this.byReason.set(reason, { dataPoints, dropped });
  }

  report(): Unrepresentable[] {
    return Array.from(this.byReason, ([reason, entry]) => ({ reason, ...entry }));
  }
}
