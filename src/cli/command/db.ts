import { defined } from '../../foundation/core/defined.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import { escapeText, formatCount, groupDigits } from '../../foundation/core/screen-text.ts';
import { findAbsentShards } from '../../vulnerability/advisory/absent-shards.ts';
import { importArchiveIndex, isArchiveIndex } from '../../vulnerability/advisory/archive-index.ts';
import { exportDatabase } from '../../vulnerability/advisory/database-archive.ts';
import {
  type DatabaseStatus,
  describeDatabase,
  describeEachLayer,
} from '../../vulnerability/advisory/describe-database.ts';
import { fillDatabase } from '../../vulnerability/advisory/fill-database.ts';
import { formatLayerName, listLayers } from '../../vulnerability/advisory/layer.ts';
import { checkPin, isFromArchive } from '../../vulnerability/advisory/pinned-archive.ts';
import { isOutdated } from '../../vulnerability/advisory/update/database-age.ts';
import {
  deleteDatabase,
  deleteLayer,
} from '../../vulnerability/advisory/update/update-database.ts';
import { checkDirectory } from '../check-directory.ts';
import type { Command, Context } from '../command.ts';
import { buildFromArguments } from '../db-build.ts';
import { printDatabaseDiff } from '../db-diff.ts';
import { fetchFromArguments } from '../db-fetch.ts';
import { changeKeys } from '../db-keys.ts';
import { getFileArgument, listShards, printJson, printRows } from '../db-output.ts';
import { printProof, verifyProofFile } from '../db-prove.ts';
import { printProviders } from '../db-providers.ts';
import { exportSigned, publishFromArguments } from '../db-publish.ts';
import { printDatabaseSearch } from '../db-search.ts';
import { checkMirrors, listMirror, updateFromMirrors } from '../db-update.ts';
import { listFlagOutputs } from '../flag-format.ts';
import { getDatabaseDirectory } from '../folders.ts';
import { writeOutputFile } from '../output-file.ts';
import { createPorts } from '../request.ts';

/** The advisory database: shows its state, fills, updates and removes it. */
export const db: Command = { run };

type Action = (folder: string, context: Context) => ExitStatus | Promise<ExitStatus>;

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    status: printStatus,
    update: updateFromMirrors,
    check: (folder, context) => checkMirrors(folder, context, isJsonWanted(context)),
    list: (folder, context) => listMirror(folder, context, isJsonWanted(context)),
    publish: publishFromArguments,
    keys: changeKeys,
    import: fill,
    export: writeArchive,
    fetch: fetchDocuments,
    build,
    search,
    diff,
    prove: printProof,
    verify,
    providers: listSources,
    delete: remove,
  }),
);
const WORDS = [...ACTIONS.keys()];
/** Subcommands with JSON output, and the other names of their form for people. */
const FORMS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    status: ['text', 'json'],
    check: ['text', 'json'],
    list: ['text', 'json', 'raw'],
    prove: ['json', 'json'],
    verify: ['text', 'json'],
    search: ['table', 'json'],
    diff: ['table', 'json', 'text'],
    providers: ['table', 'json', 'text'],
  }),
);

/**
 * The largest number of arguments of each subcommand that takes any; each checks itself which it
 * needs.
 */
const FOLLOWING_MAX: ReadonlyMap<string, number> = new Map(
  Object.entries({
    import: 1,
    export: 1,
    publish: 1,
    keys: 2,
    diff: 2,
    prove: 1,
    search: Number.POSITIVE_INFINITY,
    fetch: Number.POSITIVE_INFINITY,
    build: Number.POSITIVE_INFINITY,
    delete: Number.POSITIVE_INFINITY,
  }),
);

async function run(context: Context): Promise<ExitStatus> {
  const [word, ...rest] = context.positionals;
  const action = word === undefined ? undefined : ACTIONS.get(word);
  if (word === undefined || action === undefined) {
    throw createUsageError(word);
  }
  const followingMax = FOLLOWING_MAX.get(word) ?? 0;
  if (rest.length > followingMax) {
    const what = followingMax === 0 ? 'no file' : `at most ${formatCount(followingMax, 'file')}`;
    throw new UserError(
      'E_USAGE',
      `wrong number of arguments: "plimsoll db ${word}" takes ${what}`,
    );
  }
  isJsonWanted(context);
  return await action(getDatabaseDirectory(context.resolved.values, context.environment), context);
}

