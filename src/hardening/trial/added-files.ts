import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyAttributes, makeParents } from './mount-points.ts';
import type { RootNode, RootTree } from './root-tree.ts';
import { runTool } from './run-child.ts';

const ARGUMENTS_MAX = 200;

/**
 * Fills a layer with files of the original, exactly as they are there: a lost directory with
 * everything in it.
 */
export async function fillLayer(
  original: RootTree,
  originalFolder: string,
  { layer, slim }: { readonly layer: string; readonly slim: RootTree },
  paths: readonly string[],
): Promise<void> {
  rmSync(layer, { recursive: true, force: true });
  mkdirSync(layer, { mode: 0o755 });
  const nodes = new Map<string, RootNode>();
  for (const path of paths) {
    const node = original.findExact(path);
    if (node !== undefined) {
      nodes.set(path, node);
      const isNew = slim.findExact(path)?.type !== 'directory';
      for (const child of isNew ? original.list(node) : []) {
        nodes.set(child.path, child);
      }
    }
  }
  const filesByLayer = new Map<string, string[]>();
  for (const node of nodes.values()) {
    makeParents(original, layer, node.path);
    if (node.type === 'directory') {
      mkdirSync(join(layer, node.path), { recursive: true, mode: 0o755 });
      copyAttributes(node, join(layer, node.path));
    } else {
      filesByLayer.set(node.layer, [...(filesByLayer.get(node.layer) ?? []), node.path]);
    }
  }
  for (const [from, files] of filesByLayer) {
    await copyFiles(join(originalFolder, from), layer, files);
  }
  // Copying changed the times of directories.
  for (const node of nodes.values()) {
    makeParents(original, layer, node.path);
  }
}

async function copyFiles(from: string, to: string, paths: readonly string[]): Promise<void> {
  for (let start = 0; start < paths.length; start += ARGUMENTS_MAX) {
    const names = paths.slice(start, start + ARGUMENTS_MAX).map((path) => `.${path}`);
    await runTool('cp', ['--archive', '--no-dereference', '--parents', '--', ...names, to], {
      cwd: from,
    });
  }
}
