import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileView, ViewLayer } from '../../foundation/core/cataloger.ts';
import { FileTable } from '../../foundation/core/file-table.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { createSquashedView } from './squashed-view.ts';

const LAYER = `sha256:${'1'.repeat(64)}`;

/**
 * `path` is a file, `path/` a directory, `path -> target` a symbolic link, `path => target` a hard
 * link.
 */
function createLayer(...members: readonly string[]): ViewLayer {
  const files = new FileTable();
  const common = { mode: 0o644, uid: 0, gid: 0, sizeBytes: 0 };
  for (const member of members) {
    const [path = '', linkTarget] = member.split(/ [-=]> /);
    if (linkTarget === undefined) {
      const isFolder = member.endsWith('/');
      const type = isFolder ? 'directory' : 'regular';
      files.add({ path: isFolder ? path.slice(0, -1) : path, type, ...common });
    } else {
      const type = member.includes(' => ') ? 'hardlink' : 'symlink';
      files.add({ path, type, linkTarget, ...common });
    }
  }
  return { diffId: LAYER, files };
}

function listPaths(view: FileView): string[] {
  return [...view.listPaths()].sort();
}

/** `code path`, in order. */
function listProblems(...layers: readonly ViewLayer[]): string[] {
  const problems: string[] = [];
  createSquashedView(layers, { onProblem: ({ code, path }) => problems.push(`${code} ${path}`) });
  return problems.sort();
}

/** `layer.row real-path` */
function resolvePath(view: FileView, path: string): string | undefined {
  const found = view.resolve(path);
  return found && `${found.ref.layer}.${found.ref.row} ${found.path}`;
}