function createUsageError(word: string | undefined): UserError {
  return word === undefined
    ? new UserError('E_USAGE', `missing action for "plimsoll db": use one of ${WORDS.join(', ')}`, {
        hint: 'run "plimsoll db update" to get started',
      })
    : new UserError('E_USAGE', `unknown action "${word}" for "plimsoll db"`, {
        hint: suggestWord(word, WORDS),
      });
}

function isJsonWanted(context: Context): boolean {
  const [word = ''] = context.positionals;
  const formats = listFlagOutputs(context);
  const forms = FORMS.get(word) ?? [];
  const unknown = formats.find((format) => !forms.includes(format));
  if (unknown !== undefined || formats.length > 1) {
    throw new UserError(
      'E_USAGE',
      `unsupported output -o ${formats.join(' -o ')} for "plimsoll db ${word}"`,
      {
        hint:
          forms.length === 0
            ? 'leave -o out; this action has only one output format'
            : `use one of: ${forms.slice(0, 2).join(', ')}`,
      },
    );
  }
  return formats[0] === 'json' || formats[0] === 'raw';
}

async function fill(folder: string, context: Context): Promise<ExitStatus> {
  const file = getFileArgument(context, 'the file to import', 'vulnerability-db.tar.zst');
  if (isArchiveIndex(file)) {
    const count = importArchiveIndex(file, folder);
    context.print(`Index of Java archives imported: ${groupDigits(count)} archives\n`);
    return EXIT_STATUS.fine;
  }
  const { limits, dbDigest, dbKey, trustFirstKey, acceptLoss } = context.resolved.values;
  checkPin(dbDigest);
  const imported = await fillDatabase(file, folder, {
    progress: context.progress,
    limits,
    now: context.now,
    machineTime: createPorts(context).machineTime,
    isLossAccepted: acceptLoss,
    isFirstKeyTrusted: trustFirstKey,
    ...defined({ archiveDigest: dbDigest, keyFile: dbKey }),
  });
  context.resources.dispose();
  printRows(context, listStatusRows(imported, context));
  return EXIT_STATUS.fine;
}

async function writeArchive(folder: string, context: Context): Promise<ExitStatus> {
  const file = getFileArgument(context, 'the file to write', 'advisories.tar');
  if (context.resolved.values.signed) {
    return await exportSigned(file, folder, context);
  }
  writeOutputFile(file, { isPrivate: false }, (add) => exportDatabase(folder, add));
  context.print(`Advisory database written to ${escapeText(file)}\n`);
  return EXIT_STATUS.fine;
}

async function fetchDocuments(_: string, context: Context): Promise<ExitStatus> {
  return await fetchFromArguments(context.positionals.slice(1), context);
}

async function build(folder: string, context: Context): Promise<ExitStatus> {
  const words = context.positionals.slice(1);
  const { status, isComplete } = await buildFromArguments(words, folder, context);
  context.resources.dispose();
  printRows(context, listStatusRows(status, context));
  return isComplete ? EXIT_STATUS.fine : EXIT_STATUS.incomplete;
}

function search(folder: string, context: Context): ExitStatus {
  return printDatabaseSearch(context.positionals.slice(1), folder, context, isJsonWanted(context));
}

async function diff(folder: string, context: Context): Promise<ExitStatus> {
  const isJson = isJsonWanted(context);
  return await printDatabaseDiff(context.positionals.slice(1), folder, context, isJson);
}

function remove(folder: string, context: Context): ExitStatus {
  const [, ...names] = context.positionals;
  checkDirectory(folder, 'the advisory database');
  if (names.length === 0) {
    deleteDatabase(folder, context.now);
    context.print('Advisory database deleted\n');
    return EXIT_STATUS.fine;
  }
  const layers = new Map(listLayers(folder).map(({ id }) => [formatLayerName(id), id]));
  const unknown = names.find((name) => !layers.has(name));
  if (unknown !== undefined) {
    throw new UserError('E_USAGE', `the advisory database has no layer "${unknown}"`, {
      hint: layers.size === 0 ? 'it is empty' : `use one of: ${[...layers.keys()].join(', ')}`,
    });
  }
  for (const name of names) {
    deleteLayer(folder, layers.get(name) ?? '', context.now);
    context.print(`Layer ${name} of the advisory database deleted\n`);
  }
  return EXIT_STATUS.fine;
}

function listSources(folder: string, context: Context): ExitStatus {
  return printProviders(folder, context, isJsonWanted(context));
}

function verify(folder: string, context: Context): ExitStatus {
  const { proof } = context.resolved.values;
  return proof === undefined
    ? reportStatus(describeDatabase(folder, true), context)
    : verifyProofFile(proof, context, isJsonWanted(context));
}

