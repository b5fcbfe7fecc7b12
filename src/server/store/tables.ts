/*
 * The tables of a store; `sql/schema.data.ts` has their keys and indexes. Columns are integers, texts
 * and bytes only, which behave the same in every engine. Lists of numbers are bytes, see
 * `number-list.ts`.
 */

export interface Tables {
  store: StoreTable;
  revision: RevisionTable;
  system: SystemTable;
  component: ComponentTable;
  read_key: ReadKeyTable;
  image: ImageTable;
  posting: PostingTable;
  match: MatchTable;
  vulnerability: VulnerabilityTable;
  rollup: RollupTable;
  total: TotalTable;
  event: EventTable;
}

interface StoreTable {
  version: number;
}

/** A state of the store that was published. Everything else names the revision that wrote it. */
interface RevisionTable {
  readonly id: number;
  /** What caused it. */
  readonly kind: 'data' | 'image';
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Digest of the advisory database that its matches are from. */
  readonly generation: string;
  /** Components that were matched, and intervals that were opened and closed. */
  readonly matched: number;
  readonly opened: number;
  readonly closed: number;
}

/** A system that components are installed in. */
interface SystemTable {
  readonly id: number;
  /** SHA-256 of the JSON. */
  key: string;
  /** Canonical JSON of a `ComponentSystem`. */
  readonly json: string;
  /** Digest of everything that matching knows of it from the advisory database. */
  digest: string;
}

/** A component in its context. */
interface ComponentTable {
  readonly id: number;
  /** SHA-256 of the JSON. */
  readonly key: string;
  readonly system: number;
  readonly type: string;
  readonly name: string;
  /** See `read-key-hash.ts`. */
  name_hash: number;
  readonly version: string;
  readonly purl: string;
  /** Compressed canonical JSON. */
  readonly context: Uint8Array;
}

/** The questions that matching a component put to the advisory database. */
interface ReadKeyTable {
  readonly hash: number;
  readonly component: number;
}

interface ImageTable {
  readonly id: number;
  /** SHA-256 of its document, which is stored once. */
  readonly document: string;
  readonly name: string;
  name_hash: number;
  /** Digest of the image; empty if it has none. */
  readonly digest: string;
  readonly packages: number;
  readonly problems: number;
  /** Milliseconds since 1970. */
  readonly first_seen: number;
  /** Revision that first contained it. */
  readonly revision: number;
  /** Sorted components, once for each package. */
  readonly components: Uint8Array;
  /** 1 if the postings contain it. */
  sealed: number;
}

/** The images of one segment that contain a component. */
interface PostingTable {
  readonly component: number;
  readonly segment: number;
  readonly images: Uint8Array;
  /** How often they contain it. */
  readonly held: number;
}

/** A match of a component, from the revision that opened it to the one that closed it. */
interface MatchTable {
  readonly component: number;
  /** See `MATCH_KINDS`. */
  readonly kind: number;
  /** ID; empty if a package cannot be evaluated as a whole. */
  readonly vulnerability: string;
  /** 0, or higher for further matches of the same kind and vulnerability. */
  readonly number: number;
  readonly opened: number;
  closed: number | null;
  /** Index in `SEVERITIES`. */
  readonly severity: number;
  readonly fix_state: string;
  readonly fix_versions: string;
  /** Rule that ignores it, or the reason why it cannot be evaluated. */
  readonly reason: string;
  /** Digest of the complete match without facts about the vulnerability. */
  readonly digest: string;
}

/** Facts about a vulnerability, which are never copied into matches. */
interface VulnerabilityTable {
  readonly id: string;
  /** Millionths; -1 if there is no score. */
  epss: number;
  /** 1 if it is known to be exploited. */
  exploited: number;
}

/** Counts of the images of a segment, see `counts.ts`. */
interface RollupTable {
  readonly segment: number;
  counts: Uint8Array;
}

/** Sums of the counts over all images. */
interface TotalTable {
  readonly severity: number;
  findings: number;
}

/** A match that an advisory update opened, closed or changed. Its images are a view. */
interface EventTable {
  readonly revision: number;
  readonly component: number;
  readonly kind: number;
  readonly vulnerability: string;
  readonly change: 'opened' | 'closed' | 'changed';
  /** Number of images that contain the component. */
  readonly images: number;
}
