import { isExecutableFile } from '../../../foundation/core/executable-file.ts';
import { FILE_TYPES } from '../../../foundation/core/file-table.ts';
import type { Inventory, InventoryFile } from '../../../foundation/core/inventory.ts';
import { readInBase } from '../base-layers.ts';
import {
  createFact,
  createUnknownFact,
  listReadingProblems,
  type PolicyInput,
  type SubjectKind,
} from '../fact.ts';

export interface FileSubject {
  readonly file: InventoryFile;
  /** Name of the package that installed it. */
  readonly owner?: string;
}

const SETUID = 0o4000;
const SETGID = 0o2000;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;

/** A file of the target. */
export const fileSubject: SubjectKind<FileSubject> = {
  id: 'file',
  about: 'a file of the target',
  facts: [
    {
      name: 'path',
      type: { kind: 'text' },
      about: 'its absolute path',
      absence: 'every file has a path',
      read: ({ file }) => createFact(file.path),
    },
    {
      name: 'type',
      type: { kind: 'word', words: FILE_TYPES },
      about: 'its type',
      absence: 'always known',
      read: ({ file }) => createFact(file.type),
    },
    {
      name: 'mode',
      type: { kind: 'text' },
      about: 'its permission bits as four octal digits, such as "4755"',
      absence: 'always known',
      read: ({ file }) => createFact(file.mode.toString(8).padStart(4, '0')),
    },
    {
      name: 'setuid',
      type: { kind: 'flag' },
      about: 'whether it is a regular file that runs with the rights of its owner or group',
      absence: 'always known',
      read: ({ file }) =>
        createFact(file.type === 'regular' && (file.mode & (SETUID | SETGID)) !== 0),
    },
    {
      name: 'world-writable',
      type: { kind: 'flag' },
      about: 'whether every user may write to it (directories with the sticky bit do not count)',
      absence: 'always known',
      read: ({ file }) =>
        createFact(
          file.type !== 'symlink' &&
            (file.mode & WORLD_WRITABLE) !== 0 &&
            (file.mode & STICKY) === 0,
        ),
    },
    {
      name: 'uid',
      type: { kind: 'amount', unit: 'count' },
      about: 'the number of its owner',
      absence: 'always known',
      read: ({ file }) => createFact(file.uid),
    },
    {
      name: 'size',
      type: { kind: 'amount', unit: 'bytes' },
      about: 'its size',
      absence: 'always known',
      read: ({ file }) => createFact(file.sizeBytes),
    },
    {
      name: 'executable',
      type: { kind: 'flag' },
      about: 'whether it is a program or a library by its format',
      absence: 'always known',
      read: ({ file }) => createFact(isExecutableFile(file)),
    },
    {
      name: 'sha256',
      type: { kind: 'text' },
      about: 'the SHA-256 of its content in hexadecimal digits',
      absence: 'it is not a regular file, or its digest was not requested: unknown',
      read: ({ file: { path, sha256 } }) =>
        sha256 === undefined
          ? createUnknownFact(`the SHA-256 of ${path} is not known`)
          : createFact(sha256),
    },
    {
      name: 'in-base',
      type: { kind: 'flag' },
      about: 'whether it is from a layer of the base image',
      absence: 'the base was not identified with --base, or only by its contents: unknown',
      read: ({ file }, input) => readInBase(file.layer, input),
    },
    {
      name: 'sha1',
      type: { kind: 'text' },
      about: 'the SHA-1 of its content in hexadecimal digits',
      absence: 'it is not a regular file, or its digest was not requested: unknown',
      read: ({ file: { path, sha1 } }) =>
        sha1 === undefined
          ? createUnknownFact(`the SHA-1 of ${path} is not known`)
          : createFact(sha1),
    },
    {
      name: 'md5',
      type: { kind: 'text' },
      about: 'the MD5 of its content in hexadecimal digits',
      absence: 'it is not a regular file: unknown',
      needs: ['digests'],
      read: ({ file: { path, otherDigests } }) =>
        otherDigests?.md5 === undefined
          ? createUnknownFact(`the MD5 of ${path} is not known`)
          : createFact(otherDigests.md5),
    },
    {
      name: 'package',
      type: { kind: 'text' },
      about: 'the package that installed it',
      absence: 'no package did: an empty text',
      read: ({ owner = '' }) => createFact(owner),
    },
  ],
  list: ({ assessment, areFilesListed }: PolicyInput) => ({
    subjects: listSubjects(assessment.inventory),
    missing: [
      ...(areFilesListed ? [] : ['not all files of the target are listed']),
      ...listReadingProblems(assessment),
    ],
  }),
  describe: ({ file }) => file.path,
  identify: ({ file }) => ({ key: `file ${file.path}` }),
  needs: ['files'],
};

function listSubjects({ files, packages, relationships }: Inventory): readonly FileSubject[] {
  const names = new Map(packages.map(({ key, name }) => [key, name]));
  const owners = new Map<string, string>();
  for (const edge of relationships) {
    const owner = edge.kind === 'contains-file' ? names.get(edge.from) : undefined;
    if (edge.kind === 'contains-file' && owner !== undefined) {
      owners.set(edge.path, owner);
    }
  }
  return files
    .filter(({ isVisible }) => isVisible !== false)
    .map((file) => {
      const owner = owners.get(file.path);
      return owner === undefined ? { file } : { file, owner };
    });
}
