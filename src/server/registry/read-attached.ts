import { createHash } from 'node:crypto';
import {
  type CheckedStatement,
  checkStatements,
} from '../../compliance/attest/verify-statement.ts';
import { chooseReader } from '../../document/choose-reader.ts';
import { readFoundVex } from '../../document/vex/read-vex.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import type { FoundDocument } from '../../foundation/core/vex-reader.ts';
import type { SignatureTrust } from '../../foundation/syntax/envelope/unwrap.ts';
import { readAnyDocument } from '../engine/read-any-document.ts';
import { planStatements } from '../engine/vex-statements.ts';
import type { DocumentStore } from '../store/documents.ts';
import type { AttachedDocumentTable } from '../store/watch-tables.ts';

/** The result of reading an attached document. */
export type ReadAttachment = Pick<
  AttachedDocumentTable,
  'digest' | 'document' | 'kind' | 'note' | 'state'
>;

export interface AttachedSetting {
  readonly inventory: Inventory;
  readonly documents: DocumentStore;
  readonly limits: Limits;
  /** Whose signatures count; empty if the server has neither keys nor identities. */
  readonly trust: SignatureTrust;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Describes a document, or the list of them, that could not be read. */
export function createUnread(digest: string, reason: string): ReadAttachment {
  return {
    digest,
    document: '',
    kind: 'document',
    note: `not read: ${reason}`,
    state: 'unchecked',
  };
}

/** A stored VEX document, whose statements become drafts. */
export interface KeptVex {
  readonly name: string;
  /** SHA-256 */
  readonly digest: string;
}

/** Reads attached documents: SBOMs and VEX are kept, and statements are verified. */
export async function readAttached(
  found: readonly FoundDocument[],
  setting: AttachedSetting,
): Promise<{ readonly read: readonly ReadAttachment[]; readonly vex: readonly KeptVex[] }> {
  const read: ReadAttachment[] = [];
  const vex: KeptVex[] = [];
  for (const one of found) {
    const digest = one.origin.slice(one.origin.indexOf('@') + 1);
    const { kind, state } = describeSignature(one, setting);
    try {
      const stated = await keepVex(one, setting);
      const known = stated ?? (await keepSbom(one, setting));
      vex.push(...(stated?.isUsed === true ? [{ name: one.origin, digest: stated.document }] : []));
      const { document = '', note = '' } = known ?? {};
      // A plain document is not a malformed statement: it has no signature.
      const own = known !== undefined && state === 'malformed' ? 'unsigned' : state;
      read.push({ digest, document, kind: known?.kind ?? kind, note, state: own });
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      read.push({ ...createUnread(digest, error.message), kind, state });
    }
  }
  return { read, vex };
}

/** The worst first: it counts if a document has several statements. */
const STATES: readonly CheckedStatement['state'][] = [
  'malformed',
  'refused',
  'other-subject',
  'unsigned',
  'verified',
];

/** Without keys and identities, signatures are detected, but not verified. */
function describeSignature(
  found: FoundDocument,
  { inventory, limits, trust }: AttachedSetting,
): { readonly kind: string; readonly state: string } {
  const { target } = inventory;
  const image = target.kind === 'image' ? target : undefined;
  const checked = checkStatements(found, image?.manifestDigest ?? '', {
    limits,
    keys: [],
    ...trust,
    ...defined({ manifest: image?.manifest }),
    isPlainDocument: (bytes) => chooseReader(bytes, limits) !== undefined,
  });
  const kind = checked.find((one) => one.kind !== '')?.kind ?? 'document';
  const state = STATES.find((one) => checked.some((statement) => statement.state === one));
  const isSigned = state !== 'unsigned' && state !== 'malformed';
  const isChecked = trust.keys !== undefined || trust.verifyBundle !== undefined;
  return { kind, state: isSigned && !isChecked ? 'unchecked' : (state ?? 'malformed') };
}

interface Kept {
  readonly kind: 'sbom' | 'vex';
  readonly document: string;
  readonly note: string;
}

async function keepVex(
  { origin, content, attachedTo }: FoundDocument,
  { inventory, documents, limits, trust, now }: AttachedSetting,
): Promise<(Kept & { readonly isUsed: boolean }) | undefined> {
  const read = readFoundVex(content, { limits, origin, ...trust, ...defined({ attachedTo }) });
  if (read.length === 0) {
    return undefined;
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  const placed = read.map((document) => ({ pointer: '', sha256, document }));
  const { statements, planned, problems } = planStatements(inventory, placed, now);
  const all = [...read.flatMap((one) => one.problems), ...problems.map(({ message }) => message)];
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  const left = all.length === 0 ? '' : `; left out: ${all[0]}${more}`;
  const note = `${formatCount(statements, 'statement')}, ${planned.length} about this image${left}`;
  const isUsed = planned.length > 0;
  return { kind: 'vex', document: await documents.put(content), note, isUsed };
}

/** Keeps an SBOM, and compares its packages with those of the image. */
async function keepSbom(
  { content }: FoundDocument,
  { inventory, documents, limits }: AttachedSetting,
): Promise<Kept | undefined> {
  if (chooseReader(content, limits) === undefined) {
    return undefined;
  }
  const listed = listPurls(readAnyDocument(content).inventory);
  const own = listPurls(inventory);
  const extra = [...listed].filter((one) => !own.has(one)).length;
  const missing = [...own].filter((one) => !listed.has(one)).length;
  const difference =
    extra + missing === 0
      ? 'the same as in the image'
      : `${extra} not in the image, and ${missing} of the image missing`;
  const note = `${formatCount(listed.size, 'package')}: ${difference}`;
  return { kind: 'sbom', document: await documents.put(content), note };
}

/** Without qualifiers, which each tool writes differently. */
function listPurls({ packages }: Inventory): ReadonlySet<string> {
  return new Set(
    packages.map(({ purl, name, version }) => cutQualifiers(purl) || `${name}@${version}`),
  );
}

function cutQualifiers(purl: string): string {
  return purl.split(/[?#]/, 1)[0] ?? '';
}
