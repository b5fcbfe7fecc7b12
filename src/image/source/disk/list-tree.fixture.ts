import { tmpdir } from 'node:os';
import { UserError } from '../../../foundation/core/error.ts';
import type { FileEntry } from '../../../foundation/core/file-table.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import { SILENT } from '../../../foundation/core/progress.ts';
import type { OpenOptions, Source } from '../../../foundation/core/target.ts';
import { createSpill } from '../../read/spill.ts';

export interface ListedFile {
  readonly entry: FileEntry;
  readonly content: Buffer;
}

/** Lists all files of a tree with their contents; those that cannot be read are problems. */
export async function listTree(
  source: Source,
  target: string,
  options: Partial<OpenOptions> = {},
): Promise<{ readonly files: readonly ListedFile[]; readonly problems: readonly Problem[] }> {
  using spill = createSpill({ folder: tmpdir(), limits: DEFAULT_LIMITS });
  const opened = await source.open(target, {
    limits: DEFAULT_LIMITS,
    spill,
    progress: SILENT,
    ...options,
  });
  try {
    const files: ListedFile[] = [];
    const unread: Problem[] = [];
    const [layer] = opened.layers;
    if (layer?.kind !== 'tree') throw new Error('a tree is expected');
    for await (const { entry, readContent } of layer.walk()) {
      try {
        files.push({ entry, content: Buffer.concat([...readContent()]) });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        unread.push({ code: 'P_UNREADABLE', message: error.message, path: entry.path });
      }
    }
    return { files, problems: [...opened.problems, ...unread] };
  } finally {
    await opened.close();
  }
}
