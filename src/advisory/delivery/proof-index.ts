import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import { formatLayerName } from '../layer.ts';
import type { ProofDocument } from '../prove-statements.ts';
import type { DatabaseIndex } from './database-index.ts';
import { readStoredIndex } from './stored-index.ts';
import { verifySignatures } from './trust.ts';

/** A shard by the root that a proof leads to. */
export interface ProvenRoot {
  /** Provider, or `base`. */
  readonly layer: string;
  readonly shard: string;
  readonly root: string;
}

/** Lists the different roots of a proof. */
export function listRoots({ proofs }: ProofDocument): readonly ProvenRoot[] {
  const roots = proofs.map(({ layer, shard, proof: { root } }) => ({ layer, shard, root }));
  return [...new Map(roots.map((root) => [JSON.stringify(root), root])).values()];
}

/** Returns whether an index lists a shard with this root. */
export function isListedRoot({ layers }: DatabaseIndex, { layer, shard, root }: ProvenRoot) {
  const listed = layers.find(({ id }) => formatLayerName(id) === layer);
  return listed?.shards.some(({ name, digest }) => name === shard && digest === root) === true;
}

/**
 * Adds the signed index from which a database was installed to a proof, if it lists any of its
 * roots.
 */
export function addSignedIndex(
  proof: ProofDocument,
  folder: string,
  limits: Limits,
): ProofDocument {
  const stored = readStoredIndex(folder, limits);
  if (stored === undefined || !listRoots(proof).some((root) => isListedRoot(stored.index, root))) {
    return proof;
  }
  const { keys, document } = stored.published;
  return { ...proof, index: { keys, ...document } };
}

/**
 * Returns the index of a proof after verifying that trusted keys signed it. A proof is about the
 * past, so the index may have expired since.
 *
 * @throws UserError `E_PROOF_INVALID` if the proof has none, `E_DB_UNTRUSTED`, `E_USAGE` for an
 *   unusable key file
 */
export function verifyProofIndex({ index }: ProofDocument, keyFile: string): DatabaseIndex {
  if (index === undefined) {
    throw new UserError('E_PROOF_INVALID', 'the proof has no signed index', {
      hint: 'create it with a database that was installed from a signed index, or use --root',
    });
  }
  const { keys, signed, signatures } = index;
  return verifySignatures({ keys, document: { signed, signatures } }, keyFile, 'the proof');
}
