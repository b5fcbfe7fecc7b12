import type { Assessment } from './assessment.ts';
import type { VexDocument } from './decision.ts';
import type { Limits } from './limits.ts';
import type { PackageUpdate } from './package-update.ts';
import type { Sink } from './sink.ts';

/** An assessment with the tool, the time and the settings of the run, for an output format. */
export interface Report extends Assessment {
  readonly tool: { readonly name: string; readonly version: string };
  /** Statements to write as they are, instead of those that the decisions on findings come to. */
  readonly vex?: VexDocument;
  /** Statements name the package alone, in whatever target, and not the package in this target. */
  readonly isVexOnPackages?: boolean;
  /** When the report was made, RFC 3339; absent if equal input must give equal bytes. */
  readonly timestamp?: string;
  /** Updates that fix findings, the most severe first; absent if they were not planned. */
  readonly updates?: readonly PackageUpdate[];
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
  /** If true, the table lists low-confidence matches, too. */
  readonly isAll?: boolean;
  /** Lists of open findings also name those that were set aside. */
  readonly isSuppressedShown?: boolean;
  /** What comes first where findings are listed; absent: the greatest risk. */
  readonly sortBy?: SortCriterion;
  /** One of the format's {@link FormatVersions.all}; absent for the usual one. */
  readonly version?: string;
  /** Present for the format `readTemplate` only. */
  readonly template?: TemplateOptions;
  /** The run that sends the document, for formats that name one. */
  readonly run?: SendingRun;
}

/** The run of a pipeline, and the commit that it is about. */
export interface SendingRun {
  /** The commit, in hexadecimal digits. */
  readonly sha: string;
  /** Branch or tag, which begins with `refs/`. */
  readonly ref: string;
  readonly id: string;
  /** What runs of the same job have in common: the latest one counts. */
  readonly correlator: string;
  readonly url?: string;
}

/** Orders of findings, each with further criteria where two are equal. */
export const SORT_CRITERIA = [
  'risk',
  'severity',
  'epss',
  'kev',
  'package',
  'vulnerability',
  'reach',
] as const;

export type SortCriterion = (typeof SORT_CRITERIA)[number];

/** A template of the user, and what it sees of the report. */
export interface TemplateOptions {
  readonly text: string;
  readonly limits: Limits;
}

/** Kinds of fact that not every format can hold. */
export const FACT_KINDS = {
  findings: 'vulnerability findings',
  unnamed: 'packages without a package URL',
  licenses: 'licences',
  cpes: 'CPEs',
  dependencies: 'dependencies',
  ownership: 'ownerships of packages by packages',
  files: 'files',
  ownedFiles: 'files listed by packages',
  fileFacts: 'digests and modes of files listed by packages',
  reasons: 'reasons why packages are known',
  locations: 'locations of packages',
  upstreams: 'source packages',
  modules: 'module labels',
  symbols: 'packages with function symbols',
  changelogs: 'packages with fixes by their changelogs',
  metadata: "packages with their ecosystem's own data",
  told: 'packages of which another document told suppliers, authors, digests or descriptions',
  distro: 'operating systems',
  problems: 'problems of reading',
  imageDocuments: 'manifests and configurations of images',
} as const;

export type FactKind = keyof typeof FACT_KINDS;

/** Versions of a published schema that a format can write. */
export interface FormatVersions {
  /** Oldest first, e.g. `1.4`. */
  readonly all: readonly string[];
  /** The one that is written where none is asked for. */
  readonly usual: string;
  /** Those that hold findings, where not all do. */
  readonly withFindings?: readonly string[];
}

/**
 * One output a folder in `src/report` or `src/document`. Writes piece by piece, the same bytes for the same report.
 */
export interface Format {
  /** Same as the name of its folder. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** Set if the output does not depend on the time of the report. */
  readonly isUndated?: true;
  readonly title: string;
  /** The published schema or document, or our own page. */
  readonly spec: string;
  /** What it can be asked for. */
  readonly carries: readonly ('inventory' | 'findings' | 'decisions')[];
  readonly isForTerminal: boolean;
  /**
   * What of an inventory it cannot hold, or does not; absent: it holds everything. Findings are
   * told by `carries`.
   */
  readonly leavesOut?: readonly FactKind[];
  /** It needs {@link FormatOptions.template}. */
  readonly takesTemplate?: true;
  /** It has {@link FormatOptions.run} in it. */
  readonly namesRun?: true;
  /** Absent where there is only one; asked for as `ID@VERSION`. */
  readonly versions?: FormatVersions;
  /** Why it has no valid document of this report; absent: it has one of every report. */
  refusal?(report: Report): string | undefined;
  write(report: Report, sink: Sink, options: FormatOptions): void;
}

/** A format as a list names it: the format itself is loaded when it is used. */
export interface FormatLoader<Kind = Format> {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly load: () => Promise<Kind>;
}
