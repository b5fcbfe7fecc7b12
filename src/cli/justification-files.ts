import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { JustificationFile } from '../compliance/justify/file/read-entries.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import { UserError } from '../foundation/core/error.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import { readNamedFile } from '../image/source/named-file.ts';
import type { Context } from './command.ts';
import { isPartOfTarget } from './configuration-file.ts';

const FILE_BYTES_MAX = 32 * 1024 * 1024;
const FILES_MAX = 1_000;
const DIRECTORY = 'justifications';
/** Turns the directory beside the configuration off. */
const NONE = 'none';

/**
 * Reads the files of justifications that the option names; without it, those beside the
 * configuration file. A directory inside a target comes from whoever made the target, and is never
 * read.
 *
 * @throws UserError `E_JUSTIFICATION` if the directory or a file cannot be read
 */
export function readJustificationFiles(context: Context): readonly JustificationFile[] {
  const { justifications: named, parity } = context.resolved.values;
  if (named === NONE || parity) {
    return [];
  }
  if (named !== undefined) {
    return readNamedJustifications(named);
  }
  const found = listUsualDirectories(context).filter(isDirectory);
  const used = found.filter((path) => !isPartOfTarget(path, context.positionals));
  const files = used.flatMap(readDirectory);
  for (const path of found.filter((one) => !used.includes(one))) {
    context.warn(`note: ${path} is part of the target and was ignored`);
  }
  if (files.length > 0) {
    // Always printed: the author of the directory may be anybody.
    context.warn(`note: using ${formatCount(files.length, 'file')} of ${used.join(', ')}`);
  }
  return files;
}

/** Beside the configuration in use; the one of the home directory belongs to no project. */
function listUsualDirectories({ configurationFiles }: Context): readonly string[] {
  const beside = configurationFiles
    .filter(({ place }) => place !== 'home')
    .map(({ path }) => join(dirname(path), DIRECTORY));
  return beside.length === 0 ? [DIRECTORY] : beside;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readDirectory(path: string): readonly JustificationFile[] {
  return listJustificationFiles(path).map(readJustificationFile);
}

function listJustificationFiles(path: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(path);
  } catch (cause) {
    throw createReadError(path, cause);
  }
  const files = names.filter((name) => /\.ya?ml$/.test(name)).toSorted(compareText);
  if (files.length > FILES_MAX) {
    throw new UserError('E_JUSTIFICATION', `"${path}" has more than ${FILES_MAX} files`);
  }
  return files.map((name) => join(path, name));
}

/** @throws UserError `E_JUSTIFICATION` if the file cannot be read or is too long */
export function readJustificationFile(path: string): JustificationFile {
  const bytes = readNamedFile(path, {
    maxBytes: FILE_BYTES_MAX,
    createUnreadableError: (cause) => createReadError(path, cause),
    createTooLongError: () =>
      new UserError('E_JUSTIFICATION', `"${path}" has more than ${FILE_BYTES_MAX} bytes`),
  });
  return { path, bytes };
}

/** Reads a file, or the files of a directory. */
export function readNamedJustifications(path: string): readonly JustificationFile[] {
  return isDirectory(path) ? readDirectory(path) : [readJustificationFile(path)];
}

function createReadError(path: string, cause: unknown): UserError {
  return new UserError(
    'E_JUSTIFICATION',
    `could not read "${basename(path)}" in "${dirname(path)}"`,
    {
      hint: 'create a file with: plimsoll justify queue TARGET -o yaml=FILE',
      cause,
    },
  );
}
