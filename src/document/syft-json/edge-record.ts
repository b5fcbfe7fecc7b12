import { defined } from '../../foundation/core/defined.ts';
import { type Relationship, WEAK_PROOFS } from '../../foundation/core/inventory.ts';
import {
  getRecord,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import type { FilePlace } from './file-record.ts';
import { EDGE_TYPES } from './vocabulary.data.ts';

type OwnsPackage = Extract<Relationship, { readonly kind: 'owns-package' }>;

/** The possible ends of an edge. */
export interface EdgeEnds {
  readonly packageIds: ReadonlySet<string>;
  readonly filesById: ReadonlyMap<string, FilePlace>;
}

/**
 * Returns an edge between packages, or between a package and a file that it installed or needs;
 * nothing for other kinds, `undefined` if an end is missing. Evidence is not read here, because the
 * packages contain it.
 */
export function readRelationship(
  edge: JsonRecord,
  { packageIds, filesById }: EdgeEnds,
): readonly Relationship[] | undefined {
  const from = getText(edge, 'parent');
  const to = getText(edge, 'child');
  const type = getText(edge, 'type');
  const kind = EDGE_TYPES.values.get(type);
  if (kind === 'contains-file') {
    const file = filesById.get(to);
    const isOwned = packageIds.has(from) && file !== undefined;
    return isOwned ? [{ kind, from, ...file }] : [];
  }
  if (kind === 'evident-by') {
    return [];
  }
  const needed = filesById.get(from);
  if (needed !== undefined && kind === 'dependency-of' && packageIds.has(to)) {
    return [{ kind: 'needs-file', from: to, ...needed }];
  }
  if (!packageIds.has(from) || !packageIds.has(to)) {
    return undefined;
  }
  if (kind === 'owns-package') {
    return [{ kind, from, to, ...readOwnership(edge) }];
  }
  return type.includes('dependency-of') ? [{ kind: 'dependency-of', from, to }] : [];
}

function readOwnership(edge: JsonRecord): Pick<OwnsPackage, 'paths' | 'proof'> {
  const metadata = getRecord(edge, 'metadata') ?? {};
  const named = getText(metadata, 'proof');
  const proof = WEAK_PROOFS.find((one) => one === named);
  return { paths: getTexts(metadata, 'files'), ...defined({ proof }) };
}
