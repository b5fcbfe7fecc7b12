import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readDynamic } from '../../src/foundation/bytes/elf/dynamic.ts';
import { readElf } from '../../src/foundation/bytes/elf/elf.ts';
import { readDynamicSymbols } from '../../src/foundation/bytes/elf/symbols.ts';
import type { Bytes } from '../../src/foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';

const FOLDER = join(import.meta.dirname, 'image-decisions');
const VEX_NAME = 'plimsoll-images.openvex.json';

/** Our decisions about findings in the images. */
export const IMAGE_VEX = join(FOLDER, VEX_NAME);

/** The policy for the images, with an exception for the license of Node. */
const POLICY_NAME = 'plimsoll-images.policy.yaml';

/** Functions of glibc that nothing in the images imports, according to our decisions. */
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

/** A program of glibc that is absent, according to our decisions. */
const ABSENT_PROGRAM = 'ldd';

/** According to our exception, this file contains the license of Node, which is MIT. */
export const NODE_LICENSE = '/usr/local/share/doc/node/LICENSE';
const MIT_START = 'Permission is hereby granted, free of charge, to any person obtaining a copy';

interface NamedContent {
  readonly path: string;
  readonly content?: Bytes;
}

/** Throws if a file contradicts our decisions about findings in the images. */
export function checkDecisions(files: readonly NamedContent[]): void {
  for (const { path, content } of files) {
    if (basename(path) === ABSENT_PROGRAM)
      throw new Error(`${path}: a decision states that it is absent`);
    if (path === NODE_LICENSE && !isNodeLicense(content))
      throw new Error(`${path}: an exception states that the license of Node.js is MIT`);
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

/** Whether a file begins with the license of Node itself, and that is MIT. */
function isNodeLicense(content?: Bytes): boolean {
  const start = Buffer.from(content?.read(0, 1024) ?? []).toString();
  return start.startsWith('Node.js is licensed for use as follows:') && start.includes(MIT_START);
}

/** Copies our decisions about the images into the release, and returns the paths. */
export function writeImageDecisions(target: string): readonly string[] {
  return [VEX_NAME, POLICY_NAME].map((name) => {
    const path = join(target, name);
    copyFileSync(join(FOLDER, name), path);
    return path;
  });
}
