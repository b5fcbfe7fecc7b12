import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileView, ViewLayer } from '../core/cataloger.ts';
import { FileTable } from '../core/file-table.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { squash } from './squash.ts';

const LAYER = `sha256:${'1'.repeat(64)}`;

/**
 * `getPath` a file, `path/` a folder, `path -> target` a symbolic link, `path => target` a hard link.
 */
function layerOf(...members: readonly string[]): ViewLayer {
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

function pathsOf(view: FileView): string[] {
  return [...view.listPaths()].sort();
}

/** `code path`, in order. */
function problemsOf(...layers: readonly ViewLayer[]): string[] {
  const problems: string[] = [];
  squash(layers, { onProblem: ({ code, path }) => problems.push(`${code} ${path}`) });
  return problems.sort();
}

/** `layer.row real-path` */
function opened(view: FileView, path: string): string | undefined {
  const found = view.resolve(path);
  return found && `${found.ref.layer}.${found.ref.row} ${found.path}`;
}

describe('squash: what hides what', () => {
  it('shows the entry of the topmost layer', () => {
    const view = squash([layerOf('/a', '/b'), layerOf('/a')]);
    assert.deepEqual(view.find('/a'), { layer: 1, row: 0 });
    assert.deepEqual(view.find('/b'), { layer: 0, row: 1 });
  });

  it('shows the later of two entries of one layer', () => {
    assert.deepEqual(squash([layerOf('/a', '/b', '/a')]).find('/a'), { layer: 0, row: 2 });
  });

  it('removes a file or a whole folder by a whiteout, which is not shown itself', () => {
    const view = squash([layerOf('/d/', '/d/a', '/d/b', '/e'), layerOf('/.wh.d', '/.wh.e')]);
    assert.deepEqual(pathsOf(view), []);
  });

  it('applies whiteouts in order, as containerd does, and reports those of their own layer', () => {
    const lower = layerOf('/d/old');
    assert.deepEqual(problemsOf(lower, layerOf('/.wh.d', '/d/new'), layerOf('/x')), []);
    assert.deepEqual(pathsOf(squash([lower, layerOf('/.wh.d', '/d/new')])), ['/d/new']);
    for (const upper of [layerOf('/f', '/.wh.f'), layerOf('/f/g/h', '/.wh.f')]) {
      assert.deepEqual(pathsOf(squash([layerOf('/f'), upper])), []);
      assert(problemsOf(layerOf('/f/'), upper).includes('P_MALFORMED /.wh.f'));
    }
  });

  it('takes names like whiteouts for plain names in a directory that is not a layer', () => {
    const { files } = layerOf('/a', '/.wh.a', '/.wh..wh..opq');
    const view = squash([{ diffId: undefined, files }]);
    assert.deepEqual(pathsOf(view), ['/.wh..wh..opq', '/.wh.a', '/a']);
  });

  it('shows files below a directory that has the name of a whiteout', () => {
    const view = squash([layerOf('/.wh..wh.plnk/1', '/x => /.wh..wh.plnk/1')]);
    assert.deepEqual(pathsOf(view), ['/.wh..wh.plnk/1', '/x']);
    assert.equal(opened(view, '/x'), '0.0 /x');
  });

  it('keeps of an opaque directory what its own layer names before the marker', () => {
    const lower = layerOf('/d/', '/d/old', '/d/e/old');
    const named = layerOf('/d/', '/d/new', '/d/e/', '/d/e/new', '/d/.wh..wh..opq', '/d/last');
    const view = squash([lower, named]);
    assert.deepEqual(pathsOf(view), ['/d', '/d/e', '/d/e/new', '/d/last', '/d/new']);
    assert.deepEqual(problemsOf(lower, named), []);
    const implied = layerOf('/d/e/new', '/d/.wh..wh..opq');
    assert.deepEqual(pathsOf(squash([lower, implied])), ['/d']);
    assert.deepEqual(problemsOf(lower, implied), ['P_MALFORMED /d/.wh..wh..opq']);
  });

  it('empties a folder by an opaque marker and keeps what its own layer has', () => {
    const lower = layerOf('/d/', '/d/old', '/d/sub/old', '/dd/kept');
    const view = squash([lower, layerOf('/d/', '/d/new', '/d/.wh..wh..opq')]);
    assert.deepEqual(pathsOf(view), ['/d', '/d/new', '/dd/kept']);
  });

  it('takes a marker in the root for everything below', () => {
    const view = squash([layerOf('/a', '/d/b'), layerOf('/.wh..wh..opq', '/c')]);
    assert.deepEqual(pathsOf(view), ['/c']);
  });

  it('brings back what a layer above a whiteout adds again', () => {
    const view = squash([layerOf('/d/a', '/d/b'), layerOf('/.wh.d'), layerOf('/d/a')]);
    assert.deepEqual(pathsOf(view), ['/d/a']);
  });

  it('hides the content of a folder that became a file, even if it is a folder again', () => {
    const lower = layerOf('/d/', '/d/a');
    assert.deepEqual(pathsOf(squash([lower, layerOf('/d')])), ['/d']);
    const again = squash([lower, layerOf('/d'), layerOf('/d/', '/d/b')]);
    assert.deepEqual(pathsOf(again), ['/d', '/d/b']);
    assert.deepEqual(pathsOf(squash([layerOf('/d/a/b/c', '/d')])), ['/d']);
  });

  it('keeps the lower entry of a folder that a layer only implies', () => {
    const view = squash([layerOf('/d/', '/d/a'), layerOf('/d/b')]);
    assert.deepEqual(view.find('/d'), { layer: 0, row: 0 });
    assert.deepEqual(pathsOf(view), ['/d', '/d/a', '/d/b']);
  });

  it('replaces a lower file by the folder that a layer implies', () => {
    assert.deepEqual(pathsOf(squash([layerOf('/d'), layerOf('/d/a')])), ['/d/a']);
    const nested = squash([layerOf('/d'), layerOf('/d/a'), layerOf('/d/a/b')]);
    assert.deepEqual(pathsOf(nested), ['/d/a/b']);
    assert.deepEqual(problemsOf(layerOf('/d'), layerOf('/d/a')), ['P_LINK /d/a']);
  });

  it('writes through a link of a lower layer, as unpacking does', () => {
    const lower = layerOf('/bin -> usr/bin', '/usr/bin/', '/usr/bin/a', '/usr/bin/b');
    const view = squash([lower, layerOf('/bin/b', '/bin/c')]);
    assert.deepEqual(pathsOf(view), ['/bin', '/usr/bin', '/usr/bin/a', '/usr/bin/b', '/usr/bin/c']);
    assert.deepEqual(view.find('/usr/bin/b'), { layer: 1, row: 0 });
    assert.equal(opened(view, '/bin/c'), '1.1 /usr/bin/c');
    assert.equal(view.getRealPath({ layer: 1, row: 1 }), '/usr/bin/c');
    assert.deepEqual(problemsOf(lower, layerOf('/bin/b', '/bin/c')), ['P_LINK /bin']);
    assert.deepEqual(problemsOf(layerOf('/bin -> usr/bin', '/bin/b')), []);
  });

  it('finds what was written through a link that is gone since', () => {
    const view = squash([layerOf('/a -> b', '/b/'), layerOf('/a/f'), layerOf('/.wh.a')]);
    assert.deepEqual(pathsOf(view), ['/b', '/b/f']);
    assert.equal(view.getRealPath({ layer: 1, row: 0 }), '/b/f');
    assert.equal(view.getRealPath({ layer: 0, row: 0 }), undefined);
  });

  it('writes through links whose targets do not exist, or lead out of the root', () => {
    const view = squash([layerOf('/a -> /opt/d', '/a/f', '/up -> ../../../x', '/up/g')]);
    assert.deepEqual(pathsOf(view), ['/a', '/opt/d/f', '/up', '/x/g']);
    assert.equal(view.findRealFolder('/a'), '/opt/d');
  });

  it('resolves `..` in a target without a look at what stands before it, as containerd does', () => {
    const lower = ['/p/q/', '/x/', '/p/x/', '/l -> p/q', '/via -> l/../x'] as const;
    const view = squash([layerOf(...lower, '/via/f')]);
    assert.equal(view.find('/x/f')?.row, 5);
    assert.equal(opened(view, '/via/f'), undefined);
  });

  it('gives up on a directory that links lead round in circles to, and reports it', () => {
    const layer = layerOf('/a -> b', '/b -> a', '/a/f');
    assert.deepEqual(pathsOf(squash([layer])), ['/a', '/b']);
    assert.deepEqual(problemsOf(layer), ['P_LINK /a/f']);
  });

  it('replaces a link of a lower layer by a folder that a layer names', () => {
    const view = squash([layerOf('/bin -> usr/bin', '/usr/bin/a'), layerOf('/bin/', '/bin/c')]);
    assert.deepEqual(pathsOf(view), ['/bin', '/bin/c', '/usr/bin/a']);
  });
});

describe('squash: links', () => {
  it('follows relative, absolute and chained links, in parent folders and across layers', () => {
    const lower = layerOf('/usr/lib/os-release', '/etc/os-release -> ../usr/lib/os-release');
    const upper = layerOf('/lib -> usr/lib', '/abs -> /etc/os-release', '/deep/x -> ../lib');
    const view = squash([lower, upper]);
    for (const path of ['/etc/os-release', '/lib/os-release', '/abs', '/deep/x/os-release']) {
      assert.equal(opened(view, path), '0.0 /usr/lib/os-release', path);
    }
  });

  it('never leaves the root', () => {
    const view = squash([layerOf('/etc/passwd', '/a/up -> ../../../../etc/passwd')]);
    assert.equal(opened(view, '/a/up'), '0.0 /etc/passwd');
  });

  it('gives up where links go round, lead nowhere or through a file', () => {
    const view = squash([
      layerOf(
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

  it('follows no more links than the limit allows', () => {
    const links = Array.from({ length: 50 }, (_, index) => `/l${index} -> l${index + 1}`);
    const view = squash([layerOf(...links, '/l50')]);
    assert.equal(view.resolve('/l0'), undefined);
    assert.equal(opened(view, '/l20'), '0.50 /l50');
    const limits = { ...DEFAULT_LIMITS, linkDepthMax: 1 };
    const strict = squash([layerOf('/a -> b', '/b -> c', '/c')], { limits });
    assert.equal(strict.resolve('/a'), undefined);
    assert.equal(opened(strict, '/b'), '0.2 /c');
  });

  it('opens the content of a hard link under the name of the link', () => {
    const view = squash([layerOf('/a', '/b => /a', '/c => /b')]);
    assert.equal(opened(view, '/b'), '0.0 /b');
    assert.equal(opened(view, '/c'), '0.0 /c');
    assert.deepEqual(view.find('/b'), { layer: 0, row: 1 });
  });

  it('keeps the content of a hard link whose first name was removed or replaced', () => {
    const lower = layerOf('/a', '/b => /a');
    assert.equal(opened(squash([lower, layerOf('/.wh.a')]), '/b'), '0.0 /b');
    assert.equal(opened(squash([lower, layerOf('/a')]), '/b'), '0.0 /b');
  });

  it('keeps the content that a lower layer has when the link is unpacked', () => {
    const layers = [layerOf('/a'), layerOf('/b => /a'), layerOf('/a'), layerOf('/.wh.a')];
    for (const count of [2, 3, 4]) {
      const view = squash(layers.slice(0, count));
      assert.equal(opened(view, '/b'), '0.0 /b');
      assert.deepEqual(view.resolveHardLink({ layer: 1, row: 0 }), { layer: 0, row: 0 });
    }
    const later = squash([layerOf('/a'), layerOf('/a', '/b => /a', '/a')]);
    assert.equal(opened(later, '/b'), '1.0 /b');
    assert.equal(opened(later, '/a'), '1.2 /a');
  });

  it('follows links to the directory of a hard link, but not its last name', () => {
    const view = squash([
      layerOf('/o/s', '/al -> o', '/o/l -> s', '/x => /al/s', '/y => /al/l', '/z => /al/l/'),
    ]);
    assert.equal(opened(view, '/x'), '0.0 /x');
    assert.equal(opened(view, '/y'), undefined, 'a link to /s, which is not there');
    assert.equal(opened(view, '/z'), '0.0 /z');
  });

  it('refuses a hard link to nothing, to itself, in circles or to a directory', () => {
    const members = ['/d/', '/a => /b', '/b => /a', '/me => /me', '/miss => /no', '/hd => /d'];
    const layer = layerOf(...members);
    assert.deepEqual(pathsOf(squash([layer])), ['/d']);
    assert.deepEqual(
      problemsOf(layer),
      ['/a', '/b', '/hd', '/me', '/miss'].map((path) => `P_LINK ${path}`),
    );
  });

  it('follows a hard link to a symbolic link', () => {
    const view = squash([layerOf('/d/a -> f', '/d/f', '/d/b => /d/a')]);
    assert.equal(opened(view, '/d/b'), '0.1 /d/f');
  });

  it('follows a link that was written over a folder through a link to the folder above it', () => {
    const lower = layerOf('/usr/x/', '/usr/x/y/', '/usr/x/y/z', '/bin -> usr/x', '/o/', '/o/z');
    const view = squash([lower, layerOf('/bin/y -> /o')]);
    assert.deepEqual(view.find('/usr/x/y'), { layer: 1, row: 0 });
    assert.equal(opened(view, '/usr/x/y/z'), '0.5 /o/z');
  });

  it('remembers no other folder than that of the path', () => {
    const view = squash([layerOf('/a/b -> c', '/a/c/f', '/a/c/g', '/ab', '/f')]);
    const paths = ['/a/b/f', '/a/b/g', '/f', '/a/c/f', '/a/f', '/ab', '/a/b/g'];
    assert.deepEqual(
      paths.map((path) => opened(view, path)),
      ['0.1 /a/c/f', '0.2 /a/c/g', '0.4 /f', '0.1 /a/c/f', undefined, '0.3 /ab', '0.2 /a/c/g'],
    );
  });
});

describe('squash: folders', () => {
  it('lists names in order, also of folders that no entry names', () => {
    const view = squash([layerOf('/usr/lib/b', '/usr/lib/a'), layerOf('/usr/.wh.share', '/etc/')]);
    const names = { '/': ['etc', 'usr'], '/usr': ['lib'], '/usr/lib': ['a', 'b'], '/nowhere': [] };
    for (const [folder, expected] of Object.entries(names)) {
      assert.deepEqual(view.list(folder), expected);
      assert.deepEqual(squash(view.layers).list(folder), expected);
    }
  });

  it('answers the same whatever was asked before', () => {
    const lower = layerOf(
      '/usr/lib/x/a',
      '/lib -> usr/lib',
      '/usr/f',
      '/usr/up -> ..',
      '/none -> x',
    );
    for (const layers of [[lower], [lower, layerOf('/lib/x/b', '/usr/f/c')]]) {
      const view = squash(layers);
      const parts = ['', 'usr', 'lib', 'x', 'up', 'f', 'none', 'gone', '.', '..', 'a'];
      const paths = parts.flatMap((one) =>
        parts.flatMap((two) => parts.map((three) => `/${one}/${two}/${three}`)),
      );
      for (const path of ['/usr', ...paths, ...paths.map((each) => `${each}/b`)]) {
        assert.deepEqual(view.resolve(path), squash(layers).resolve(path), path);
        assert.equal(view.findRealFolder(path), squash(layers).findRealFolder(path), path);
      }
    }
  });

  it('knows those that an entry names and those that something lies in, links followed', () => {
    const view = squash([
      layerOf(
        '/srv/app/lib/a',
        '/gone/x',
        '/empty/',
        '/a -> srv/app',
        '/b -> /empty',
        '/c -> /none',
        '/e => /a',
      ),
      layerOf('/.wh.gone', '/d -> /d', '/f -> /srv/app/lib/a'),
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

  it('takes a long path in its stride', () => {
    const path = '/d'.repeat(2_000);
    assert.equal(opened(squash([layerOf(path)]), path), `0.0 ${path}`);
  });
});
