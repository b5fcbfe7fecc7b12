/**
 * The operating system of a target, from os-release(5) or the older files beside it. Field names as
 * there.
 */
export interface Distro {
  readonly id: string;
  readonly idLike: readonly string[];
  readonly name?: string;
  readonly prettyName?: string;
  readonly version?: string;
  readonly versionId?: string;
  readonly versionCodename?: string;
  readonly buildId?: string;
  readonly imageId?: string;
  readonly imageVersion?: string;
  readonly variant?: string;
  readonly variantId?: string;
  readonly homeUrl?: string;
  readonly supportUrl?: string;
  readonly bugReportUrl?: string;
  readonly privacyPolicyUrl?: string;
  readonly cpeName?: string;
  readonly supportEnd?: string;
  readonly extendedSupport?: boolean;
  /** The file that told. */
  readonly evidencePath?: string;
}