describe('squash: hiding', () => {
  it('shows the entry of the topmost layer', () => {
    const view = createSquashedView([createLayer('/a', '/b'), createLayer('/a')]);
    assert.deepEqual(view.find('/a'), { layer: 1, row: 0 });
    assert.deepEqual(view.find('/b'), { layer: 0, row: 1 });
  });

  it('shows the later of two entries of one layer', () => {
    assert.deepEqual(createSquashedView([createLayer('/a', '/b', '/a')]).find('/a'), {
      layer: 0,
      row: 2,
    });
  });

  it('removes a file or a whole directory by a whiteout, which is not visible itself', () => {
    const view = createSquashedView([
      createLayer('/d/', '/d/a', '/d/b', '/e'),
      createLayer('/.wh.d', '/.wh.e'),
    ]);
    assert.deepEqual(listPaths(view), []);
  });

  it('applies whiteouts in order, as containerd does, and reports those of their own layer', () => {
    const lower = createLayer('/d/old');
    assert.deepEqual(listProblems(lower, createLayer('/.wh.d', '/d/new'), createLayer('/x')), []);
    assert.deepEqual(listPaths(createSquashedView([lower, createLayer('/.wh.d', '/d/new')])), [
      '/d/new',
    ]);
    for (const upper of [createLayer('/f', '/.wh.f'), createLayer('/f/g/h', '/.wh.f')]) {
      assert.deepEqual(listPaths(createSquashedView([createLayer('/f'), upper])), []);
      assert(listProblems(createLayer('/f/'), upper).includes('P_MALFORMED /.wh.f'));
    }
  });

  it('treats names like whiteouts as plain names in a directory that is not a layer', () => {
    const { files } = createLayer('/a', '/.wh.a', '/.wh..wh..opq');
    const view = createSquashedView([{ diffId: undefined, files }]);
    assert.deepEqual(listPaths(view), ['/.wh..wh..opq', '/.wh.a', '/a']);
  });

  it('shows files below a directory that has the name of a whiteout', () => {
    const view = createSquashedView([createLayer('/.wh..wh.plnk/1', '/x => /.wh..wh.plnk/1')]);
    assert.deepEqual(listPaths(view), ['/.wh..wh.plnk/1', '/x']);
    assert.equal(resolvePath(view, '/x'), '0.0 /x');
  });

  it('keeps entries of an opaque directory that its own layer adds before the marker', () => {
    const lower = createLayer('/d/', '/d/old', '/d/e/old');
    const named = createLayer('/d/', '/d/new', '/d/e/', '/d/e/new', '/d/.wh..wh..opq', '/d/last');
    const view = createSquashedView([lower, named]);
    assert.deepEqual(listPaths(view), ['/d', '/d/e', '/d/e/new', '/d/last', '/d/new']);
    assert.deepEqual(listProblems(lower, named), []);
    const implied = createLayer('/d/e/new', '/d/.wh..wh..opq');
    assert.deepEqual(listPaths(createSquashedView([lower, implied])), ['/d']);
    assert.deepEqual(listProblems(lower, implied), ['P_MALFORMED /d/.wh..wh..opq']);
  });

  it('empties a directory by an opaque marker and keeps the entries of its own layer', () => {
    const lower = createLayer('/d/', '/d/old', '/d/sub/old', '/dd/kept');
    const view = createSquashedView([lower, createLayer('/d/', '/d/new', '/d/.wh..wh..opq')]);
    assert.deepEqual(listPaths(view), ['/d', '/d/new', '/dd/kept']);
  });

  it('applies a marker in the root to everything below', () => {
    const view = createSquashedView([
      createLayer('/a', '/d/b'),
      createLayer('/.wh..wh..opq', '/c'),
    ]);
    assert.deepEqual(listPaths(view), ['/c']);
  });

  it('shows entries that a layer above a whiteout adds again', () => {
    const view = createSquashedView([
      createLayer('/d/a', '/d/b'),
      createLayer('/.wh.d'),
      createLayer('/d/a'),
    ]);
    assert.deepEqual(listPaths(view), ['/d/a']);
  });

  it('hides the contents of a directory that became a file, even if it is a directory again', () => {
    const lower = createLayer('/d/', '/d/a');
    assert.deepEqual(listPaths(createSquashedView([lower, createLayer('/d')])), ['/d']);
    const again = createSquashedView([lower, createLayer('/d'), createLayer('/d/', '/d/b')]);
    assert.deepEqual(listPaths(again), ['/d', '/d/b']);
    assert.deepEqual(listPaths(createSquashedView([createLayer('/d/a/b/c', '/d')])), ['/d']);
  });

  it('keeps the lower entry of a directory that a layer only implies', () => {
    const view = createSquashedView([createLayer('/d/', '/d/a'), createLayer('/d/b')]);
    assert.deepEqual(view.find('/d'), { layer: 0, row: 0 });
    assert.deepEqual(listPaths(view), ['/d', '/d/a', '/d/b']);
  });

  it('replaces a lower file by the directory that a layer implies', () => {
    assert.deepEqual(listPaths(createSquashedView([createLayer('/d'), createLayer('/d/a')])), [
      '/d/a',
    ]);
    const nested = createSquashedView([
      createLayer('/d'),
      createLayer('/d/a'),
      createLayer('/d/a/b'),
    ]);
    assert.deepEqual(listPaths(nested), ['/d/a/b']);
    assert.deepEqual(listProblems(createLayer('/d'), createLayer('/d/a')), ['P_LINK /d/a']);
  });

  it('writes through a link of a lower layer, as unpacking does', () => {
    const lower = createLayer('/bin -> usr/bin', '/usr/bin/', '/usr/bin/a', '/usr/bin/b');
    const view = createSquashedView([lower, createLayer('/bin/b', '/bin/c')]);
    assert.deepEqual(listPaths(view), [
      '/bin',
      '/usr/bin',
      '/usr/bin/a',
      '/usr/bin/b',
      '/usr/bin/c',
    ]);
    assert.deepEqual(view.find('/usr/bin/b'), { layer: 1, row: 0 });
    assert.equal(resolvePath(view, '/bin/c'), '1.1 /usr/bin/c');
    assert.equal(view.getRealPath({ layer: 1, row: 1 }), '/usr/bin/c');
    assert.deepEqual(listProblems(lower, createLayer('/bin/b', '/bin/c')), ['P_LINK /bin']);
    assert.deepEqual(listProblems(createLayer('/bin -> usr/bin', '/bin/b')), []);
  });

  it('finds entries that were written through a link which was removed later', () => {
    const view = createSquashedView([
      createLayer('/a -> b', '/b/'),
      createLayer('/a/f'),
      createLayer('/.wh.a'),
    ]);
    assert.deepEqual(listPaths(view), ['/b', '/b/f']);
    assert.equal(view.getRealPath({ layer: 1, row: 0 }), '/b/f');
    assert.equal(view.getRealPath({ layer: 0, row: 0 }), undefined);
  });

  it('writes through links whose targets do not exist, or are outside the root', () => {
    const view = createSquashedView([
      createLayer('/a -> /opt/d', '/a/f', '/up -> ../../../x', '/up/g'),
    ]);
    assert.deepEqual(listPaths(view), ['/a', '/opt/d/f', '/up', '/x/g']);
    assert.equal(view.findRealFolder('/a'), '/opt/d');
  });

  it('resolves `..` in a target without resolving the part before it, as containerd does', () => {
    const lower = ['/p/q/', '/x/', '/p/x/', '/l -> p/q', '/via -> l/../x'] as const;
    const view = createSquashedView([createLayer(...lower, '/via/f')]);
    assert.equal(view.find('/x/f')?.row, 5);
    assert.equal(resolvePath(view, '/via/f'), undefined);
  });

  it('skips and reports a directory behind circular links', () => {
    const layer = createLayer('/a -> b', '/b -> a', '/a/f');
    assert.deepEqual(listPaths(createSquashedView([layer])), ['/a', '/b']);
    assert.deepEqual(listProblems(layer), ['P_LINK /a/f']);
  });

  it('replaces a link of a lower layer by a directory that a layer names', () => {
    const view = createSquashedView([
      createLayer('/bin -> usr/bin', '/usr/bin/a'),
      createLayer('/bin/', '/bin/c'),
    ]);
    assert.deepEqual(listPaths(view), ['/bin', '/bin/c', '/usr/bin/a']);
  });
});

