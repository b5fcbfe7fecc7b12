/** An artifact of a repository of Java archives, by its coordinates. */
export interface PublishedArtifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** Tells archives by their content, whatever they are called here. */
export interface PublishedArchives {
  /** Changes with the content of the index. */
  readonly identity: string;
  /**
   * Those that were published with this content, sorted; several where it was published again.
   *
   * @param sha1 40 hexadecimal digits
   */
  find(sha1: string): readonly PublishedArtifact[];
}
