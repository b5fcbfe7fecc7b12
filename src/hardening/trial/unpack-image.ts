import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../foundation/core/error.ts';
import { requireTool, runTool } from './run-child.ts';
import type { TrialLayer } from './trial-image.ts';

/** Layers beyond this number do not fit into one mount call. */
const LAYERS_MAX = 500;

/** Extended attributes that programs see; overlayfs reads the others. */
const ATTRIBUTES = ['--xattrs', '--xattrs-include=security.capability', '--xattrs-include=user.*'];

/**
 * Unpacks each layer into a directory of its own, as engines with overlayfs do. GNU tar reads the
 * layers, and not our own reader: a fault of ours must not affect the original and its slim image
 * in the same way.
 *
 * @returns names of the directories, the lowest layer first
 */
export async function unpackLayers(
  layers: readonly TrialLayer[],
  folder: string,
  name: string,
): Promise<readonly string[]> {
  if (layers.length > LAYERS_MAX) {
    throw new UserError('E_LIMIT', `${name} has more than ${LAYERS_MAX} layers`);
  }
  const names: string[] = [];
  for (const [index, layer] of layers.entries()) {
    const own = String(index);
    const startedMs = createFolder(join(folder, own));
    await unpackLayer(layer, join(folder, own), name);
    copyImpliedFolders(folder, own, { lower: names, startedMs });
    await convertWhiteouts(folder, own, names);
    names.push(own);
  }
  return names;
}

/** Returns the time of creation by the clock of the file system. */
function createFolder(path: string): number {
  mkdirSync(path, { mode: 0o755 });
  return lstatSync(path).mtimeMs;
}

/**
 * A layer need not list the directories above its files. Those have the owner and permissions of
 * the lower layers, as in containerd; tar creates them with the time of now, which no listed one
 * has.
 */
function copyImpliedFolders(
  folder: string,
  layer: string,
  { lower, startedMs }: { readonly lower: readonly string[]; readonly startedMs: number },
): void {
  const visitImplied = (at: string): void => {
    const own = join(folder, layer, at);
    if (lstatSync(own).mtimeMs < startedMs) {
      return;
    }
    const found = lower
      .map((name) => lstatSync(join(folder, name, at), { throwIfNoEntry: false }))
      .findLast((status) => status?.isDirectory() === true);
    for (const name of readdirSync(own)) {
      if (lstatSync(join(own, name)).isDirectory()) {
        visitImplied(join(at, name));
      }
    }
    if (found !== undefined) {
      chownSync(own, found.uid, found.gid);
      chmodSync(own, found.mode & 0o7777);
      utimesSync(own, found.atimeMs / SECOND_MS, found.mtimeMs / SECOND_MS);
    }
  };
  visitImplied('.');
}

const SECOND_MS = 1_000;

async function unpackLayer(layer: TrialLayer, folder: string, name: string): Promise<void> {
  const args = [
    '--extract',
    '--file=-',
    `--directory=${folder}`,
    '--numeric-owner',
    '--same-owner',
    '--preserve-permissions',
    '--delay-directory-restore',
    ...ATTRIBUTES,
  ];
  const { status, errors } = await runTool('tar', args, {
    input: async (sink) => {
      await pipeline(Readable.from(layer.open()), sink).catch(ignoreClosedPipe);
    },
  });
  if (status !== 0) {
    const [line = ''] = errors.split('\n');
    const isFull = /No space left/u.test(errors);
    throw new UserError(isFull ? 'E_SPILL' : 'E_TRIAL', `could not unpack ${name}: ${line}`, {
      hint: isFull
        ? 'set TMPDIR to a directory with enough space'
        : 'images that GNU tar cannot unpack cannot be run',
    });
  }
}

/** If tar ends early, its status reports why. */
function ignoreClosedPipe(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE') {
    throw error;
  }
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Further names with which storage drivers mark their own files. */
const DRIVER_FILE = '.wh..wh.';

/** Replaces whiteout files by the devices of overlayfs. OCI image specification, layer.md. */
async function convertWhiteouts(
  folder: string,
  layer: string,
  lower: readonly string[],
): Promise<void> {
  const hidden: string[] = [];
  const visitFolder = (at: string): void => {
    const names = new Set(readdirSync(join(folder, layer, at)));
    const hide = (name: string): void => {
      if (!names.has(name)) {
        hidden.push(join(folder, layer, at, name));
      }
    };
    for (const name of names) {
      const path = join(folder, layer, at, name);
      if (name.startsWith(WHITEOUT)) {
        rmSync(path, { recursive: true, force: true });
        const target = name.slice(WHITEOUT.length);
        if (name === OPAQUE) {
          listLower(folder, lower, at).forEach(hide);
        } else if (!name.startsWith(DRIVER_FILE)) {
          hide(target);
          if (names.has(target)) {
            hideChildren(folder, layer, join(at, target), { lower, hidden });
          }
        }
      } else if (lstatSync(path).isDirectory()) {
        visitFolder(join(at, name));
      }
    }
  };
  visitFolder('.');
  await makeWhiteouts([...new Set(hidden)]);
}

/** A directory that a layer deletes and creates again shows nothing of the lower layers. */
function hideChildren(
  folder: string,
  layer: string,
  at: string,
  { lower, hidden }: { readonly lower: readonly string[]; readonly hidden: string[] },
): void {
  const own = join(folder, layer, at);
  if (lstatSync(own).isDirectory()) {
    const names = new Set(readdirSync(own));
    hidden.push(
      ...listLower(folder, lower, at)
        .filter((name) => !names.has(name))
        .map((name) => join(own, name)),
    );
  }
}

function listLower(folder: string, lower: readonly string[], at: string): readonly string[] {
  return lower.flatMap((layer) => {
    try {
      return readdirSync(join(folder, layer, at));
    } catch {
      return [];
    }
  });
}

/** Arguments of one call, far below the limit of Linux. */
const ARGUMENTS_MAX = 200;

async function makeWhiteouts(paths: readonly string[]): Promise<void> {
  for (let start = 0; start < paths.length; start += ARGUMENTS_MAX) {
    const some = paths.slice(start, start + ARGUMENTS_MAX);
    await requireTool('sh', ['-ec', 'for path do mknod "$path" c 0 0; done', 'sh', ...some]);
  }
}
