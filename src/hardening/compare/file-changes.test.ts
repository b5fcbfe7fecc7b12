import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  createFile,
  createTarget,
  PROGRAM,
  type TargetSeed,
} from '../../../test/support/comparable-target.ts';
import { compareResults } from './compare-results.ts';
import type { FileChange } from './difference.ts';
import type { Result } from './finding-changes.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const FOLDER = { path: '/usr', type: 'directory' } as const;

function formatChange({ kinds, before, after, noise }: FileChange): string {
  const paths = before?.path === after?.path ? before?.path : `${before?.path} > ${after?.path}`;
  return `${kinds.join(', ')}: ${paths}${noise === undefined ? '' : ` (${noise})`}`;
}

function listChanges(before: TargetSeed['files'] = [], after: TargetSeed['files'] = []): string[] {
  const [first, second] = [before, after].map((files) =>
    createTarget({ files: [FOLDER, ...files] }),
  );
  assert.ok(first && second);
  return compareResults(first, second).files.map(formatChange);
}

suite('file changes', () => {
  test('reports each kind of difference of a path', () => {
    assert.deepEqual(
      listChanges(
        [
          { path: '/a', sha256: A },
          { path: '/b', mode: 0o755 },
          { path: '/c', uid: 0 },
          { path: '/d', type: 'symlink', linkTarget: 'x' },
          { path: '/e', sha256: A },
          { path: '/f', sha256: A, mode: 0o755 },
        ],
        [
          { path: '/a', sha256: B },
          { path: '/b', mode: 0o4755 },
          { path: '/c', uid: 1000 },
          { path: '/d', type: 'symlink', linkTarget: 'y' },
          { path: '/e', type: 'symlink', linkTarget: '/a', sizeBytes: 0 },
          { path: '/f', sha256: B, mode: 0o644 },
        ],
      ),
      ['content: /a', 'mode: /b', 'owner: /c', 'link: /d', 'type, link: /e', 'content, mode: /f'],
    );
  });

  test('the same content under another name has moved, unless the file is empty', () => {
    assert.deepEqual(listChanges([{ path: '/old', sha256: A }], [{ path: '/new', sha256: A }]), [
      'moved: /old > /new',
    ]);
    const empty = { sha256: A, sizeBytes: 0 };
    assert.deepEqual(listChanges([{ path: '/old', ...empty }], [{ path: '/new', ...empty }]), [
      'added: undefined > /new',
      'removed: /old > undefined',
    ]);
  });

  test('of several copies, the first has moved to the first', () => {
    const createCopies = (...paths: readonly string[]) =>
      paths.map((path) => ({ path, sha256: A }));
    assert.deepEqual(listChanges(createCopies('/a', '/b'), createCopies('/c', '/d', '/e')), [
      'moved: /a > /c',
      'moved: /b > /d',
      'added: undefined > /e',
    ]);
  });

  test('content that every build rewrites is marked as noise, but a mode never is', () => {
    const cache = '/etc/ld.so.cache';
    assert.deepEqual(listChanges([{ path: cache, sha256: A }], [{ path: cache, sha256: B }]), [
      'content: /etc/ld.so.cache (loader cache)',
    ]);
    assert.deepEqual(listChanges([{ path: cache }], [{ path: cache, mode: 0o666 }]), [
      'mode: /etc/ld.so.cache',
    ]);
  });

  test('reports the package that owns a file on each side', () => {
    const createOwner = (name: string): Result =>
      createTarget({
        packages: [{ name, type: 'deb', ownedFiles: [{ path: '/bin/x' }] }],
        files: [FOLDER, createFile({ path: '/bin/x', sha256: name === 'one' ? A : B })],
      });
    const [change] = compareResults(createOwner('one'), createOwner('two')).files;
    assert.deepEqual([change?.ownerBefore, change?.ownerAfter], ['one', 'two']);
  });
});

suite('files of documents', () => {
  const IMAGE = createTarget({
    packages: [{ name: 'x', type: 'deb', ownedFiles: [{ path: '/bin/x' }] }],
    files: [
      FOLDER,
      { path: '/bin/x', sha256: A },
      { path: '/srv/own', sha256: A },
      { path: '/srv/tool', sha256: B, executable: PROGRAM },
    ],
  });

  test('a document without files reports nothing about files and executables, rather than removing all', () => {
    const document = createTarget({ packages: [{ name: 'x', type: 'deb' }] });
    const difference = compareResults(IMAGE, document);
    assert.deepEqual(difference.files, []);
    assert.deepEqual(difference.executables, []);
    assert.match(difference.filesNote ?? '', /one side lists none/);
    assert.equal(difference.after.files, undefined);
    assert.equal(difference.after.executables, undefined);
    assert.equal(difference.before.executables, 1);
  });

  test('only files of packages are compared with a document that lists no others, and that is reported', () => {
    const document = createTarget({
      packages: [{ name: 'x', type: 'deb', ownedFiles: [{ path: '/bin/x' }] }],
      files: [{ path: '/bin/x', sha256: B }],
    });
    const difference = compareResults(IMAGE, document);
    assert.deepEqual(difference.files.map(formatChange), [
      'content: /bin/x',
      'removed: /srv/tool > undefined',
    ]);
    assert.match(difference.filesNote ?? '', /only package files and executables/);
    assert.equal(difference.before.files, 2);
  });

  test('a file that a partial list names is compared, and not reported as removed', () => {
    const directory = { path: '/usr', type: 'directory' } as const;
    const partial = createTarget({ files: [{ path: '/start.sh', mode: 0o755, sha256: A }] });
    const complete = createTarget({
      files: [directory, { path: '/start.sh', mode: 0o4755, sha256: A }, { path: '/own' }],
    });
    assert.deepEqual(compareResults(partial, complete).files.map(formatChange), [
      'mode: /start.sh',
    ]);
    assert.deepEqual(compareResults(complete, partial).files.map(formatChange), [
      'mode: /start.sh',
    ]);
  });

  test('all files are compared if the program itself read them, with or without directories', () => {
    const bare = {
      ...createTarget({ files: [{ path: '/own', sha256: B }] }),
      listsEveryFile: true,
    };
    const difference = compareResults({ ...IMAGE, listsEveryFile: true }, bare);
    assert.equal(difference.filesNote, undefined);
    assert.equal(difference.files.length, 4);
  });
});
