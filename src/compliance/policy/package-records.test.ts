import assert from 'node:assert/strict';
import { createHash, hash } from 'node:crypto';
import { suite, test } from 'node:test';
import { createInventory } from '../../../test/support/inventory.ts';
import { createAssessment } from '../../foundation/core/assessment.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { evaluatePolicies } from './evaluate-policy.ts';
import { loadPolicies } from './load-policies.ts';

const POLICY = `
policy: records
rules:
  - { id: content, for: record, when: { content: [changed, missing], configuration: false, path: not like /usr/share/doc/* }, then: fail }
  - { id: mode, for: record, when: { mode: changed }, then: fail }
`;

type FileSeed = Partial<InventoryFile> & { readonly path: string; readonly content?: string };

function createFile({ content = 'x', ...more }: FileSeed): InventoryFile {
  return {
    type: 'regular',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: content.length,
    mimeType: '',
    sha256: hash('sha256', content),
    sha1: hash('sha1', content),
    otherDigests: { md5: hash('md5', content) },
    ...more,
  };
}

/** Judges one package whose record has the given entries. */
function judge(
  kind: 'dpkg' | 'apk' | 'rpm',
  entries: readonly object[],
  files: readonly FileSeed[],
  areFilesListed = true,
): { readonly outcomes: string; readonly titles: readonly string[] } {
  const base = createInventory({ packages: [{ name: 'p', type: kind === 'dpkg' ? 'deb' : kind }] });
  const metadata = { kind: `${kind}-db-entry`, value: { files: entries } };
  const packages = base.packages.map((item) => ({ ...item, metadata }));
  const inventory = { ...base, packages, files: files.map(createFile) };
  const assessment = createAssessment({ inventory });
  const policies = loadPolicies([{ name: 'p.yaml', bytes: Buffer.from(POLICY) }]);
  const { rules } = evaluatePolicies(policies, { assessment, areFilesListed, now: '2026-11-29' });
  return {
    outcomes: rules.map(({ outcome }) => outcome).join(' '),
    titles: rules.flatMap(({ matches }) =>
      matches.flatMap(({ title, outcome }) => (outcome === 'fail' ? [title] : [])),
    ),
  };
}

function createMd5(path: string, content: string, more: object = {}): object {
  return { path, digest: { algorithm: 'md5', value: hash('md5', content) }, ...more };
}

function createQ1(path: string, content: string, more: object = {}): object {
  const value = `Q1${createHash('sha1').update(content).digest('base64')}`;
  return { path, digest: { algorithm: "'Q1'+base64(sha1)", value }, ...more };
}

function createRpm(path: string, content: string, more: object = {}): object {
  const digest = { algorithm: 'sha256', value: hash('sha256', content) };
  return { path, mode: 0o100644, size: content.length, digest, flags: '', ...more };
}