function printStatus(folder: string, context: Context): ExitStatus {
  return reportStatus(describeDatabase(folder), context);
}

/**
 * Returns the exit status for missing data unless there is a valid database that is recent enough,
 * so that scripts can test for it.
 */
function reportStatus(found: DatabaseStatus, context: Context): ExitStatus {
  const fault = findFault(found, context);
  if (isJsonWanted(context)) {
    const { description } = found;
    const folder = getDatabaseDirectory(context.resolved.values, context.environment);
    const absent = findAbsentShards(folder);
    printJson(context, {
      schemaVersion: description?.sourceSchema ?? '',
      from: description?.origin ?? '',
      built: description?.builtAt ?? '',
      imported: found.importedAt ?? '',
      path: found.path,
      valid: fault === undefined,
      ...defined({ error: fault }),
      shards: listRoots(context),
      ...(absent.length === 0 ? {} : { absent }),
    });
  } else {
    printRows(context, listStatusRows(found, context));
  }
  return fault === undefined ? EXIT_STATUS.fine : EXIT_STATUS.incomplete;
}

/** Lists the shards of all layers with the hashes that stand for their content. */
function listRoots(context: Context): readonly object[] {
  const folder = getDatabaseDirectory(context.resolved.values, context.environment);
  return describeEachLayer(folder).flatMap(({ id, shards }) =>
    shards.map(({ name, digest, sizeBytes }) => ({
      layer: formatLayerName(id),
      name,
      root: digest,
      bytes: sizeBytes,
    })),
  );
}

function findFault({ isValid, error, description }: DatabaseStatus, context: Context) {
  const { dbMaxAge, dbDigest } = context.resolved.values;
  checkPin(dbDigest);
  if (!isValid || description === undefined) {
    return error ?? 'no advisory database found';
  }
  const folder = getDatabaseDirectory(context.resolved.values, context.environment);
  if (dbDigest !== undefined && !isFromArchive(folder, dbDigest)) {
    return `it does not come from the archive ${dbDigest}`;
  }
  if (description.sourceSchema !== '' && isOutdated(description.builtAt, context.now, dbMaxAge)) {
    return `it was built more than ${dbMaxAge} days ago`;
  }
  const outdated = listBuiltLayers(folder).filter(({ captured }) =>
    isOutdated(captured, context.now, dbMaxAge),
  );
  return outdated.length === 0
    ? undefined
    : `captured more than ${dbMaxAge} days ago: ${outdated.map(({ name }) => name).join(', ')}`;
}

/** Lists the layers whose age is that of their feed. */
function listBuiltLayers(
  folder: string,
): readonly { readonly name: string; readonly captured: string; readonly statements: number }[] {
  return describeEachLayer(folder).flatMap(({ id, description, shards }) => {
    if (description === undefined || description.sourceSchema !== '') {
      return [];
    }
    const counts = shards.map(({ counts: { affected, unaffected } }) => affected + unaffected);
    const statements = counts.reduce((sum, count) => sum + count, 0);
    return [{ name: formatLayerName(id), captured: description.builtAt, statements }];
  });
}

function listStatusRows(
  found: DatabaseStatus,
  context: Context,
): readonly (readonly [string, string])[] {
  const { description } = found;
  const rows: [string, string][] = [['Path', found.path]];
  if (description !== undefined) {
    const source = description.sourceSchema === '' ? '' : ` (from ${description.sourceSchema})`;
    rows.push(
      ['Schema', `${description.schema}${source}`],
      ['Built', description.builtAt],
      ['Imported', found.importedAt ?? ''],
      ['From', description.origin],
      [
        'Size',
        `${groupDigits(found.sizeBytes)} bytes in ${formatCount(found.shards.length, 'shard')}`,
      ],
      ['Sources', description.providers.map(({ id }) => id).join(', ')],
    );
    const folder = getDatabaseDirectory(context.resolved.values, context.environment);
    const absent = findAbsentShards(folder);
    if (absent.length > 0) {
      const count = formatCount(absent.length, 'shard');
      rows.push(['Absent', `${count}, installed when a scan needs them: ${listShards(absent)}`]);
    }
    for (const { name, captured, statements } of listBuiltLayers(folder)) {
      const count = formatCount(statements, 'statement');
      rows.push(['Layer', `${name}: ${count}, captured ${captured}`]);
    }
  }
  const fault = findFault(found, context);
  const word = found.isValid ? 'outdated' : 'invalid';
  return [...rows, ['Status', fault === undefined ? 'valid' : `${word}: ${fault}`]];
}
