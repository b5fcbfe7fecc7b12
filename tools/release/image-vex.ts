import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readDynamic } from '../../src/bytes/elf/dynamic.ts';
import { readElf } from '../../src/bytes/elf/elf.ts';
import { readDynamicSymbols } from '../../src/bytes/elf/symbols.ts';
import type { Bytes } from '../../src/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';

const DECISIONS = join(import.meta.dirname, 'image-vex', 'plimsoll-images.openvex.json');

/** The decisions about glibc state that nothing in the images imports these functions. */
const NOT_IMPORTED: ReadonlySet<string> = new Set([
  'glob',
  'glob64',
  're_compile_pattern',
  're_match',
  're_search',
  'regcomp',
  'regexec',
  'rpmatch',
  'wordexp',
]);

/** A program of glibc that they state to be absent. */
const ABSENT_PROGRAM = 'ldd';

interface NamedContent {
  readonly path: string;
  readonly content?: Bytes;
}

/** Throws if a file contradicts our decisions about findings in the images. */
export function checkDecisions(files: readonly NamedContent[]): void {
  for (const { path, content } of files) {
    if (basename(path) === ABSENT_PROGRAM)
      throw new Error(`${path}: a decision states that it is absent`);
    const imported = content === undefined ? [] : listImports(content);
    const wrong = imported.filter((name) => NOT_IMPORTED.has(name));
    if (wrong.length > 0) {
      throw new Error(`${path} imports ${wrong.join(', ')}: a decision states that nothing does`);
    }
  }
}

function listImports(content: Bytes): readonly string[] {
  const elf = readElf(content, DEFAULT_LIMITS);
  const symbols = elf && readDynamicSymbols(elf, readDynamic(elf));
  if (symbols === undefined) return [];
  return Array.from({ length: symbols.count }, (_, index) => index)
    .filter((index) => symbols.isUndefined(index))
    .map((index) => symbols.name(index));
}

/** Copies our decisions about findings in the images into the release; returns their path. */
export function writeImageVex(target: string): string {
  const path = join(target, basename(DECISIONS));
  copyFileSync(DECISIONS, path);
  return path;
}
