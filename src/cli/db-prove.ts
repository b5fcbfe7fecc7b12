import fs from 'node:fs';
import { openDatabase } from '../advisory/open-database.ts';
import {
  type ProofDocument,
  type ProvenStatement,
  parseProof,
  proveStatements,
  verifyStatements,
} from '../advisory/prove-statements.ts';
import { listUnsearchedShards } from '../advisory/search-database.ts';
import { defined } from '../core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../core/error.ts';
import { type TextColumn, writeTextTable } from '../present/text-table.ts';
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
  printJson(context, proveStatements(folder, packages, systems));
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
 * Verifies a proof without a database and prints its statements. Without `--root`, it proves them to
 * people who trust the printed roots.
 */
export function verifyProofFile(file: string, context: Context, isJson: boolean): ExitStatus {
  const { limits, root: trusted } = context.resolved.values;
  const proof = parseProof(readProofFile(file), file, limits);
  const statements = verifyStatements(proof);
  const roots = listRoots(proof);
  requireTrusted(roots, trusted);
  if (isJson) {
    printJson(context, { roots, isTrusted: trusted.length > 0, statements });
    return EXIT_STATUS.fine;
  }
  for (const { layer, shard, root } of roots) {
    context.print(`Proven by the shard ${shard} of the layer ${layer}: ${root}\n`);
  }
  if (trusted.length === 0) {
    context.notify('Compare these roots with those of a database that you trust, or use --root');
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

function readProofFile(file: string): Uint8Array {
  try {
    return fs.readFileSync(file);
  } catch (cause) {
    throw new UserError('E_USAGE', `could not read the proof "${file}"`, { cause });
  }
}

interface ShardRoot {
  readonly layer: string;
  readonly shard: string;
  readonly root: string;
}

function listRoots({ proofs }: ProofDocument): readonly ShardRoot[] {
  const roots = proofs.map(({ layer, shard, proof: { root } }) => ({ layer, shard, root }));
  return [...new Map(roots.map((root) => [JSON.stringify(root), root])).values()];
}

function requireTrusted(roots: readonly ShardRoot[], trusted: readonly string[]): void {
  const unknown = roots.find(({ root }) => trusted.length > 0 && !trusted.includes(root));
  if (unknown !== undefined) {
    throw new UserError(
      'E_PROOF_INVALID',
      `the proof has the root ${unknown.root} for the shard ${unknown.shard}, which --root does not name`,
      { hint: 'create the proof with the database whose roots you trust' },
    );
  }
}
