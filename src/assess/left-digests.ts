import { setImmediate } from 'node:timers/promises';
import type { FileRef } from '../core/cataloger.ts';
import { UserError } from '../core/error.ts';
import type { FileTable, OtherDigestAlgorithm } from '../core/file-table.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { Pace } from '../read/pace.ts';
import { RunningDigests } from '../read/running-digests.ts';
import type { ReadTarget } from './read-target.ts';

type LeftInput = Pick<ReadTarget, 'view' | 'layers' | 'problems'> &
  Required<Pick<ReadTarget, 'contentOf'>>;

export interface LeftDigestsOptions {
  /** Besides SHA-256 and SHA-1. */
  readonly otherDigests: readonly OtherDigestAlgorithm[];
  readonly limits: Limits;
}

/**
 * Takes the digests of those files of a directory that the inventory lists and of which nobody
 * wanted to see all: of most files it does not list any, and to read them took most of the time.
 *
 * @param paths as the view knows them; what is no regular file has no digests
 * @returns what could not be read, or was changed since it was looked at
 */
export async function takeLeftDigests(
  { view, layers, contentOf, problems: known }: LeftInput,
  paths: Iterable<string>,
  { otherDigests, limits }: LeftDigestsOptions,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  // Files that could not be read in the first place are told already.
  const told = new Set(known.map(({ plugin, path }) => (plugin === undefined ? path : undefined)));
  const pace = new Pace();
  let listed = 0;
  for (const path of paths) {
    if (++listed > limits.listedFilesMax) {
      break;
    }
    const ref = view.resolve(path)?.ref;
    const files = ref && layers[ref.layer]?.files;
    if (ref === undefined || files === undefined || !isLeft(files, ref)) {
      continue;
    }
    const at = files.getPath(ref.row);
    if (told.has(at)) {
      continue;
    }
    try {
      await digestRow(files, ref.row, contentOf(at, files.sizeBytes(ref.row)), {
        pace,
        otherDigests,
      });
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      problems.push({ code: 'P_UNREADABLE', message: error.message, path: at });
    }
  }
  return problems;
}

function isLeft(files: FileTable, { row }: FileRef): boolean {
  return files.getType(row) === 'regular' && files.getSha256(row) === undefined;
}

interface Taking {
  readonly pace: Pace;
  readonly otherDigests: readonly OtherDigestAlgorithm[];
}

async function digestRow(
  files: FileTable,
  row: number,
  content: Iterable<Uint8Array>,
  { pace, otherDigests }: Taking,
): Promise<void> {
  const digests = new RunningDigests({ otherDigests });
  let bytes = 0;
  for (const piece of content) {
    digests.update(piece);
    bytes += piece.length;
    if (pace.isDue(piece.length)) {
      await setImmediate();
    }
  }
  if (bytes !== files.sizeBytes(row)) {
    throw new UserError('E_TARGET_UNREADABLE', 'the file changed while it was scanned');
  }
  digests.setOn(files, row);
}
