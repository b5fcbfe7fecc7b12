import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { compareText } from '../../src/foundation/core/compare-text.ts';

/** One recorded target: an image, a directory or a package list with the answer of a peer. */
export interface RecordedTarget {
  /** Name of the answers, such as `alpine-3.20`. */
  readonly name: string;
  /** Input for our command line. */
  readonly input: string;
}

const UNPACKED_BYTES_MAX = 2 ** 31 - 1;
const IMAGE_SUFFIX = /\.(oci|docker|dir)\.tar(\.zst)?$/;

/**
 * Returns the images and directory trees of the corpus; compressed ones are unpacked into `folder`.
 */
export function listCorpusTargets(shared: string, folder: string, only: RegExp): RecordedTarget[] {
  const images = join(shared, 'corpus', 'images');
  return readdirSync(images)
    .sort(compareText)
    .filter((file) => only.test(file.replace(IMAGE_SUFFIX, '')))
    .map((file) => createCorpusTarget(join(images, file), folder));
}

function createCorpusTarget(file: string, folder: string): RecordedTarget {
  const name = basename(file).replace(IMAGE_SUFFIX, '');
  if (file.endsWith('.oci.tar')) {
    return { name, input: `oci-archive:${file}` };
  }
  if (file.endsWith('.docker.tar.zst')) {
    return { name, input: `docker-archive:${decompressFile(file, folder)}` };
  }
  return { name, input: `dir:${unpackArchive(file, join(folder, name))}` };
}

const PURLS_SUFFIX = '.purls';

/**
 * Returns the small package databases of old systems, lists of package URLs, and lock files below
 * the advisories.
 */
export function listCaseTargets(shared: string, folder: string): RecordedTarget[] {
  const root = unpackArchive(
    join(shared, 'advisories', 'cases', 'cases.tar.zst'),
    join(folder, 'cases'),
  );
  const entries = readdirSync(root, { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'lang')
    .map(({ name }) => ({ name, input: `dir:${join(root, name)}` }));
  const purls = entries
    .filter(({ name }) => name.endsWith(PURLS_SUFFIX))
    .map(({ name }) => ({
      name: `purl-${basename(name, PURLS_SUFFIX)}`,
      input: `purl:${join(root, name)}`,
    }));
  const languages = readdirSync(join(root, 'lang'))
    .filter((name) => LANGUAGES.has(name))
    .map((name) => ({ name: `lang-${name}`, input: `dir:${join(root, 'lang', name)}` }));
  const documents = [
    { name: 'lang-java', input: `sbom:${join(root, 'lang', 'java', 'sbom.json')}` },
    { name: 'cpe-only-sbom', input: `sbom:${join(root, 'cpe-only.cdx.json')}` },
  ];
  return [...folders, ...purls, ...languages, ...documents].sort((left, right) =>
    compareText(left.name, right.name),
  );
}

/** Lock files that have catalogers; those of Java were recorded as a document. */
const LANGUAGES: ReadonlySet<string> = new Set([
  'go',
  'npm',
  'nuget',
  'php',
  'python',
  'ruby',
  'rust',
]);

function decompressFile(file: string, folder: string): string {
  const result = join(folder, basename(file, '.zst'));
  if (!existsSync(result)) {
    const packed = readFileSync(file);
    writeFileSync(result, zstdDecompressSync(packed, { maxOutputLength: UNPACKED_BYTES_MAX }));
  }
  return result;
}

/** Unpacks an archive of test material once. */
export function unpackArchive(file: string, folder: string): string {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    const tar = zstdDecompressSync(readFileSync(file), { maxOutputLength: UNPACKED_BYTES_MAX });
    const run = spawnSync('tar', ['-xf', '-', '-C', folder], { input: tar });
    if (run.status !== 0) {
      throw new Error(`tar could not unpack ${file}: ${run.stderr.toString()}`);
    }
  }
  return folder;
}
