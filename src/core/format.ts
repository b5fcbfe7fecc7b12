import type { Findings } from './finding.ts';
import type { Inventory } from './inventory.ts';
import type { Sink } from './sink.ts';
import type { Verdict } from './verdict.ts';

/** All that a run found out, for an output format. */
export interface Report {
  readonly tool: { readonly name: string; readonly version: string };
  readonly inventory: Inventory;
  /** Absent where only the inventory was asked for. */
  readonly findings?: Findings;
  /** Absent where no gate was set. */
  readonly verdict?: Verdict;
  /** RFC 3339; absent where no clock was given, so that equal input gives equal bytes. */
  readonly timestamp?: string;
  /** Options that shaped the result, by their name in the option table. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

export interface FormatOptions {
  /** Escape sequences for colours are wanted. */
  readonly isColoured: boolean;
  /** Columns of the terminal; absent where the output is no terminal: tables are then not cut. */
  readonly columns?: number;
  /** Answer as the peer does where ours differs on purpose. */
  readonly isParity: boolean;
  /** One of the format's {@link FormatVersions.all}; absent for the usual one. */
  readonly version?: string;
}

/** Versions of a published schema that a format can write. */
export interface FormatVersions {
  /** Oldest first, e.g. `1.4`. */
  readonly all: readonly string[];
  /** The one that is written where none is asked for. */
  readonly usual: string;
}

/**
 * One output a folder in `src/format`. Writes piece by piece, the same bytes for the same report.
 */
export interface Format {
  /** Same as the name of its folder. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  /** The published schema or document, or our own page. */
  readonly spec: string;
  /** What it can be asked for. */
  readonly carries: readonly ('inventory' | 'findings')[];
  readonly isForTerminal: boolean;
  /** Absent where there is only one; asked for as `ID@VERSION`. */
  readonly versions?: FormatVersions;
  write(report: Report, sink: Sink, options: FormatOptions): void;
}