suite('files in the records of packages', () => {
  test('of dpkg are compared by MD5, and their mode is not known', () => {
    const entry = createMd5('/usr/bin/tool', 'good');
    const good = { path: '/usr/bin/tool', content: 'good' };
    assert.equal(judge('dpkg', [entry], [good]).outcomes, 'pass unknown');
    assert.equal(judge('dpkg', [entry], [{ ...good, content: 'evil' }]).outcomes, 'fail unknown');
    assert.equal(judge('dpkg', [entry], []).outcomes, 'fail pass');
  });

  test('that a pattern names may be missing, and configuration may differ', () => {
    const files = [
      createMd5('/usr/share/doc/p/README', 'a'),
      createMd5('/etc/p', 'a', { isConfigFile: true }),
    ];
    assert.equal(judge('dpkg', files, [{ path: '/etc/p', content: 'b' }]).outcomes, 'pass unknown');
  });

  test('are found through merged directories', () => {
    const files = [
      { path: '/bin', type: 'symlink', linkTarget: 'usr/bin', content: '' },
      { path: '/usr/bin/tool', content: 'good' },
    ] as const;
    assert.match(judge('dpkg', [createMd5('/bin/tool', 'good')], files).outcomes, /^pass/);
    assert.match(judge('dpkg', [createMd5('/bin/tool', 'other')], files).outcomes, /^fail/);
  });

  test('of apk are compared by SHA-1 and mode; a link has the digest of its target', () => {
    const link = {
      path: '/bin/sh',
      type: 'symlink',
      linkTarget: '/bin/busybox',
      content: '',
    } as const;
    const entries = [
      createQ1('/bin/sh', '/bin/busybox'),
      createQ1('/sbin/x', 'x', { permissions: '4755' }),
    ];
    const program = { path: '/sbin/x', mode: 0o4755 };
    assert.equal(judge('apk', entries, [link, program]).outcomes, 'pass pass');
    const other = { ...link, linkTarget: '/tmp/evil' };
    assert.deepEqual(judge('apk', entries, [other, program]).titles, ['/bin/sh of p']);
    assert.equal(judge('apk', entries, [link, { ...program, mode: 0o755 }]).outcomes, 'pass fail');
    // A program that was replaced by a link to another one.
    const replaced = { ...program, type: 'symlink', linkTarget: '/bin/busybox' } as const;
    assert.match(judge('apk', entries, [link, replaced]).outcomes, /^fail/);
  });

  test('of apk have 644 and 755 if the record states no mode', () => {
    const entries = [{ path: '/opt' }, createQ1('/opt/a', 'a')];
    const createFiles = (fileMode: number, folderMode: number): readonly FileSeed[] => [
      { path: '/opt', type: 'directory', mode: folderMode, content: '' },
      { path: '/opt/a', content: 'a', mode: fileMode },
    ];
    assert.equal(judge('apk', entries, createFiles(0o644, 0o755)).outcomes, 'pass pass');
    assert.equal(judge('apk', entries, createFiles(0o666, 0o755)).outcomes, 'pass fail');
    assert.equal(judge('apk', entries, createFiles(0o644, 0o777)).outcomes, 'pass fail');
  });

  test('of rpm are compared by digest, type and mode; ghosts may be missing', () => {
    const entry = createRpm('/usr/bin/tool', 'good');
    const good = { path: '/usr/bin/tool', content: 'good' };
    assert.equal(judge('rpm', [entry], [good]).outcomes, 'pass pass');
    assert.equal(judge('rpm', [entry], [{ ...good, content: 'evil' }]).outcomes, 'fail pass');
    assert.equal(judge('rpm', [entry], [{ ...good, mode: 0o4644 }]).outcomes, 'pass fail');
    const folder = { path: '/usr/bin/tool', type: 'directory', content: '' } as const;
    assert.match(judge('rpm', [entry], [folder]).outcomes, /^fail/);
    assert.equal(
      judge('rpm', [createRpm('/var/log/p', '', { flags: 'g' }), entry], [good]).outcomes,
      'pass pass',
    );
    const link = { path: '/l', mode: 0o120777, size: 4, digest: {}, flags: '' };
    const linked = { path: '/l', type: 'symlink', linkTarget: 'tool', content: '' } as const;
    assert.equal(judge('rpm', [link], [linked]).outcomes, 'pass pass');
    assert.match(judge('rpm', [link], [{ ...linked, linkTarget: '/tmp/evil' }]).outcomes, /^fail/);
  });

  test('are unknown without a digest, without a list of files, and for an empty record', () => {
    const tool = { path: '/usr/bin/tool', content: 'good' };
    assert.equal(judge('dpkg', [{ path: '/usr/bin/tool' }], [tool]).outcomes, 'unknown unknown');
    const { sha1: _, ...bare } = createFile(tool);
    assert.match(
      judge('apk', [createQ1('/usr/bin/tool', 'good')], [{ ...bare, sha1: undefined } as never])
        .outcomes,
      /^unknown/,
    );
    assert.equal(judge('dpkg', [createMd5('/a', 'a')], [], false).outcomes, 'unknown unknown');
    assert.equal(judge('dpkg', [], []).outcomes, 'unknown unknown');
  });
});
