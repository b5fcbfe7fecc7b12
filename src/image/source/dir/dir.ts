import { realpathSync } from 'node:fs';
import { UserError } from '../../../foundation/core/error.ts';
import type { OpenOptions, OpenTarget, Source } from '../../../foundation/core/target.ts';
import { detectPathKind, tryFileOperation } from '../local-file.ts';
import { openTree } from '../walk-tree.ts';

/**
 * A directory tree, such as an unpacked root file system or a project. Symbolic links are listed
 * and never followed, except for a root that is a link.
 */
export const dir: Source = {
  id: 'dir',
  title: 'Directory',
  spec: 'POSIX.1-2024, "File Hierarchy"',
  recognize: async (target) => (detectPathKind(target) === 'folder' ? 0.5 : 0),
  open,
};

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const root = tryFileOperation(target, () => realpathSync(target));
  if (detectPathKind(root) !== 'folder') {
    throw new UserError('E_TARGET_UNKNOWN', `"${target}" is not a directory`, {
      hint: `try file:${target}`,
    });
  }
  return openTree({ root, userInput: target, name: options.name ?? target }, options);
}
