/** An artifact in a repository of Java archives by its coordinates. */
export interface PublishedArtifact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** Identifies archives by their content, regardless of their names. */
export interface PublishedArchives {
  /** Changes with the content of the index. */
  readonly identity: string;
  /**
   * Returns the artifacts published with this content, sorted; several if it was published
   * repeatedly.
   *
   * @param sha1 40 hexadecimal digits
   */
  find(sha1: string): readonly PublishedArtifact[];
}
