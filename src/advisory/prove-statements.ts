import type { Advisory, OperatingSystem } from '../core/advisory.ts';
import { UserError } from '../core/error.ts';
import { foldCase } from '../core/fold-case.ts';
import type { Limits } from '../core/limits.ts';
import { parseBoundedJson } from '../syntax/json/bounded-json.ts';
import {
  type Guard,
  guardChoice,
  guardList,
  guardOptional,
  guardRecord,
  isText,
} from '../syntax/json/guard.ts';
import { type IndexDocument, isIndexDocument } from './delivery/database-index.ts';
import { formatLayerName, listLayers } from './layer.ts';
import { LayerReader } from './layer-reader.ts';
import type { ShardEntry } from './manifest.ts';
import { toByteKey } from './page-file/byte-key.ts';
import { type EntryProof, proveEntries, verifyEntries } from './page-file/prove-entries.ts';
import { SECTIONS, SHARD_KINDS, toReleaseKey, toSubject } from './schema.ts';
import { canContain, type SearchedPackage } from './search-database.ts';
import { decodeEntry, PageShard } from './shard-reader.ts';

/** Proof of all statements in one shard about one package or product, or of their absence. */
interface StatementProof extends Pick<ShardEntry, 'kind' | 'family'> {
  /** Provider, or `base`. */
  readonly layer: string;
  readonly shard: string;
  /** Empty for products. */
  readonly ecosystem: string;
  readonly name: string;
  readonly proof: EntryProof;
}

/** A file that `db prove` writes, and that is verified without a database. */
export interface ProofDocument {
  readonly type: typeof PROOF_TYPE;
  /** Requested releases of systems, by their keys; if empty, all. */
  readonly releases: readonly string[];
  readonly proofs: readonly StatementProof[];
  /** The signed index of the publisher of the database, which lists roots of these proofs. */
  readonly index?: IndexDocument;
}

/** Statements that a verified proof contains. */
export interface ProvenStatement {
  readonly layer: string;
  readonly shard: string;
  readonly family: string;
  /** Empty outside of systems. */
  readonly release: string;
  readonly advisory: Advisory;
}

const PROOF_TYPE = 'plimsoll-statement-proof-1';

/**
 * Proves the statements of a database about a package, or that there are none.
 *
 * @param names possible spellings of the package
 * @param systems if present, only these releases
 * @throws UserError `E_DB_MISSING`, `E_DB_INVALID`
 */
export function proveStatements(
  folder: string,
  names: readonly SearchedPackage[],
  systems: readonly OperatingSystem[] | undefined,
): ProofDocument {
  const layers = listLayers(folder);
  if (layers.length === 0) {
    throw new UserError('E_DB_MISSING', `no advisory database found in "${folder}"`);
  }
  const all: StatementProof[] = [];
  for (const layer of layers) {
    using reader = new LayerReader(layer);
    for (const entry of reader.manifest.shards) {
      if (canContain(entry, { systems })) {
        all.push(...names.flatMap((name) => proveInShard(reader, entry, name)));
      }
    }
  }
  const found = all.filter(({ proof }) => verifyEntries(proof).length > 0);
  const proofs = found.length > 0 ? found : all;
  return { type: PROOF_TYPE, releases: systems?.map(toReleaseKey) ?? [], proofs };
}

function proveInShard(
  reader: LayerReader,
  { name: shard, kind, family }: ShardEntry,
  { name, ecosystem: wanted, vendor }: SearchedPackage,
): readonly StatementProof[] {
  const opened = reader.openShard(shard);
  if (!(opened instanceof PageShard)) {
    throw new UserError('E_DB_INVALID', 'a database of schema 3 has no proofs', {
      hint: 'import the database again: plimsoll db import FILE',
    });
  }
  if (kind !== 'product' && vendor !== undefined) {
    return [];
  }
  const isWanted = (one: string): boolean => wanted === undefined || foldCase(wanted) === one;
  return opened
    .listEcosystems()
    .filter(isWanted)
    .map((ecosystem) => {
      const subject = toSubject(kind, ecosystem, name);
      const proof = proveEntries(opened.file, toPrefix(subject));
      return { layer: formatLayerName(reader.id), shard, kind, family, ecosystem, name, proof };
    });
}

function toPrefix(subject: string): string {
  return toByteKey(`${SECTIONS.statement}${subject}\0`);
}

const isProof: Guard<StatementProof> = guardRecord<StatementProof>({
  layer: isText,
  shard: isText,
  kind: guardChoice(SHARD_KINDS),
  family: isText,
  ecosystem: isText,
  name: isText,
  proof: guardRecord<EntryProof>({ root: isText, prefix: isText, pages: guardList(isText) }),
});

const isProofDocument: Guard<ProofDocument> = guardRecord<ProofDocument>({
  type: guardChoice([PROOF_TYPE]),
  releases: guardList(isText),
  proofs: guardList(isProof),
  index: guardOptional(isIndexDocument),
});

/** Parses a file of proofs. Throws `UserError` `E_PROOF_INVALID` or `E_LIMIT`. */
export function parseProof(content: Uint8Array, file: string, limits: Limits): ProofDocument {
  const document = parseBoundedJson(content, { subject: `the proof "${file}"`, limits });
  if (!isProofDocument(document)) {
    throw new UserError('E_PROOF_INVALID', `"${file}" is not a proof of this version`, {
      hint: 'create one with "plimsoll db prove PACKAGE > FILE"',
    });
  }
  return document;
}

/**
 * Verifies each proof by its root, and returns the statements about the requested releases.
 *
 * @throws UserError `E_PROOF_INVALID`
 */
export function verifyStatements({ releases, proofs }: ProofDocument): readonly ProvenStatement[] {
  return proofs.flatMap(({ layer, shard, kind, family, ecosystem, name, proof }) => {
    const subject = toSubject(kind, ecosystem, name);
    if (proof.prefix !== Buffer.from(toPrefix(subject), 'latin1').toString('base64')) {
      throw new UserError('E_PROOF_INVALID', `the proof is not about ${JSON.stringify(name)}`);
    }
    return verifyEntries(proof)
      .flatMap((entry) => decodeEntry(entry, { shard, family }))
      .filter(({ release }) => releases.length === 0 || releases.includes(release))
      .map((statement) => ({ layer, shard, family, ...statement }));
  });
}