describe('squash: links', () => {
  it('follows relative, absolute and chained links, in parent directories and across layers', () => {
    const lower = createLayer('/usr/lib/os-release', '/etc/os-release -> ../usr/lib/os-release');
    const upper = createLayer('/lib -> usr/lib', '/abs -> /etc/os-release', '/deep/x -> ../lib');
    const view = createSquashedView([lower, upper]);
    for (const path of ['/etc/os-release', '/lib/os-release', '/abs', '/deep/x/os-release']) {
      assert.equal(resolvePath(view, path), '0.0 /usr/lib/os-release', path);
    }
  });

  it('never leaves the root', () => {
    const view = createSquashedView([
      createLayer('/etc/passwd', '/a/up -> ../../../../etc/passwd'),
    ]);
    assert.equal(resolvePath(view, '/a/up'), '0.0 /etc/passwd');
  });

  it('finds nothing if links are circular, dangling or lead through a file', () => {
    const view = createSquashedView([
      createLayer(
        '/a -> b',
        '/b -> a',
        '/dead -> nowhere',
        '/self/x -> ../self/x/y',
        '/f',
        '/t -> f/g',
      ),
    ]);
    for (const path of ['/a', '/a/x', '/dead', '/self/x', '/f/g', '/t', '/missing']) {
      assert.equal(view.resolve(path), undefined, path);
    }
  });

  it('follows links only up to the limit', () => {
    const links = Array.from({ length: 50 }, (_, index) => `/l${index} -> l${index + 1}`);
    const view = createSquashedView([createLayer(...links, '/l50')]);
    assert.equal(view.resolve('/l0'), undefined);
    assert.equal(resolvePath(view, '/l20'), '0.50 /l50');
    const limits = { ...DEFAULT_LIMITS, linkDepthMax: 1 };
    const strict = createSquashedView([createLayer('/a -> b', '/b -> c', '/c')], { limits });
    assert.equal(strict.resolve('/a'), undefined);
    assert.equal(resolvePath(strict, '/b'), '0.2 /c');
  });

  it('opens the content of a hard link under the name of the link', () => {
    const view = createSquashedView([createLayer('/a', '/b => /a', '/c => /b')]);
    assert.equal(resolvePath(view, '/b'), '0.0 /b');
    assert.equal(resolvePath(view, '/c'), '0.0 /c');
    assert.deepEqual(view.find('/b'), { layer: 0, row: 1 });
  });

  it('keeps the content of a hard link whose first name was removed or replaced', () => {
    const lower = createLayer('/a', '/b => /a');
    assert.equal(resolvePath(createSquashedView([lower, createLayer('/.wh.a')]), '/b'), '0.0 /b');
    assert.equal(resolvePath(createSquashedView([lower, createLayer('/a')]), '/b'), '0.0 /b');
  });

  it('keeps the content of the lower layer at the time the link is unpacked', () => {
    const layers = [
      createLayer('/a'),
      createLayer('/b => /a'),
      createLayer('/a'),
      createLayer('/.wh.a'),
    ];
    for (const count of [2, 3, 4]) {
      const view = createSquashedView(layers.slice(0, count));
      assert.equal(resolvePath(view, '/b'), '0.0 /b');
      assert.deepEqual(view.resolveHardLink({ layer: 1, row: 0 }), { layer: 0, row: 0 });
    }
    const later = createSquashedView([createLayer('/a'), createLayer('/a', '/b => /a', '/a')]);
    assert.equal(resolvePath(later, '/b'), '1.0 /b');
    assert.equal(resolvePath(later, '/a'), '1.2 /a');
  });

  it('follows links in the directory of a hard link, but not in its base name', () => {
    const view = createSquashedView([
      createLayer('/o/s', '/al -> o', '/o/l -> s', '/x => /al/s', '/y => /al/l', '/z => /al/l/'),
    ]);
    assert.equal(resolvePath(view, '/x'), '0.0 /x');
    assert.equal(resolvePath(view, '/y'), undefined, 'a link to /s, which is not there');
    assert.equal(resolvePath(view, '/z'), '0.0 /z');
  });

  it('rejects a hard link that is dangling, to itself, circular or to a directory', () => {
    const members = ['/d/', '/a => /b', '/b => /a', '/me => /me', '/miss => /no', '/hd => /d'];
    const layer = createLayer(...members);
    assert.deepEqual(listPaths(createSquashedView([layer])), ['/d']);
    assert.deepEqual(
      listProblems(layer),
      ['/a', '/b', '/hd', '/me', '/miss'].map((path) => `P_LINK ${path}`),
    );
  });

  it('follows a hard link to a symbolic link', () => {
    const view = createSquashedView([createLayer('/d/a -> f', '/d/f', '/d/b => /d/a')]);
    assert.equal(resolvePath(view, '/d/b'), '0.1 /d/f');
  });

  it('follows a link that replaced a directory through a link to its parent directory', () => {
    const lower = createLayer('/usr/x/', '/usr/x/y/', '/usr/x/y/z', '/bin -> usr/x', '/o/', '/o/z');
    const view = createSquashedView([lower, createLayer('/bin/y -> /o')]);
    assert.deepEqual(view.find('/usr/x/y'), { layer: 1, row: 0 });
    assert.equal(resolvePath(view, '/usr/x/y/z'), '0.5 /o/z');
  });

  it('does not mix up cached directories', () => {
    const view = createSquashedView([createLayer('/a/b -> c', '/a/c/f', '/a/c/g', '/ab', '/f')]);
    const paths = ['/a/b/f', '/a/b/g', '/f', '/a/c/f', '/a/f', '/ab', '/a/b/g'];
    assert.deepEqual(
      paths.map((path) => resolvePath(view, path)),
      ['0.1 /a/c/f', '0.2 /a/c/g', '0.4 /f', '0.1 /a/c/f', undefined, '0.3 /ab', '0.2 /a/c/g'],
    );
  });
});

