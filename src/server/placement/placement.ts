/**
 * Whether somebody outside the cluster or host can reach a container. Anything that is not declared
 * is unknown: an undeclared address is never taken for an internal one.
 */
export const EXPOSURES = ['exposed', 'internal', 'unknown'] as const;

export type Exposure = (typeof EXPOSURES)[number];

/** Placements of one report; larger clusters send a report for each part. */
export const PLACEMENTS_MAX = 100_000;
/** Characters of names and references. */
export const PLACEMENT_TEXT_MAX = 500;

/** An image that a workload uses. */
export interface Placement {
  /** Such as `prod`. */
  readonly environment: string;
  /** Of the cluster, or project of a compose file; empty if there is none. */
  readonly namespace: string;
  /** Such as `deployment/shop`; empty if it was not declared. */
  readonly workload: string;
  /** The image as the workload names it. */
  readonly reference: string;
  /** Of the manifest, the index or the configuration; empty if only a tag is known. */
  readonly digest: string;
  readonly exposure: Exposure;
  /** Number of containers. */
  readonly instances: number;
}

/** All placements of one source, which replace those that it reported before. */
export interface PlacementReport {
  /** Name of a cluster or host. */
  readonly source: string;
  /** ID of the principal that sends it. */
  readonly sender: string;
  readonly placements: readonly Placement[];
}

/** The effect of a report. */
export interface ReportedPlacements {
  readonly source: string;
  /** Of the change; absent if nothing changed. */
  readonly revision?: number;
  /** Placements of the report, equal ones once. */
  readonly placements: number;
  readonly started: number;
  readonly stopped: number;
  /** Numbers of distinct images in use. */
  readonly images: ImagesInUse;
  /** Images that were never pushed, or were retired; at most 100. */
  readonly unknown: readonly UnknownImage[];
}

export interface ImagesInUse {
  /** Images that the store has. */
  readonly known: number;
  /** Digests that the store does not have. */
  readonly unknown: number;
  /** References without a digest: it is unknown which image they name. */
  readonly unresolved: number;
}

/** A digest in use that the store does not have, or a reference without a digest. */
export interface UnknownImage {
  readonly reference: string;
  /** Empty for a reference without a digest. */
  readonly digest: string;
  readonly environments: readonly string[];
  readonly placements: number;
}

/** A stored placement. */
export interface PlacementView extends Placement {
  readonly source: string;
  /** RFC 3339: when it was first reported. */
  readonly since: string;
  /** Images of the store with its digest. */
  readonly images: readonly number[];
}

/** A source of placements. */
export interface PlacementSource {
  readonly source: string;
  readonly sender: string;
  /** RFC 3339: time of its last report. */
  readonly at: string;
  readonly placements: number;
}

/** Returns the part of a text that identifies an image. */
export function findImageDigest(text: string): string {
  return /(?:^|[@/])(sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128}))$/.exec(text)?.[1] ?? '';
}
