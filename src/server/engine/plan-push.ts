import { defined } from '../../foundation/core/defined.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type JobRequest, type LeasedJob, PRIORITIES } from '../jobs/job.ts';
import type { DocumentStore } from '../store/documents.ts';
import type { DraftPerson } from './drafts.ts';
import type { PushedVex, PushRequest } from './engine-setting.ts';
import { InvalidParts } from './invalid-parts.ts';
import { type PushedInventory, writeInventoryDocument } from './inventory-document.ts';
import { isInventoryDocument, readAnyDocument } from './read-any-document.ts';
import { planStatements, readSentVex, type SentVex, type StatementPlan } from './vex-statements.ts';

/** An inventory and the statements about it, which were read and checked. */
export interface PlannedPush {
  readonly pushed: PushedInventory;
  /** Bytes of the inventory. */
  readonly document: Uint8Array;
  readonly vex?: PlannedVex;
}

export interface PlannedVex extends PushedVex {
  readonly plan: StatementPlan;
}

/**
 * Reads everything that was sent, before any of it is stored.
 *
 * @throws UserError `E_DOCUMENT_INVALID`, `E_DOCUMENT_UNKNOWN` or `E_LIMIT`; {@link InvalidParts} for
 *   a VEX document that cannot be read, or is about another product
 */
export function planPush(
  { document, vex }: Pick<PushRequest, 'document' | 'vex'>,
  now: number,
): PlannedPush {
  const pushed = readAnyDocument(document);
  const bytes = isInventoryDocument(document) ? document : writeInventoryDocument(pushed);
  const planned = vex && planVex(pushed, vex, now);
  return { pushed, document: bytes, ...defined({ vex: planned }) };
}

function planVex({ inventory }: PushedInventory, vex: PushedVex, now: number): PlannedVex {
  const read = readSentVex(vex.documents, DEFAULT_LIMITS);
  const plan = planStatements(inventory, read.documents, now);
  const problems = [...read.problems, ...plan.problems];
  if (problems.length > 0 && vex.isPartial !== true) {
    throw new InvalidParts('E_DOCUMENT_INVALID', problems, NOTHING_STORED);
  }
  return { ...vex, plan };
}

const NOTHING_STORED = 'nothing was stored: correct the VEX document, or send the SBOM alone';

/** Stores the documents of a push; returns the digest of the inventory, and those of VEX. */
export async function storePush(
  documents: DocumentStore,
  { document, vex }: PlannedPush,
): Promise<{ readonly digest: string; readonly vexDigests: readonly string[] }> {
  const digest = await documents.put(document);
  const vexDigests: string[] = [];
  for (const { content } of vex?.documents ?? []) {
    vexDigests.push(await documents.put(content));
  }
  return { digest, vexDigests };
}

/** The author of drafts whose VEX documents are attached to images in watched registries. */
const REGISTRY: DraftPerson = { id: 'registry', name: 'registry' };

/** Describes an image of a watched registry, with the documents attached to it, as a job. */
export function createWatchedJob({
  digest,
  project,
  vex,
}: Pick<VexJob, 'digest' | 'project'> & { readonly vex: VexJob['documents'] }): JobRequest {
  const priority = PRIORITIES.bulk;
  if (vex.length === 0) {
    return { kind: 'inventory', data: { digest, project }, priority };
  }
  const how = { person: REGISTRY, isDecided: false, isPartial: true };
  return {
    kind: 'vex',
    data: { digest, project, ...how, documents: vex } satisfies VexJob,
    priority,
  };
}

/** Data of a job that adds an inventory with statements about it. */
interface VexJob {
  readonly digest: string;
  readonly project: string;
  readonly person: DraftPerson;
  readonly isDecided: boolean;
  /** Project that the statements are limited to; empty or absent for none. */
  readonly limit?: string;
  readonly isPartial?: boolean;
  readonly documents: readonly { readonly name: string; readonly digest: string }[];
}

/**
 * Describes a stored push as a job. One with statements is of another kind, so that programs of
 * earlier versions, which would lose them, do not take it.
 */
export function toInventoryJob(
  { vex }: PlannedPush,
  { digest, vexDigests }: Awaited<ReturnType<typeof storePush>>,
  project = '',
): JobRequest {
  const priority = PRIORITIES.upload;
  if (vex === undefined) {
    return { kind: 'inventory', data: { digest, project }, priority };
  }
  const { id, name } = vex.person;
  const documents = vex.documents.map(({ name: origin }, index) => {
    return { name: origin, digest: vexDigests[index] ?? '' };
  });
  const { isDecided, project: limit = '' } = vex;
  const how = { person: { id, name }, isDecided, limit };
  const data = { digest, project, ...how, documents } satisfies VexJob;
  return { kind: 'vex', data, priority };
}

/** Lists the digests of the documents that a job of this kind reads. */
export function listJobDigests(kind: string, data: object): readonly string[] {
  if (kind !== 'inventory' && kind !== 'vex') {
    return [];
  }
  const { digest, documents = [] } = data as Pick<VexJob, 'digest'> & Partial<VexJob>;
  return [digest, ...documents.map((one) => one.digest)];
}

/** Reads and checks the documents of a job of kind `inventory` or `vex`. */
export async function readInventoryJob(
  store: DocumentStore,
  { kind, data }: Pick<LeasedJob, 'data' | 'kind'>,
  now: number,
): Promise<{ readonly plan: PlannedPush; readonly digest: string; readonly project: string }> {
  const digest = String(data['digest']);
  const project = typeof data['project'] === 'string' ? data['project'] : '';
  const document = await store.get(digest);
  if (kind !== 'vex') {
    return { plan: planPush({ document }, now), digest, project };
  }
  const job = data as unknown as VexJob;
  const { documents: stored, person, isDecided, limit = '', isPartial = false } = job;
  const documents: SentVex[] = [];
  for (const { name, digest: one } of stored) {
    documents.push({ name, content: await store.get(one) });
  }
  const vex = { documents, person, isDecided, isPartial, project: limit };
  return { plan: planPush({ document, vex }, now), digest, project };
}
