import type { Assessment } from './assessment.ts';
import type { Format } from './format.ts';
import type { PolicyVerdict } from './policy-verdict.ts';
import type { Sink } from './sink.ts';

/** Changes since an earlier verdict. */
export interface VerdictHistory {
  /** RFC 3339 time of the earlier verdict. */
  readonly since: string;
  readonly before: string;
  /** Inputs that differ. */
  readonly inputs: readonly { readonly cause: string }[];
  /** Rules and subjects whose outcomes differ; without a subject, the rule as a whole. */
  readonly changes: readonly {
    readonly rule: string;
    readonly subject?: string;
    readonly before: string;
    readonly after: string;
    readonly causes: readonly string[];
  }[];
  /** Status of each control in the earlier verdict, by its key. */
  readonly controls: ReadonlyMap<string, string>;
}

/** A verdict with everything that reports about it name. */
export interface VerdictReport {
  readonly tool: { readonly name: string; readonly version: string };
  readonly assessment: Assessment;
  readonly verdict: PolicyVerdict;
  /** The command that evaluates the same inputs again. */
  readonly command: string;
  /** Due dates of findings by the clocks of the policies; absent if they were not requested. */
  readonly dueDates?: readonly DueDate[];
  /** Version of the format; absent for the usual one. */
  readonly formatVersion?: string;
  /** Absent if no earlier verdict was given. */
  readonly history?: VerdictHistory;
}

/** A date until which something must be done about a finding. */
export interface DueDate {
  /** RFC 3339. */
  readonly date: string;
  /** IDs and aliases of the vulnerability; absent if it is about something else. */
  readonly vulnerabilities?: readonly string[];
}

/** One output of `plimsoll check`. Equal reports give equal bytes. */
export interface VerdictFormat extends Pick<Format, 'id' | 'aliases' | 'carries' | 'versions'> {
  readonly title: string;
  /** Returns why it cannot write a valid document of this report; absent if it always can. */
  findRefusal?(report: VerdictReport): string | undefined;
  write(report: VerdictReport, sink: Sink): void;
}