describe('squash: directories', () => {
  it('lists names in order, also of directories without an entry', () => {
    const view = createSquashedView([
      createLayer('/usr/lib/b', '/usr/lib/a'),
      createLayer('/usr/.wh.share', '/etc/'),
    ]);
    const names = { '/': ['etc', 'usr'], '/usr': ['lib'], '/usr/lib': ['a', 'b'], '/nowhere': [] };
    for (const [folder, expected] of Object.entries(names)) {
      assert.deepEqual(view.list(folder), expected);
      assert.deepEqual(createSquashedView(view.layers).list(folder), expected);
    }
  });

  it('returns the same results regardless of earlier calls', () => {
    const lower = createLayer(
      '/usr/lib/x/a',
      '/lib -> usr/lib',
      '/usr/f',
      '/usr/up -> ..',
      '/none -> x',
    );
    for (const layers of [[lower], [lower, createLayer('/lib/x/b', '/usr/f/c')]]) {
      const view = createSquashedView(layers);
      const parts = ['', 'usr', 'lib', 'x', 'up', 'f', 'none', 'gone', '.', '..', 'a'];
      const paths = parts.flatMap((one) =>
        parts.flatMap((two) => parts.map((three) => `/${one}/${two}/${three}`)),
      );
      for (const path of ['/usr', ...paths, ...paths.map((each) => `${each}/b`)]) {
        assert.deepEqual(view.resolve(path), createSquashedView(layers).resolve(path), path);
        assert.equal(
          view.findRealFolder(path),
          createSquashedView(layers).findRealFolder(path),
          path,
        );
      }
    }
  });

  it('finds directories with an entry and implied ones, following links', () => {
    const view = createSquashedView([
      createLayer(
        '/srv/app/lib/a',
        '/gone/x',
        '/empty/',
        '/a -> srv/app',
        '/b -> /empty',
        '/c -> /none',
        '/e => /a',
      ),
      createLayer('/.wh.gone', '/d -> /d', '/f -> /srv/app/lib/a'),
    ]);
    const real = {
      '/': '/',
      '/srv': '/srv',
      '/srv/app/lib/': '/srv/app/lib',
      '/a': '/srv/app',
      '/a/lib': '/srv/app/lib',
      '/a/../..': '/',
      '/b': '/empty',
      '/e': '/srv/app',
    };
    for (const [path, folder] of Object.entries(real)) {
      assert.equal(view.findRealFolder(path), folder, path);
    }
    for (const path of [
      '/c',
      '/d',
      '/f',
      '/gone',
      '/none',
      '/srv/app/lib/a',
      '/a/lib/a',
      'srv',
      '',
    ]) {
      assert.equal(view.findRealFolder(path), undefined, path);
    }
  });

  it('handles a long path', () => {
    const path = '/d'.repeat(2_000);
    assert.equal(resolvePath(createSquashedView([createLayer(path)]), path), `0.0 ${path}`);
  });
});
