import { globSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { WrittenType } from '../../src/foundation/bytes/tar/tar-writer.ts';
import { toBytes } from '../../src/foundation/core/bytes.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { SlimFile } from '../../src/hardening/emit/file-builder.ts';
import type { DebianPackage } from './debian-packages.ts';

/** The user of the image. A number, so that a cluster can require that it is not root. */
export const USER_ID = 65_532;
export const HOME = '/home/nonroot';

/** The files of an image, each added at most once; directories are created as needed. */
export class ImageFiles {
  readonly #files = new Map<string, SlimFile>();
  readonly #modified: string;

  /** @param seconds the time of all files: those of the building machine differ */
  constructor(seconds: number) {
    this.#modified = String(seconds);
    this.addDirectory('/', 0o755);
  }

  /** Returns all files, sorted by their paths: a directory precedes what it contains. */
  listSorted(): readonly SlimFile[] {
    return [...this.#files.values()].sort((left, right) => compareText(left.path, right.path));
  }

  addDirectory(path: string, mode: number, owner = 0): void {
    this.#addImageEntry(path, 'directory', { mode, owner });
  }

  addTextFile(path: string, text: string): void {
    this.#addImageEntry(path, 'regular', { mode: 0o644, content: Buffer.from(text) });
  }

  /** Adds a file of this machine. Only its content, its type and one permission are kept. */
  addFile(path: string, source: string): void {
    const status = lstatSync(source);
    if (status.isSymbolicLink()) {
      this.#addImageEntry(path, 'symlink', { mode: 0o777, link: readlinkSync(source) });
    } else {
      const mode = (status.mode & 0o100) === 0 ? 0o644 : 0o755;
      this.#addImageEntry(path, 'regular', { mode, content: readFileSync(source) });
    }
  }

  /** Adds the files below a directory of this machine that match patterns. */
  addTree(path: string, source: string, patterns: readonly string[] = ['**']): void {
    for (const name of globSync([...patterns], { cwd: source }).sort(compareText)) {
      if (!lstatSync(join(source, name)).isDirectory()) {
        this.addFile(posix.join(path, name), join(source, name));
      }
    }
  }

  #addImageEntry(path: string, type: WrittenType, details: Details): void {
    const { mode, owner = 0, link = '', content } = details;
    if (path !== '/' && !this.#files.has(posix.dirname(path))) {
      this.addDirectory(posix.dirname(path), 0o755);
    }
    if (this.#files.has(path)) throw new Error(`two files are named ${path}`);
    const entry = {
      name: path === '/' ? '.' : path.slice(1),
      linkName: link,
      type,
      mode,
      uid: owner,
      gid: owner,
      sizeBytes: content?.length ?? 0,
      modified: this.#modified,
      deviceMajor: 0,
      deviceMinor: 0,
      attributes: new Map<string, Uint8Array>(),
    };
    this.#files.set(path, { path, entry, ...(content && { content: toBytes(content) }) });
  }
}

interface Details {
  readonly mode: number;
  readonly owner?: number;
  readonly link?: string;
  readonly content?: Buffer;
}

/**
 * Files of the libraries: no programs, no modules for character sets, no scripts. The names of the
 * files are those of Debian's packages.
 */
const KEPT_FILES = [
  // Links to the directories of the same names in /usr.
  '{lib,lib64}',
  'usr/lib/ld-linux-*',
  'usr/lib64/*',
  'usr/lib/*/{ld-linux-*,libc.so*,libdl.so*,libm.so*,libpthread.so*,libresolv.so*,librt.so*,libgcc_s.so*}',
  'usr/lib/*/libnss_{dns,files}.so*',
  'usr/lib/*/{libatomic,libstdc++}.so.{6,1,6.*[0-9],1.*[0-9]}',
  'usr/lib/os-release',
  'etc/os-release',
  'usr/share/common-licenses/*',
  // Also links of packages that share the directory of another one.
  'usr/share/doc/*',
  'usr/share/doc/*/copyright',
];

/** Adds a package of Debian, with a record that scanners read, as in images without dpkg. */
export function addDebianPackage(
  files: ImageFiles,
  { name, files: source, control }: DebianPackage,
): void {
  files.addTree('/', source, KEPT_FILES);
  const kept = new Set(globSync(KEPT_FILES, { cwd: source }));
  const digests = readFileSync(join(control, 'md5sums'), 'utf8').split('\n');
  const records = '/var/lib/dpkg/status.d';
  files.addTextFile(`${records}/${name}`, readFileSync(join(control, 'control'), 'utf8'));
  files.addTextFile(
    `${records}/${name}.md5sums`,
    digests.flatMap((line) => (kept.has(line.slice(34)) ? [`${line}\n`] : [])).join(''),
  );
}
