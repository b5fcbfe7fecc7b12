import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { decodeText } from '../../foundation/bytes/tar/tar-text.ts';
import { present } from '../../foundation/core/assert.ts';
import type { FileRef, FileView } from '../../foundation/core/cataloger.ts';
import { UserError } from '../../foundation/core/error.ts';
import { addFolderLinks, listDirectories, selectDirectories } from './directories.ts';
import type { EmitSource } from './emit-source.ts';
import { FileBuilder, type SlimFile } from './file-builder.ts';
import { readHomeFolders } from './home-folders.ts';
import { getFileType, KeptPaths } from './kept-paths.ts';
import type { RecordContext, WrittenRecord } from './record/contract.ts';
import { RecordPlan } from './record/keepers.ts';
import type { RowStore } from './row-store.ts';

export interface CollectOptions {
  readonly store: RowStore;
  /** Volumes and the working directory: they must exist even if nothing in them stays. */
  readonly folders: readonly string[];
  /** Path at which a temporary file may be created. */
  readonly scratchFile: string;
  /** Seconds since 1970: the time of directories for which no layer has an entry. */
  readonly createdSeconds: number;
}

/** Accounts of an image are few; the rest of a larger file is not read. */
const PASSWD_BYTES_MAX = 1024 * 1024;

/**
 * Reads the layers again and returns everything that stays, sorted by the bytes of its path: files
 * of the plan, the links and directories around them, and the reduced records of packages.
 *
 * @throws UserError `E_DIGEST_MISMATCH` if the image has changed, `E_UNSUPPORTED` if a record cannot
 *   be reduced
 */
export async function collectSlimFiles(
  source: EmitSource,
  { store, folders, scratchFile, createdSeconds }: CollectOptions,
): Promise<readonly SlimFile[]> {
  const { view, plan, packages, limits, identityFiles } = source;
  const kept = new KeptPaths(source);
  addFolderLinks(view, kept);
  identityFiles.forEach((path) => kept.addRecord(path, path));
  folders.forEach((folder) => kept.addLinks(posix.resolve('/', folder)));
  const stays = new Set(plan.packages.filter(({ isKept }) => isKept).map(({ key }) => key));
  const records = new RecordPlan(
    packages.filter(({ key }) => stays.has(key)),
    kept,
    view,
  );
  const directories = listDirectories(view);
  const passwd = view.resolve('/etc/passwd')?.ref;
  for (const ref of [
    ...[...kept].map(([, file]) => file),
    ...directories.values(),
    ...records.sources.map((path) => present(view.find(path), 'a file of the view')),
    ...(passwd === undefined ? [] : [passwd]),
  ]) {
    store.request(ref);
    store.request(view.resolveHardLink(ref));
  }
  await store.readLayers(source.readLayer);
  const readBytes = (ref: FileRef | undefined, bytesMax: number): Uint8Array =>
    readContent(ref, bytesMax, { view, store }) ?? new Uint8Array(0);
  const written = records.writeRecords({
    limits,
    scratchFile,
    isKept: (path) => kept.findRecorded(path) !== undefined,
    readFile: (path) => readBytes(view.find(path), limits.wholeFileBytesMax),
    computeMd5: (path) => {
      const content = readContent(kept.findRecorded(path), limits.wholeFileBytesMax, {
        view,
        store,
      });
      return content && createHash('md5').update(content).digest('hex');
    },
  } satisfies RecordContext);
  const homes = readHomeFolders(decodeText(readBytes(passwd, PASSWD_BYTES_MAX)));
  const named = [...folders, ...homes].map((folder) => posix.resolve('/', folder));
  const selected = selectDirectories(view, directories, { named, kept: plan.kept });
  const builder = new FileBuilder({ view, store, kept, directories, createdSeconds });
  return builder.buildFiles(
    written.map((record) => placeRecord(record, view)),
    selected,
  );
}

/** Returns the first bytes of a regular file; `undefined` if it is another kind of file. */
function readContent(
  ref: FileRef | undefined,
  bytesMax: number,
  { view, store }: { readonly view: FileView; readonly store: RowStore },
): Uint8Array | undefined {
  const content = ref && view.resolveHardLink(ref);
  return content !== undefined && getFileType(view, content) === 'regular'
    ? store.openContent(content).read(0, bytesMax)
    : undefined;
}

/** A directory of records may be a link to another one. */
function placeRecord(record: WrittenRecord, view: FileView): WrittenRecord {
  const folder = posix.dirname(record.path);
  const real = view.findRealFolder(folder);
  if (real === undefined && view.find(folder) !== undefined) {
    throw new UserError(
      'E_UNSUPPORTED',
      `the records of packages cannot be written: "${folder}" is not a directory`,
      { hint: 'remove the file from the original image' },
    );
  }
  const path = posix.join(real ?? folder, posix.basename(record.path));
  return { ...record, path };
}
