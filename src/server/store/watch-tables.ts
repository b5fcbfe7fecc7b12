/* The tables of everything that is watched. */

/** An image that a workload uses, from the revision of its first report to that of its end. */
export interface PlacementTable {
  readonly id: number;
  /** See `placement/placement.ts`. */
  readonly source: string;
  readonly environment: string;
  readonly namespace: string;
  readonly workload: string;
  readonly reference: string;
  readonly digest: string;
  readonly exposure: string;
  readonly instances: number;
  readonly opened: number;
  closed: number | null;
  /** Milliseconds since 1970 of its first report. */
  readonly since: number;
}

/** The last report of a source of placements. */
export interface PlacementReportTable {
  readonly source: string;
  /** ID of the principal. */
  readonly sender: string;
  readonly at: number;
  readonly placements: number;
}
