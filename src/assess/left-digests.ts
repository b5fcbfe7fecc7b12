import { setImmediate } from 'node:timers/promises';
import type { FileRef } from '../foundation/core/cataloger.ts';
import { UserError } from '../foundation/core/error.ts';
import type { FileTable, OtherDigestAlgorithm } from '../foundation/core/file-table.ts';
import type { Limits } from '../foundation/core/limits.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { RunningDigests } from '../image/read/running-digests.ts';
import { YieldBudget } from '../image/read/yield-budget.ts';
import type { ReadTarget } from './read-target.ts';

type LeftInput = Pick<ReadTarget, 'view' | 'layers' | 'problems'> &
  Required<Pick<ReadTarget, 'readContent'>>;

export interface LeftDigestsOptions {
  /** In addition to SHA-256 and SHA-1. */
  readonly otherDigests: readonly OtherDigestAlgorithm[];
  readonly limits: Limits;
}

/**
 * Computes the digests of files of a directory that the inventory lists and no extractor read
 * completely: most files are not listed, and reading them would take most of the time.
 *
 * @param paths as in the view; only regular files have digests
 * @returns problems with files that could not be read or have changed since they were checked
 */
export async function takeLeftDigests(
  { view, layers, readContent, problems: known }: LeftInput,
  paths: Iterable<string>,
  { otherDigests, limits }: LeftDigestsOptions,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  // Files that could not be read in the first place are reported already.
  const reported = new Set(
    known.map(({ plugin, path }) => (plugin === undefined ? path : undefined)),
  );
  const yieldBudget = new YieldBudget();
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
    if (reported.has(at)) {
      continue;
    }
    try {
      await digestRow(files, ref.row, readContent(at, files.sizeBytes(ref.row)), {
        yieldBudget,
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
  readonly yieldBudget: YieldBudget;
  readonly otherDigests: readonly OtherDigestAlgorithm[];
}

async function digestRow(
  files: FileTable,
  row: number,
  content: Iterable<Uint8Array>,
  { yieldBudget, otherDigests }: Taking,
): Promise<void> {
  const digests = new RunningDigests({ otherDigests });
  let bytes = 0;
  for (const piece of content) {
    digests.update(piece);
    bytes += piece.length;
    if (yieldBudget.isDue(piece.length)) {
      await setImmediate();
    }
  }
  if (bytes !== files.sizeBytes(row)) {
    throw new UserError('E_TARGET_UNREADABLE', 'the file changed while it was scanned');
  }
  digests.storeDigests(files, row);
}
