import fs from 'node:fs';
import path from 'node:path';
import { compareText } from '../core/compare-text.ts';
import { findCurrentGeneration, readPointerText } from './generation.ts';

/**
 * A database directory has layers: the base, which is imported or updated, and one for each
 * provider that was built from documents. Each is a directory of generations of its own, so that it
 * can be replaced or removed alone. The base is the database directory itself.
 */
export interface Layer {
  /** Provider ID; empty for the base. */
  readonly id: string;
  /** Directory of its generations. */
  readonly root: string;
  /** Directory of the current generation. */
  readonly generation: string;
}

export const LAYER_PREFIX = 'provider-';
const LAYER_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Returns whether a text can be the ID of a provider, and part of a directory name. */
export function isLayerId(id: string): boolean {
  return LAYER_ID.test(id);
}

/** Returns the name of a layer for people: its provider, or `base`. */
export function formatLayerName(id: string): string {
  return id === '' ? 'base' : id;
}

/** Returns the directory of a provider's layer. */
export function toLayerRoot(folder: string, id: string): string {
  return path.join(folder, `${LAYER_PREFIX}${id}`);
}

/**
 * Lists the layers of a database directory in the order of precedence: providers, which the user
 * built, come before the base.
 */
export function listLayers(folder: string): readonly Layer[] {
  const built = listLayerIds(folder).flatMap((id) => findLayer(id, toLayerRoot(folder, id)));
  return [...built, ...findLayer('', folder)];
}

/** Lists the providers that have a directory, which may have no current generation. */
export function listLayerIds(folder: string): readonly string[] {
  return readDirectoryNames(folder)
    .filter((name) => name.startsWith(LAYER_PREFIX))
    .map((name) => name.slice(LAYER_PREFIX.length))
    .filter(isLayerId)
    .sort(compareText);
}

function findLayer(id: string, root: string): readonly Layer[] {
  const generation = findCurrentGeneration(root);
  return generation === undefined ? [] : [{ id, root, generation }];
}

/**
 * Returns a text that changes when a layer is replaced, added or removed. It only reads the names
 * of generations, so it can be called often. Unlike file watches of the operating system, it also
 * detects changes on a network file system.
 */
export async function readLayerStamp(folder: string): Promise<string> {
  const names = await fs.promises.readdir(folder).catch(() => []);
  const ids = names.filter((name) => name.startsWith(LAYER_PREFIX)).sort(compareText);
  const roots = [folder, ...ids.map((name) => path.join(folder, name))];
  const pointers = roots.map(async (root) => await readPointerText(root));
  return JSON.stringify([ids, await Promise.all(pointers)]);
}

function readDirectoryNames(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
