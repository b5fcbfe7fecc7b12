import { join } from 'node:path';
import { type FileAttempt, readBeginning } from './opened-files.ts';
import type { RootNode, RootTree } from './root-tree.ts';

/** The files of an original and its slim image. */
export interface TreePair {
  readonly original: RootTree;
  readonly slim: RootTree;
  /** Directory with the unpacked layers of the original. */
  readonly originalFolder: string;
}

/** Returns whether the slim image lacks a file, or has another one in its place. */
function isLost(node: RootNode, { slim }: TreePair): boolean {
  const other = slim.findExact(node.path);
  return (
    other === undefined ||
    other.type !== node.type ||
    other.target !== node.target ||
    other.uid !== node.uid ||
    other.gid !== node.gid ||
    (node.type !== 'link' && other.mode !== node.mode) ||
    (node.type === 'regular' && other.sizeBytes !== node.sizeBytes)
  );
}

/** Lists everything that the slim image lacks or changed, in the order of the original. */
export function listLostFiles(pair: TreePair): readonly string[] {
  return Array.from(pair.original.list())
    .filter((node) => isLost(node, pair))
    .map(({ path }) => path);
}

/**
 * Lists the lost files that a program tried to use, in the order of the attempts; then those that
 * it would have found in directories whose names it read.
 */
export function listMissedFiles(
  attempts: readonly FileAttempt[],
  pair: TreePair,
): readonly string[] {
  const found = new Set<string>();
  const listed = new Set<string>();
  const addLost = (path: string): void => {
    const { way, end } = pair.original.trace(path);
    for (const node of way) {
      // The file is the cause, and not the directories that are lost with it.
      const isImplied =
        node.type === 'directory' &&
        end !== undefined &&
        end !== node &&
        pair.slim.findExact(node.path) === undefined;
      if (!isImplied && isLost(node, pair)) {
        found.add(node.path);
      }
    }
  };
  for (const attempt of attempts) {
    addLost(attempt.path);
    if (attempt.isExecuted && attempt.error === 'ENOENT') {
      const interpreter = findInterpreter(attempt.path, pair);
      if (interpreter !== undefined) {
        addLost(interpreter);
      }
    }
    if (attempt.isDirectory) {
      for (const node of pair.original.trace(attempt.path).end?.children.values() ?? []) {
        if (isLost(node, pair)) {
          listed.add(node.path);
        }
      }
    }
  }
  return [...found, ...[...listed].filter((path) => !found.has(path))];
}

const HEAD_BYTES = 4_096;
/** First line of a script, or the path of the dynamic linker in an ELF file. */
const SCRIPT = /^#!\s*(\S+)/u;
const LINKER = /\0(\/[\w./-]*\/ld-[\w.-]+)\0/u;

/** The kernel reports a missing interpreter as if the program itself were missing. */
function findInterpreter(path: string, { original, originalFolder }: TreePair): string | undefined {
  const { end } = original.trace(path);
  if (end?.type !== 'regular') {
    return undefined;
  }
  const head = readBeginning(join(originalFolder, end.layer, end.path), HEAD_BYTES);
  return SCRIPT.exec(head)?.[1] ?? LINKER.exec(head)?.[1];
}

/** Base names shorter than this appear in messages by chance. */
const NAME_CHARS_MIN = 4;
const WORD = /[^\s"'`:;,()[\]{}<>=]+/gu;

/**
 * Lists the lost files that messages of the program name: by path, by base name, or as a module
 * such as `a.b` of Python. Used if system calls cannot be recorded.
 */
export function listNamedFiles(
  lines: readonly string[],
  lost: readonly string[],
): readonly string[] {
  const byName = new Map<string, string[]>();
  for (const path of lost) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const names = [name, name.replace(/\.(?:py|rb|pm|js|so)$/u, '')];
    for (const one of new Set(names)) {
      byName.set(one, [...(byName.get(one) ?? []), path]);
    }
  }
  const paths = new Set(lost);
  const found = new Set<string>();
  for (const word of lines.flatMap((line) => line.match(WORD) ?? [])) {
    const path = word.replace(/[.]+$/u, '');
    if (paths.has(path)) {
      found.add(path);
    } else {
      const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('::') + 1) + 1);
      const last = name.slice(name.lastIndexOf('.') + 1);
      for (const part of [name, last].filter((text) => text.length >= NAME_CHARS_MIN)) {
        byName.get(part)?.forEach((one) => found.add(one));
      }
    }
  }
  return [...found];
}
