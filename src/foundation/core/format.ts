import type { Assessment } from './assessment.ts';
import type { VexDocument } from './decision.ts';
import type { Limits } from './limits.ts';
import type { PackageUpdate } from './package-update.ts';
import type { Sink } from './sink.ts';

/** An assessment with the tool, the time and the settings of the run, for an output format. */
export interface Report extends Assessment {
  readonly tool: { readonly name: string; readonly version: string };
  /** Statements to write as they are, instead of those derived from the decisions on findings. */
  readonly vex?: VexDocument;
  /** If true, statements name the package alone, for any target. */
  readonly isVexOnPackages?: boolean;
  /** Time of the report, RFC 3339; absent if equal input must give equal bytes. */
  readonly timestamp?: string;
  /** Updates that fix findings, the most severe first; absent if they were not planned. */
  readonly updates?: readonly PackageUpdate[];
  /** Options that shaped the result, by their name in the option table. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

export interface FormatOptions {
  /** Whether to write escape sequences for colors. */
  readonly isColoured: boolean;
  /** Columns of the terminal; absent if the output is not a terminal, so tables are not cut. */
  readonly columns?: number;
  /** Whether to write the peer's output where ours differs on purpose. */
  readonly isParity: boolean;
  /** If true, the table lists low-confidence matches, too. */
  readonly isAll?: boolean;
  /** If true, lists of open findings include suppressed ones. */
  readonly isSuppressedShown?: boolean;
  /** Order of findings; if absent, by risk. */
  readonly sortBy?: SortCriterion;
  /** If true, the document contains details that matching does not need. */
  readonly isFull?: boolean;
  /** One of the format's {@link FormatVersions.all}; if absent, the default version. */
  readonly version?: string;
  /** Present for the format `template` only. */
  readonly template?: TemplateOptions;
  /** The run that sends the document, for formats that name it. */
  readonly run?: SendingRun;
}

/** The run of a pipeline with its commit. */
export interface SendingRun {
  /** The commit in hexadecimal digits. */
  readonly sha: string;
  /** Branch or tag, starting with `refs/`. */
  readonly ref: string;
  readonly id: string;
  /** Common identifier of runs of the same job: the latest one counts. */
  readonly correlator: string;
  readonly url?: string;
}

/** Orders of findings, each with further criteria for ties. */
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

/** A user's template and its view of the report. */
export interface TemplateOptions {
  readonly text: string;
  readonly limits: Limits;
}

/** Kinds of facts that some formats cannot hold. */
export const FACT_KINDS = {
  findings: 'vulnerability findings',
  unnamed: 'packages without a package URL',
  licenses: 'licenses',
  cpes: 'CPEs',
  dependencies: 'dependencies',
  ownership: 'package-to-package ownership',
  files: 'files',
  ownedFiles: 'files listed by packages',
  fileFacts: 'digests and modes of files listed by packages',
  reasons: 'evidence rules of packages',
  locations: 'locations of packages',
  upstreams: 'source packages',
  modules: 'module labels',
  symbols: 'packages with function symbols',
  changelogs: 'packages with fixes by their changelogs',
  metadata: 'ecosystem-specific package metadata',
  declaredFacts: 'packages with suppliers, authors, digests or descriptions from another document',
  distro: 'operating systems',
  problems: 'problems of the inventory',
  imageDocuments: 'manifests and configurations of images',
} as const;

export type FactKind = keyof typeof FACT_KINDS;

/** Versions of a published schema that a format can write. */
export interface FormatVersions {
  /** Oldest first, such as `1.4`. */
  readonly all: readonly string[];
  /** Default version. */
  readonly usual: string;
  /** Versions that can hold findings, if not all can. */
  readonly withFindings?: readonly string[];
}

/**
 * One output format, one folder in `src/report/format` or `src/document`. Writes piece by piece, with the
 * same bytes for the same report.
 */
export interface Format {
  /** Equals the name of its folder. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** Set if the output does not depend on the time of the report. */
  readonly isUndated?: true;
  readonly title: string;
  /** The published schema or document, or our own page. */
  readonly spec: string;
  /** Kinds of content that the format can represent. */
  readonly carries: readonly ('inventory' | 'findings' | 'decisions')[];
  readonly isForTerminal: boolean;
  /**
   * Facts of an inventory that it omits; absent if it holds all. Findings are declared by
   * `carries`.
   */
  readonly omittedFacts?: readonly FactKind[];
  /** Facts that it omits unless {@link FormatOptions.isFull} is set. */
  readonly omittedDetails?: readonly FactKind[];
  /** Whether it needs {@link FormatOptions.template}. */
  readonly takesTemplate?: true;
  /** Whether it contains {@link FormatOptions.run}. */
  readonly namesRun?: true;
  /** Absent if there is only one; requested as `ID@VERSION`. */
  readonly versions?: FormatVersions;
  /** Returns why it cannot write a valid document of this report; absent if it always can. */
  findRefusal?(report: Report): string | undefined;
  write(report: Report, sink: Sink, options: FormatOptions): void;
}

/** A lazy entry in the list of formats: the format itself is loaded on use. */
export interface FormatLoader<Kind = Format> {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly load: () => Promise<Kind>;
}
