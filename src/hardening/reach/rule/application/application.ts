import { CONFIG_PATH } from '../../../../foundation/core/reach.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { listDescendantFiles } from '../../folder-index.ts';
import { isSystemFolder } from '../../literal-folders.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { findCommandWord } from '../../shell/program-path.ts';

/**
 * The application: files that no package installed, in the working directory and beside the started
 * program. Directories of dependencies are left to the rules of their languages.
 */
export const application: ReachRule<never> = {
  id: 'application',
  version: 1,
  title: 'it is part of the application that the image starts',
  spec: 'OCI image specification, config.md, "WorkingDir"',
  wants: [],
  extract: () => ({}),
  findEdges,
};

/** Names of directories that hold dependencies, tools or history in any language. */
const DEPENDENCIES =
  /\/(?:node_modules|vendor|site-packages|dist-packages|gems|bower_components|\.git|\.venv|venv|__pycache__|target)\//;

function findEdges({ path }: ReachNode<never>, world: ReachWorld): readonly ReachEdge[] {
  const number = findCommandWord(path, world);
  const word = number === undefined ? undefined : world.config.command[number];
  if (word === undefined) {
    return [];
  }
  const { workingFolder } = world.config;
  const ownFolders = world.findOwner(path) === undefined ? [getParentPath(path)] : [];
  const folders = [workingFolder, ...ownFolders].filter(
    (folder) => folder !== '/' && !isSystemFolder(folder, world),
  );
  return [...new Set(folders)].flatMap((folder) =>
    listDescendantFiles(folder, world)
      .filter((to) => world.findOwner(to) === undefined && !DEPENDENCIES.test(to))
      .map((to): ReachEdge => {
        const token = folder === workingFolder ? folder : word;
        return { to, strength: 'likely', witness: { path: CONFIG_PATH, token } };
      }),
  );
}
