import type { Format } from '../../../foundation/core/format.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import type { Comparison } from '../../../hardening/compare/comparison.ts';
import type { PageOptions } from './page.ts';

/** The complete result of a comparison, for an output. */
export interface DifferenceReport {
  readonly tool: { readonly name: string; readonly version: string };
  readonly comparison: Comparison;
  /** RFC 3339; absent if no clock was given, so that equal input gives equal bytes. */
  readonly timestamp?: string;
  /** Present only if a configuration file other than the user's own was used. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly page: PageOptions;
}

export interface DifferenceFormatOptions {
  readonly isColoured: boolean;
  /** Columns of the terminal; if absent, nothing is cut. */
  readonly columns?: number;
  /** If true, the table has every number and every change, not only the main ones. */
  readonly isAll?: boolean;
}

/** One form of a comparison. */
export interface DifferenceFormat extends Pick<Format, 'id' | 'aliases' | 'carries'> {
  write(report: DifferenceReport, sink: Sink, options: DifferenceFormatOptions): void;
}
