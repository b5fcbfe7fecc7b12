import type { Witness } from '../../../../foundation/core/reach.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { isSystemFolder } from '../../literal-folders.ts';
import type { ReachWorld } from '../../rule-contract.ts';
import { toAbsolutePath } from '../../shell/program-path.ts';
import { listStartedEntries } from './started.ts';

/** A directory in which an application may find more than its class path. */
export interface OpenFolder {
  readonly folder: string;
  readonly witness: Witness;
}

/** Returns the directories around all launcher arguments, each once. */
export function openFolders(world: ReachWorld): readonly OpenFolder[] {
  const found = new Map<string, OpenFolder>();
  for (const { entry: token, path } of listStartedEntries(world)) {
    for (const folder of listFoldersAround(token, world)) {
      found.set(folder, { folder, witness: { path, token } });
    }
  }
  return [...found.values()];
}

/**
 * Returns the directory of a class path entry and its parent: `bin` and `lib` are often siblings.
 */
function listFoldersAround(entry: string, world: ReachWorld): readonly string[] {
  const whole = toAbsolutePath(entry, world).replace(/\/\*?$/, '');
  const { view } = world;
  const file = view.resolve(whole)?.path;
  const folder =
    view.findRealFolder(whole) ?? (file === undefined ? undefined : getParentPath(file));
  if (folder === undefined) {
    return [];
  }
  return [folder, getParentPath(folder)].filter(
    (one) => one !== '/' && !isSystemFolder(one, world),
  );
}
