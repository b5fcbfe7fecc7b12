import type { Inventory } from './inventory.ts';

/** What a run says of an inventory beside the report that is made of it. */
export interface ReportSummary extends Pick<Inventory, 'problems' | 'problemsNotListed'> {
  readonly packages: number;
  readonly files: number;
  readonly executables: number;
}

/** A report that an earlier run made of the same target for the same wish. */
export interface KeptReport {
  readonly summary: ReportSummary;
  readonly pieces: Iterable<Uint8Array>;
}

/** Hears a report while it is written, to keep it for the next run. */
export interface ReportKeeper extends Disposable {
  begin(summary: ReportSummary): void;
  add(text: string): void;
  /** Says that the report is whole. */
  finish(): void;
}
