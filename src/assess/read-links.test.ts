import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTar } from '../foundation/bytes/tar/tar.fixture.ts';
import type { Extractor, Want } from '../foundation/core/cataloger.ts';
import { type Progress, SILENT } from '../foundation/core/progress.ts';
import { reachRules } from '../hardening/reach/rule/registry.generated.ts';
import { readImage } from './read-target.fixture.ts';

const LAYER = createTar([
  { name: 'etc/settings.conf', content: 'a' },
  { name: 'etc/linked.conf', typeFlag: '2', linkName: '/usr/share/given' },
  { name: 'etc/alternatives/pager', typeFlag: '2', linkName: '/usr/bin/less' },
  { name: 'usr/share/given', content: 'b' },
  { name: 'usr/bin/less', content: '\x7fELF' },
]);

/** Paths in the order in which they were passed on, and the messages in between. */
async function readLinked(
  extractors: (read: string[]) => readonly Extractor<unknown>[],
  owned: readonly string[] = [],
) {
  const read: string[] = [];
  const said: string[] = [];
  const asked: string[] = [];
  const progress: Progress = {
    ...SILENT,
    emit: (event) => {
      said.push(...(event.kind === 'notice' ? [event.message] : []));
    },
  };
  const findOwned = (paths: ReadonlySet<string>): ReadonlySet<string> => {
    asked.push(...paths);
    return new Set(owned);
  };
  await readImage(LAYER, { extractors: extractors(read), findOwnedFiles: findOwned }, progress);
  return { read, said, asked };
}

function createSettings(want: Partial<Want>) {
  return (read: string[]): readonly Extractor<unknown>[] => [
    {
      id: 'settings',
      version: 1,
      wants: [
        { role: 'settings', paths: ['/etc/*.conf'], maxBytes: 'configFileBytesMax', ...want },
      ],
      extract: ({ path }) => {
        read.push(path);
        return { fact: { path } };
      },
    },
  ];
}

test('reads a file again that is only requested by the name of a link', async () => {
  const { read, said } = await readLinked(createSettings({}));
  assert.deepEqual(read, ['/etc/settings.conf', '/etc/linked.conf']);
  assert.match(said.join('\n'), /^reading 1 more file found through links: \/etc\/linked\.conf$/);
});

test('does not read it again if the request is for files with that path of their own', async () => {
  const { read, said } = await readLinked(createSettings({ isByOwnPath: true }));
  assert.deepEqual(read, ['/etc/settings.conf']);
  assert.deepEqual(said, []);
});

test('links to programs and manuals do not cause a layer to be read again for reach', async () => {
  assert.deepEqual((await readLinked(() => reachRules)).said, []);
});

test('does not read a file again for a package that would yield to its owner', async () => {
  const owned = ['/usr/share/given'];
  const yielding = await readLinked(createSettings({ yieldsToOwner: true }), owned);
  assert.deepEqual(yielding.read, ['/etc/settings.conf']);
  assert.deepEqual(yielding.asked, owned);
  const unowned = await readLinked(createSettings({ yieldsToOwner: true }));
  assert.deepEqual(unowned.read, ['/etc/settings.conf', '/etc/linked.conf']);
  const other = await readLinked(createSettings({}), owned);
  assert.deepEqual(other.read, ['/etc/settings.conf', '/etc/linked.conf']);
  assert.deepEqual(other.asked, []);
});
