/**
 * The operating system of a target, from os-release(5) or its predecessors. Member names as there.
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
   * Red Hat repositories of the image's packages, by its content manifests, such as
   * `rhel-9-for-x86_64-baseos-rpms`; sorted. Absent if unknown.
   */
  readonly contentSets?: readonly string[];
  /**
   * Red Hat builds that the image consists of, by the labels of their Dockerfiles: name, version,
   * release and architecture, such as `ubi9-container-9.4-1181-x86_64`; sorted. They lead to the
   * repositories of images without a content manifest. Absent if unknown.
   */
  readonly imageBuilds?: readonly string[];
  /** The file that identified it. */
  readonly evidencePath?: string;
}
