import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../../core/error.ts';
import type { OpenOptions, OpenTarget, Source, TreeFile } from '../../core/target.ts';
import { pathKind, trying } from '../local-file.ts';
import { treeFileAt } from '../tree-file.ts';

/** A single file of the user's, such as a program or a Java archive. */
export const file: Source = {
  id: 'file',
  title: 'File',
  spec: 'POSIX.1-2024, "File"',
  recognises: async (target) => (pathKind(target) === 'file' ? 0.3 : 0),
  open,
};

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const only = treeFileAt(target, `/${basename(target)}`, 'follow');
  if (only.entry.type !== 'regular') {
    const hint = pathKind(target) === 'folder' ? { hint: `try dir:${target}` } : {};
    throw new UserError('E_TARGET_UNREADABLE', `"${target}" is not a regular file`, hint);
  }
  trying(target, () => accessSync(target, constants.R_OK));
  return {
    description: { kind: 'file', userInput: target, name: options.name ?? target, path: target },
    layers: [{ kind: 'tree', walk: () => walk(only), contentOf: () => only.content() }],
    problems: [],
    close: async () => undefined,
  };
}

async function* walk(only: TreeFile): AsyncGenerator<TreeFile> {
  yield only;
}
