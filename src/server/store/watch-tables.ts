/* The tables of everything that is watched. */

/** The repositories of a registry that are watched. */
export interface RegistryWatchTable {
  readonly id: number;
  readonly name: string;
  /** Host with port. */
  readonly registry: string;
  /** Patterns of repositories and tags, in which * matches any characters. */
  readonly repositories: string;
  readonly tags: string;
  /** JSON list; empty for the one of the server. */
  readonly platforms: string;
  /** Project of the images; empty if they belong to none. */
  readonly project: string;
  readonly created: number;
  /** Milliseconds since 1970 of the next check. */
  due: number;
  /** Of the last check that began, and of the last one without an error. */
  began: number | null;
  succeeded: number | null;
  /** Of the last check; empty if there was none. */
  error: string;
  /** Differences that a check found, and no event had reported. */
  drift: number;
}

/** A tag of a watched repository, as the registry had it last. */
export interface RegistryTagTable {
  readonly watch: number;
  readonly repository: string;
  readonly tag: string;
  /** Of the manifest or index. */
  digest: string;
  /** The digest whose inventories were stored; empty until then. */
  taken: string;
  /** Milliseconds since 1970 at which the tag got its digest. */
  found: number;
  /** Attempts to read this digest, and the time of the next one. */
  attempts: number;
  due: number;
  /** Of the last attempt; empty if there was none. */
  error: string;
}

/** A document that is attached to an image in a watched repository. */
export interface RegistryAttachmentTable {
  readonly watch: number;
  readonly repository: string;
  /** Digest of the manifest or index that it belongs to. */
  readonly subject: string;
  /** Its tag, or the digest of its manifest. */
  readonly name: string;
  /** `signature`, `attestation`, `sbom`, or the type of the artifact. */
  readonly kind: string;
}

/** The documents of an image, as of the last request to the registry. */
export interface AttachedCheckTable {
  readonly watch: number;
  readonly repository: string;
  readonly subject: string;
  /** SHA-256 of their names. */
  readonly key: string;
  /** Time of the next request, in milliseconds since 1970. */
  due: number;
}

/** A document that is attached to an image, with the result of reading it. */
export interface AttachedDocumentTable {
  readonly watch: number;
  readonly repository: string;
  /** Digest of the manifest or index that the tag names. */
  readonly subject: string;
  /** Of its content, as the registry names it. */
  readonly digest: string;
  /** `vex`, `sbom`, or the kind of its statement. */
  readonly kind: string;
  /** Of its signature: see `STATEMENT_STATES`; `unchecked` without keys and identities. */
  readonly state: string;
  /** Summary of its content, or the reason why it was not read. */
  readonly note: string;
  /** SHA-256 under which it was kept; empty if it was not. */
  readonly document: string;
  readonly at: number;
}

/** A tag that an event named, which is checked soon; an empty one stands for the repository. */
export interface RegistryHintTable {
  readonly watch: number;
  readonly repository: string;
  readonly tag: string;
  readonly at: number;
}

/** An image that a workload uses, from the revision of its first report to that of its end. */
export interface PlacementTable {
  readonly id: number;
  /** See `placement/placement.ts`. */
  readonly source: string;
  readonly environment: string;
  readonly namespace: string;
  readonly workload: string;
  readonly reference: string;
  readonly digest: string;
  readonly exposure: string;
  readonly instances: number;
  readonly opened: number;
  closed: number | null;
  /** Milliseconds since 1970 of its first report. */
  readonly since: number;
}

/** The last report of a source of placements. */
export interface PlacementReportTable {
  readonly source: string;
  /** ID of the principal. */
  readonly sender: string;
  readonly at: number;
  readonly placements: number;
}
