import fs from 'node:fs';
import { defined } from '../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { type TextColumn, writeTextTable } from '../foundation/present/text-table.ts';
import type { DatabaseIndex } from '../vulnerability/advisory/delivery/database-index.ts';
import {
  addSignedIndex,
  isListedRoot,
  listRoots,
  type ProvenRoot,
  verifyProofIndex,
} from '../vulnerability/advisory/delivery/proof-index.ts';
import { openDatabase } from '../vulnerability/advisory/open-database.ts';
import {
  type ProvenStatement,
  parseProof,
  proveStatements,
  verifyStatements,
} from '../vulnerability/advisory/prove-statements.ts';
import { listUnsearchedShards } from '../vulnerability/advisory/search-database.ts';
import type { Context } from './command.ts';
import { formatPackage } from './db-conflicts.ts';
import { printJson, reportAbsentShards } from './db-output.ts';
import { formatAffected, formatFix, listSystems, parsePackages } from './db-search.ts';
import { createTableOptions } from './terminal.ts';

/**
 * Prints the proof of the statements about a package as JSON. It is incomplete if a shard that may
 * have some is absent.
 */
export function printProof(folder: string, context: Context): ExitStatus {
  const [, word] = context.positionals;
  if (word === undefined) {
    throw new UserError('E_USAGE', '"plimsoll db prove" needs a package, a package URL or a CPE', {
      hint: 'use, for example: plimsoll db prove openssl --distro alpine:3.20',
    });
  }
  using database = openDatabase(folder);
  const systems = listSystems(database, context);
  const packages = parsePackages(word);
  const proof = proveStatements(folder, packages, systems);
  printJson(context, addSignedIndex(proof, folder, context.resolved.values.limits));
  const query = { ids: [], packages, ...defined({ systems }) };
  return reportAbsentShards(listUnsearchedShards(folder, query), context);
}

const COLUMNS: readonly TextColumn<ProvenStatement>[] = [
  { title: 'VULNERABILITY', cell: ({ advisory }) => advisory.vulnerability },
  { title: 'PACKAGE', canShrink: true, cell: ({ advisory }) => formatPackage(advisory) },
  {
    title: 'SYSTEM',
    cell: ({ family, release }) => (release === '' ? '' : `${family} ${release}`),
  },
  { title: 'SOURCE', dropRank: 1, cell: ({ advisory }) => advisory.provider },
  { title: 'LAYER', dropRank: 2, cell: ({ layer }) => layer },
  {
    title: 'AFFECTED',
    canShrink: true,
    wraps: true,
    cell: ({ advisory }) => formatAffected(advisory),
  },
  { title: 'FIXED IN', canShrink: true, wraps: true, cell: ({ advisory }) => formatFix(advisory) },
];

/**
 * Verifies a proof without a database and prints its statements. Without `--root` and `--db-key`, it
 * proves them to people who trust the printed roots.
 */
export function verifyProofFile(file: string, context: Context, isJson: boolean): ExitStatus {
  const { limits, root: trusted, dbKey } = context.resolved.values;
  const proof = parseProof(readProofFile(file), file, limits);
  const statements = verifyStatements(proof);
  const roots = listRoots(proof);
  const isIndexNeeded = dbKey !== undefined && (proof.index !== undefined || trusted.length === 0);
  const index = isIndexNeeded ? verifyProofIndex(proof, dbKey) : undefined;
  const isTrusted = trusted.length > 0 || index !== undefined;
  if (isTrusted) {
    requireTrusted(roots, trusted, index);
  }
  if (isJson) {
    const signed = index === undefined ? {} : { index: describeIndex(index) };
    printJson(context, { roots, isTrusted, ...signed, statements });
    return EXIT_STATUS.fine;
  }
  for (const { layer, shard, root } of roots) {
    context.print(`Proven by the shard ${shard} of the layer ${layer}: ${root}\n`);
  }
  if (index !== undefined) {
    context.print(`Signed by the publisher: index ${index.sequence}, created ${index.created}\n`);
  } else if (!isTrusted) {
    context.notify(
      proof.index === undefined
        ? 'Compare these roots with those of a database that you trust, or use --root'
        : "Verify the signed index of the proof with the publisher's key: --db-key FILE",
    );
  }
  if (statements.length === 0) {
    context.print('These shards have no statements about the package\n');
    return EXIT_STATUS.fine;
  }
  const table = { columns: COLUMNS, rows: statements };
  const sink = { write: (text: string) => context.print(text) };
  writeTextTable(sink, table, createTableOptions(context.terminal));
  return EXIT_STATUS.fine;
}

function describeIndex({ sequence, created, expires }: DatabaseIndex): object {
  return { sequence, created, expires };
}

function readProofFile(file: string): Uint8Array {
  try {
    return fs.readFileSync(file);
  } catch (cause) {
    throw new UserError('E_USAGE', `could not read the proof "${file}"`, { cause });
  }
}

/** Throws `E_PROOF_INVALID` if neither the user nor the signed index names a root. */
function requireTrusted(
  roots: readonly ProvenRoot[],
  trusted: readonly string[],
  index: DatabaseIndex | undefined,
): void {
  const unknown = roots.find(
    (each) => !trusted.includes(each.root) && (index === undefined || !isListedRoot(index, each)),
  );
  if (unknown !== undefined) {
    const place = index === undefined ? '--root does not name' : 'the signed index does not list';
    throw new UserError(
      'E_PROOF_INVALID',
      `the proof has the root ${unknown.root} for the shard ${unknown.shard}, which ${place}`,
      { hint: 'create the proof with the database whose roots you trust' },
    );
  }
}
