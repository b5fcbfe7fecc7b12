/*
 * The tables of a store; `sql/schema.data.ts` has their keys and indexes. Columns are integers, texts
 * and bytes only, which behave the same in every engine. Lists of numbers are bytes, see
 * `number-list.ts`.
 */

import type { BaseComponentTable, BaseTable, ImageBaseTable } from './base-tables.ts';
import type {
  DecisionTable,
  DraftTable,
  StatementTable,
  VexStatementTable,
} from './decision-tables.ts';
import type {
  AttemptTable,
  DeliveryTable,
  DigestEntryTable,
  KnownAnswerTable,
  SubscriptionTable,
  TicketTable,
} from './notify-tables.ts';
import type { ImageReachTable } from './reach-tables.ts';
import type {
  AttachedCheckTable,
  AttachedDocumentTable,
  PlacementReportTable,
  PlacementTable,
  RegistryAttachmentTable,
  RegistryHintTable,
  RegistryTagTable,
  RegistryWatchTable,
} from './watch-tables.ts';

export interface Tables {
  store: StoreTable;
  revision: RevisionTable;
  system: SystemTable;
  component: ComponentTable;
  read_key: ReadKeyTable;
  image: ImageTable;
  image_origin: ImageOriginTable;
  image_base: ImageBaseTable;
  image_reach: ImageReachTable;
  base: BaseTable;
  base_component: BaseComponentTable;
  posting: PostingTable;
  match: MatchTable;
  vulnerability: VulnerabilityTable;
  rollup: RollupTable;
  total: TotalTable;
  event: EventTable;
  job: JobTable;
  policy: PolicyTable;
  decision: DecisionTable;
  draft: DraftTable;
  vex_statement: VexStatementTable;
  statement: StatementTable;
  verdict: VerdictTable;
  cause: CauseTable;
  effect: EffectTable;
  effect_image: EffectImageTable;
  outbox: OutboxTable;
  held_update: HeldUpdateTable;
  veto: VetoTable;
  pin: PinTable;
  subscription: SubscriptionTable;
  delivery: DeliveryTable;
  attempt: AttemptTable;
  digest_entry: DigestEntryTable;
  ticket: TicketTable;
  known_answer: KnownAnswerTable;
  presence: PresenceTable;
  token: TokenTable;
  session: SessionTable;
  audit: AuditTable;
  image_digest: ImageDigestTable;
  placement: PlacementTable;
  placement_report: PlacementReportTable;
  registry_watch: RegistryWatchTable;
  registry_tag: RegistryTagTable;
  registry_hint: RegistryHintTable;
  registry_attachment: RegistryAttachmentTable;
  attached_check: AttachedCheckTable;
  attached_document: AttachedDocumentTable;
}

interface StoreTable {
  version: number;
  /** Number of transactions that wrote: the same number means the same state. */
  changes: number;
  /** The oldest version whose programs may use the store. */
  oldest: number;
}

/** The causes of a revision. */
export type RevisionKind =
  | 'data'
  | 'image'
  | 'decision'
  | 'statement'
  | 'policy'
  | 'time'
  | 'retirement'
  | 'placement';

/** A state of the store that was published. Everything else names the revision that wrote it. */
interface RevisionTable {
  readonly id: number;
  /** Its cause. */
  readonly kind: RevisionKind;
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
  /** SHA-256 of its document, which is stored once; each project has it at most once. */
  readonly document: string;
  readonly name: string;
  name_hash: number;
  /** Empty if it belongs to none. */
  readonly project: string;
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
  /** Revision that retired it: it stays in the past, and has no counts any more. */
  retired: number | null;
}

