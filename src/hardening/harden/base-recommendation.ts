/**
 * How a base image differs from the present one. `newer-build`: the same name; `variant`: the same
 * release, such as a slim one; `release`: another release of the same system; `system`: another
 * system with the same C library; `c-library`: another C library.
 */
export const RECOMMENDATION_KINDS = [
  'newer-build',
  'variant',
  'release',
  'system',
  'c-library',
] as const;

export type RecommendationKind = (typeof RECOMMENDATION_KINDS)[number];

/** A base image on which the application runs, with the effect of building on it. */
export interface BaseRecommendation {
  readonly kind: RecommendationKind;
  readonly name: string;
  /** `sha256:…` of its manifest; absent if unknown. */
  readonly manifestDigest?: string;
  /** RFC 3339; absent if unknown. */
  readonly created?: string;
  /** Name of its release. */
  readonly release?: string;
  /** Date on which the support of its release ends; absent if unknown. */
  readonly supportEnd?: string;
  /** Result of the check against it. */
  readonly check: 'yes' | 'yes-with';
  /** Number of files that it lacks, which are copied from the image. */
  readonly addedFiles: number;
  /**
   * Open findings now and on this base image; absent if vulnerabilities were not evaluated. `after`
   * is absent if the database covers this base image less than the present one.
   */
  readonly findings?: { readonly before: number; readonly after?: number };
  /** Packages and commands now and on this base image. */
  readonly packages: { readonly before: number; readonly after: number };
  readonly commands: { readonly before: number; readonly after: number };
  /** Bytes of the files of both base images; absent if one of them is unknown. */
  readonly bytes?: { readonly before: number; readonly after: number };
}
