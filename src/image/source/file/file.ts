import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../../../foundation/core/error.ts';
import type { OpenOptions, OpenTarget, Source, TreeFile } from '../../../foundation/core/target.ts';
import { detectPathKind, tryFileOperation } from '../local-file.ts';
import { createTreeFile } from '../tree-file.ts';

/** A single file, such as a program or a Java archive. */
export const file: Source = {
  id: 'file',
  title: 'File',
  spec: 'POSIX.1-2024, "File"',
  recognize: async (target) => (detectPathKind(target) === 'file' ? 0.3 : 0),
  open,
};

async function open(target: string, options: OpenOptions): Promise<OpenTarget> {
  const only = createTreeFile(target, `/${basename(target)}`, 'follow');
  if (only.entry.type !== 'regular') {
    const hint = detectPathKind(target) === 'folder' ? { hint: `try dir:${target}` } : {};
    throw new UserError('E_TARGET_UNREADABLE', `"${target}" is not a regular file`, hint);
  }
  tryFileOperation(target, () => accessSync(target, constants.R_OK));
  return {
    description: { kind: 'file', userInput: target, name: options.name ?? target, path: target },
    layers: [{ kind: 'tree', walk: () => walk(only), readContent: () => only.readContent() }],
    problems: [],
    close: async () => undefined,
  };
}

async function* walk(only: TreeFile): AsyncGenerator<TreeFile> {
  yield only;
}
