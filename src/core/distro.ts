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
  /**
   * Repositories of Red Hat whose packages the image was built from, by the content manifests in
   * it, e.g. `rhel-9-for-x86_64-baseos-rpms`; sorted. Absent where nothing tells.
   */
  readonly contentSets?: readonly string[];
  /**
   * Builds of Red Hat that the image consists of, by the labels of their Dockerfiles: name,
   * version, release and architecture, e.g. `ubi9-container-9.4-1181-x86_64`; sorted. They lead to
   * the repositories of images that have no content manifest. Absent where nothing tells.
   */
  readonly imageBuilds?: readonly string[];
  /** The file that told. */
  readonly evidencePath?: string;
}
