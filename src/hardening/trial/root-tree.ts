import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../foundation/core/error.ts';

/** One object of a root: type, owner and location; directories have children. */
export interface RootNode {
  readonly path: string;
  readonly type: 'directory' | 'regular' | 'link' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Target of a symbolic link. */
  readonly target?: string;
  /** Name of the directory of the layer that holds it. */
  readonly layer: string;
  readonly children: Map<string, RootNode>;
}

interface RootWay {
  readonly way: readonly RootNode[];
  /** Absent if the path leads nowhere. */
  readonly end: RootNode | undefined;
}

/** Links followed for one path, as Linux does. */
const LINKS_MAX = 40;

/**
 * The files that a process sees in a stack of unpacked layers, as overlayfs merges them. Links are
 * resolved as for a process whose root is the image.
 */
export class RootTree {
  readonly #root: RootNode;
  readonly #filesMax: number;
  #fileCount = 0;

  /**
   * @param folder of the unpacked layers
   * @param layers their names, the lowest first
   */
  constructor(folder: string, layers: readonly string[], filesMax: number) {
    this.#filesMax = filesMax;
    this.#root = createNode('/', lstatSync(folder), '');
    for (const layer of layers) {
      this.#merge(this.#root, join(folder, layer), layer);
    }
  }

  #merge(into: RootNode, folder: string, layer: string): void {
    for (const name of readdirSync(folder)) {
      const place = join(folder, name);
      const status = lstatSync(place);
      const path = into.path === '/' ? `/${name}` : `${into.path}/${name}`;
      if (status.isCharacterDevice() && status.rdev === 0) {
        into.children.delete(name);
        continue;
      }
      this.#fileCount += 1;
      if (this.#fileCount > this.#filesMax) {
        throw new UserError('E_LIMIT', `an image has more than ${this.#filesMax} files`);
      }
      const before = into.children.get(name);
      const node = createNode(path, status, layer, status.isSymbolicLink() ? place : undefined);
      if (node.type === 'directory' && before?.type === 'directory') {
        for (const [child, value] of before.children) {
          node.children.set(child, value);
        }
      }
      into.children.set(name, node);
      if (node.type === 'directory') {
        this.#merge(node, place, layer);
      }
    }
  }

  /** Follows a path. Returns every object on the way, links included, and the one at its end. */
  trace(path: string): RootWay {
    const names = splitPath(path).toReversed();
    const way: RootNode[] = [];
    const folders: RootNode[] = [this.#root];
    let links = 0;
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (name === '..') {
        folders.splice(Math.max(1, folders.length - 1));
        continue;
      }
      const next: RootNode | undefined = folders.at(-1)?.children.get(name);
      if (next === undefined) {
        return { way, end: undefined };
      }
      way.push(next);
      if (next.type === 'link') {
        links += 1;
        if (links > LINKS_MAX) {
          return { way, end: undefined };
        }
        const target = next.target ?? '';
        if (target.startsWith('/')) {
          folders.splice(1);
        }
        names.push(...splitPath(target).toReversed());
      } else {
        folders.push(next);
      }
    }
    return { way, end: folders.at(-1) };
  }

  /** Returns the object with this path, without following links. */
  findExact(path: string): RootNode | undefined {
    let node: RootNode | undefined = this.#root;
    for (const name of splitPath(path)) {
      node = node?.children.get(name);
    }
    return node;
  }

  /** Yields every object below a directory, parents first. */
  *list(from: RootNode = this.#root): Generator<RootNode> {
    for (const node of from.children.values()) {
      yield node;
      yield* this.list(node);
    }
  }
}

/** Splits a path into its names, without `.` and empty ones. */
export function splitPath(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function createNode(
  path: string,
  status: ReturnType<typeof lstatSync>,
  layer: string,
  link?: string,
): RootNode {
  const { mode = 0, uid = 0, gid = 0, size = 0, mtimeMs = 0 } = status ?? {};
  const type = status?.isDirectory()
    ? 'directory'
    : status?.isFile()
      ? 'regular'
      : link === undefined
        ? 'other'
        : 'link';
  return {
    path,
    type,
    mode: Number(mode) & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    sizeBytes: Number(size),
    modifiedMs: Number(mtimeMs),
    ...(link === undefined ? {} : { target: readlinkSync(link) }),
    layer,
    children: new Map(),
  };
}
