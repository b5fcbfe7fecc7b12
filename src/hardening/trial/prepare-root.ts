import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { findAccount } from './account.ts';
import { createMountPoints } from './mount-points.ts';
import { RootTree } from './root-tree.ts';
import type { ImageRoot } from './run-image.ts';
import type { TrialImage } from './trial-image.ts';
import { unpackLayers } from './unpack-image.ts';

/** An image that is ready to run. */
export interface PreparedImage {
  readonly root: ImageRoot;
  readonly tree: RootTree;
  /** The layers of the image itself, without the mount points. */
  readonly layers: readonly string[];
}

const SETUP_LAYER = 'setup';

/** Unpacks an image into an empty directory that only root can enter. */
export async function prepareImage(
  image: TrialImage,
  folder: string,
  limits: Limits,
): Promise<PreparedImage> {
  const { process, name } = image;
  if (process.command.length === 0) {
    throw new UserError('E_TRIAL', `${name} has no entry point or command to run`);
  }
  mkdirSync(join(folder, 'stage'), { recursive: true, mode: 0o700 });
  const layers = await unpackLayers(image.layers, folder, name);
  const tree = new RootTree(folder, layers, limits.trialFilesMax);
  const folders = [...process.volumes, process.workingFolder].filter((path) =>
    path.startsWith('/'),
  );
  const mountPoints = createMountPoints(tree, join(folder, SETUP_LAYER), folders);
  const account = findAccount(tree, folder, process.user);
  if (account.problem !== undefined) {
    throw new UserError('E_TRIAL', `${name} cannot start: ${account.problem}`);
  }
  const root = { process, folder, layers: [...layers, SETUP_LAYER], mountPoints, account };
  return { root, tree, layers };
}