/** The builds that an image belongs to, and who is responsible for it. */
interface ImageOriginTable {
  readonly image: number;
  /** Of the name without tag and digest. */
  readonly family_hash: number;
  /** As its labels state it; empty if they do not. */
  readonly owner: string;
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

/** Work that is done beside requests; see `jobs/job.ts`. */
export interface JobTable {
  readonly id: number;
  readonly kind: string;
  /** JSON. */
  readonly data: string;
  /** Higher ones first. */
  readonly priority: number;
  readonly tenant: string;
  state: 'queued' | 'running' | 'done' | 'dead' | 'canceled';
  attempts: number;
  /** Milliseconds since 1970, by the clock of the database. */
  run_at: number;
  /** Identifies the process that runs it; empty if none does. */
  lease: string;
  leased_until: number;
  readonly created: number;
  ended: number | null;
  /** JSON of the last error; empty if there was none. */
  error: string;
  /** JSON; empty if it is not done. */
  result: string;
}

/** The conditions that every image must meet, from the revision that set them. */
interface PolicyTable {
  readonly revision: number;
  /** SHA-256 of the gates and policies. */
  readonly digest: string;
  /** JSON of the gates and of the texts of the policies. */
  readonly content: string;
}

/** The verdict about an image, from the revision that changed it. */
export interface VerdictTable {
  readonly image: number;
  readonly revision: number;
  readonly outcome: string;
  /** SHA-256 of everything that it was computed from. */
  readonly inputs: string;
  /** First time at which time alone would change it; absent if it would not. */
  valid_until: number | null;
  readonly at: number;
  /** Compressed JSON of the gates and of the completeness. */
  readonly proof: Uint8Array;
  /** 1 for the last one of its image. */
  current: number;
  /**
   * Number of open findings that fail its gate: as long as some of them stay, so does the outcome.
   * Absent if rules decide, which may read anything.
   */
  failing: number | null;
}

/** A cause of effects: one for each vulnerability, image, decision or time in a revision. */
interface CauseTable {
  readonly id: number;
  readonly revision: number;
  readonly kind: RevisionKind;
  /** The vulnerability, image or decision. */
  readonly subject: string;
  /** A sentence for people, without the full stop. */
  readonly summary: string;
}

/** A number of equal effects of a cause. */
interface EffectTable {
  readonly cause: number;
  /** `opened`, `closed`, `changed`, or the outcomes of verdicts: `pass-fail`. */
  readonly kind: string;
  /** Numbers of findings or verdicts, and of images. */
  readonly count: number;
  readonly images: number;
}

/** The images of an effect that cannot be derived: those of one segment. */
interface EffectImageTable {
  readonly cause: number;
  readonly kind: string;
  readonly segment: number;
  /** Bytes of a list of images. */
  readonly images: Uint8Array;
}

/** Causes that were not delivered yet. */
interface OutboxTable {
  readonly cause: number;
  readonly at: number;
}

/** A new advisory database that lost so much that a person must accept it. */
interface HeldUpdateTable {
  /** Digest of the database. */
  readonly generation: string;
  readonly at: number;
  readonly reason: string;
  accepted: number | null;
}

/** A reason why an image is never retired; see `engine/vetoes.ts`. */
interface VetoTable {
  readonly image: number;
  readonly kind: string;
  readonly author: string;
  readonly reason: string;
  readonly at: number;
}

/** A decision of a person that a store keeps one advisory database, until it is ended. */
interface PinTable {
  readonly id: number;
  /** Digest of the database. */
  readonly generation: string;
  readonly author: string;
  readonly reason: string;
  readonly at: number;
  ended: number | null;
}

/** A time in which a process that updates the store ran. */
interface PresenceTable {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  /** The last time at which it was known to run. */
  seen: number;
}

/** A digest by which others name an image. */
interface ImageDigestTable {
  /** With its algorithm. */
  readonly digest: string;
  readonly image: number;
}

/** A token of a program: one role in one scope. A removed one stays for the audit log. */
export interface TokenTable {
  readonly id: number;
  readonly name: string;
  /** SHA-256 of the secret. */
  readonly digest: string;
  readonly role: string;
  readonly tenant: string;
  /** Empty for the whole tenant. */
  readonly project: string;
  /** Milliseconds since 1970, as all times. */
  readonly created: number;
  readonly expires: number;
  used: number | null;
  removed: number | null;
}

/** A person who is signed in with a browser. */
export interface SessionTable {
  /** SHA-256 of the secret in the cookie. */
  readonly digest: string;
  /** ID of the principal, and its name for people. */
  readonly principal: string;
  readonly name: string;
  /** JSON list of grants. */
  readonly grants: string;
  readonly created: number;
  readonly expires: number;
}

/** An entry of the audit log. Entries are never changed: each has a digest of all before it. */
export interface AuditTable {
  readonly id: number;
  readonly at: number;
  /** ID of the principal; empty if nobody was signed in. */
  readonly actor: string;
  /** Method and path of the route, with parameters in braces. */
  readonly action: string;
  /** Path and query of the request, without secrets. */
  readonly target: string;
  /** `requested` before the effect, or the code of an error after it. */
  readonly outcome: string;
  /** Digest of this entry and of the one before. */
  readonly hash: string;
}
