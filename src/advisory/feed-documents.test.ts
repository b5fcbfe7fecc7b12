import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import zlib from 'node:zlib';
import { skipUnlessInstalled } from '../../test/support/installed-program.ts';
import { createZip } from '../bytes/zip/zip.fixture.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import { buildDatabase } from './build-database.ts';
import { readDocuments } from './feed-documents.ts';

const LIMITS = DEFAULT_LIMITS;
const OPTIONS = { progress: SILENT, limits: LIMITS, now: '2026-01-03T00:00:00Z' };

function createFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-documents-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

/** Creates a directory with documents, a link and a hidden file, and a tar archive of it. */
function createTree(t: TestContext): { readonly folder: string; readonly tar: string } {
  const folder = createFolder(t);
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(path.join(tree, 'below'), { recursive: true });
  fs.writeFileSync(path.join(tree, 'a.json'), '{"a":1}');
  fs.writeFileSync(path.join(tree, 'below', 'b.json'), 'x'.repeat(2_000_000));
  fs.symlinkSync('../a.json', path.join(tree, 'below', 'link.json'));
  const tar = path.join(folder, 'tree.tar');
  execFileSync('tar', ['-cf', tar, '--sort=name', '-C', tree, '.']);
  return { folder, tar };
}

/** Returns base name and size of each document, and the causes of other files. */
async function listInputs(place: string, limits = LIMITS): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const input of readDocuments(place, limits)) {
    if (input.omission === undefined) {
      let sizeBytes = 0;
      for await (const piece of input.document.content) {
        sizeBytes += piece.length;
      }
      lines.push(`${path.basename(input.document.name)} ${sizeBytes}`);
    } else {
      lines.push(`${path.basename(input.name)}: ${input.omission.cause ?? ''}`);
    }
  }
  return lines;
}

const EXPECTED = ['a.json 7', 'b.json 2000000', 'link.json: not a regular file'];

test('reads the files of a directory', async (t) => {
  const { folder } = createTree(t);
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(path.join(tree, '.git'));
  fs.writeFileSync(path.join(tree, '.git', 'head'), 'x');
  assert.deepEqual(await listInputs(tree), ['head: hidden file', ...EXPECTED]);
});

test('reads the entries of a tar archive, also compressed', async (t) => {
  const { tar } = createTree(t);
  assert.deepEqual(await listInputs(tar), EXPECTED);
  const content = fs.readFileSync(tar);
  fs.writeFileSync(`${tar}.gz`, zlib.gzipSync(content));
  fs.writeFileSync(`${tar}.zst`, zlib.zstdCompressSync(content));
  assert.deepEqual(await listInputs(`${tar}.gz`), EXPECTED);
  assert.deepEqual(await listInputs(`${tar}.zst`), EXPECTED);
});

for (const [program, suffix] of [
  ['xz', 'xz'],
  ['bzip2', 'bz2'],
] as const) {
  const skip = skipUnlessInstalled(program);
  test(`reads a tar archive compressed with ${program}`, { skip }, async (t) => {
    const { tar } = createTree(t);
    execFileSync(program, ['-k', tar]);
    assert.deepEqual(await listInputs(`${tar}.${suffix}`), EXPECTED);
  });
}

test('reads a zip archive, and a compressed document that is not an archive', async (t) => {
  const folder = createFolder(t);
  const zip = path.join(folder, 'all.zip');
  fs.writeFileSync(
    zip,
    createZip([
      { name: 'x/a.json', content: '{}' },
      { name: 'b.json', content: '[1]' },
    ]),
  );
  assert.deepEqual(await listInputs(zip), ['a.json 2', 'b.json 3']);
  const document = path.join(folder, 'one.json.gz');
  fs.writeFileSync(document, zlib.gzipSync('{"a":1}'));
  assert.deepEqual(await listInputs(document), ['one.json.gz 7']);
});

test('rejects truncated and damaged archives', async (t) => {
  const { folder, tar } = createTree(t);
  const content = fs.readFileSync(tar);
  const zip = createZip([{ name: 'a.json', content: 'x'.repeat(100_000) }]);
  const damages: Readonly<Record<string, Uint8Array>> = {
    'cut.tar': content.subarray(0, content.length / 2),
    'cut.tar.gz': zlib.gzipSync(content).subarray(0, 1_000),
    'cut.tar.zst': zlib.zstdCompressSync(content.subarray(0, 512 * 5)).subarray(0, -9),
    'cut-between-entries.tar': content.subarray(0, content.indexOf('below/b.json') - 100),
    'cut.zip': Buffer.concat([zip.subarray(0, 60), zip.subarray(90)]),
    'a.tar.bz2': Buffer.from('BZh91AY&SY'),
  };
  for (const [name, bytes] of Object.entries(damages)) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    await assert.rejects(listInputs(file), { name: 'UserError', code: 'E_DB_IMPORT' }, name);
  }
  await assert.rejects(listInputs(path.join(folder, 'nothing')), { code: 'E_DB_IMPORT' });
});

test('rejects archives that expand too far, and documents that are too large', async (t) => {
  const folder = createFolder(t);
  const limits = { ...LIMITS, expansionFreeBytesMax: 10_000, expansionMax: 10 };
  const bomb = Buffer.alloc(4_000_000, ' ');
  const files: Readonly<Record<string, Uint8Array>> = {
    'bomb.gz': zlib.gzipSync(bomb),
    'bomb.zst': zlib.zstdCompressSync(bomb),
    'bomb.zip': createZip([{ name: 'a', content: bomb }]),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    await assert.rejects(listInputs(file, limits), { code: 'E_LIMIT' }, name);
  }
  const { tar } = createTree(t);
  const small = { ...LIMITS, wholeFileBytesMax: 1_000 };
  await assert.rejects(listInputs(tar, small), { code: 'E_LIMIT', message: /tree\.tar has a doc/ });
});

test('rejects an xz archive that expands too far', {
  skip: skipUnlessInstalled('xz'),
}, async (t) => {
  const file = path.join(createFolder(t), 'bomb');
  fs.writeFileSync(file, Buffer.alloc(4_000_000, ' '));
  execFileSync('xz', [file]);
  const limits = { ...LIMITS, expansionFreeBytesMax: 10_000, expansionMax: 10 };
  await assert.rejects(listInputs(`${file}.xz`, limits), { code: 'E_LIMIT' });
});

test('builds the same layer from a directory, an archive, and one large document', async (t) => {
  const folder = createFolder(t);
  const tree = path.join(folder, 'tree');
  fs.mkdirSync(tree);
  const advisories = Array.from({ length: 3_000 }, (_, index) => ({
    id: `GHSA-${String(index).padStart(4, '0')}-aaaa-aaaa`,
    modified: '2026-01-01T00:00:00Z',
    details: 'x'.repeat(4_000),
    affected: [{ package: { ecosystem: 'npm', name: `p${index % 700}` }, versions: ['1.0.0'] }],
  }));
  for (const advisory of advisories) {
    fs.writeFileSync(path.join(tree, `${advisory.id}.json`), JSON.stringify(advisory));
  }
  const tar = path.join(folder, 'tree.tar');
  execFileSync('tar', ['-cf', tar, '--sort=name', '-C', tree, '.']);
  const large = path.join(folder, 'large.json');
  fs.writeFileSync(large, JSON.stringify(advisories));
  assert.ok(fs.statSync(large).size > 8 * 1024 * 1024);
  const digests: unknown[] = [];
  for (const file of [tree, tar, large]) {
    const root = path.join(folder, `db-${path.basename(file)}`);
    const { status, accounts } = await buildDatabase([{ provider: 'osv', file }], root, OPTIONS);
    assert.equal(accounts.get('osv')?.statements.kept, 3_000);
    digests.push(status.shards.map(({ digest }) => digest));
  }
  assert.deepEqual(digests[1], digests[0]);
  assert.deepEqual(digests[2], digests[0]);
  fs.writeFileSync(large, JSON.stringify(advisories).slice(0, -1));
  const root = path.join(folder, 'db-cut');
  await assert.rejects(buildDatabase([{ provider: 'osv', file: large }], root, OPTIONS), {
    code: 'E_DB_IMPORT',
    message: /large\.json is malformed: unexpected end of JSON/,
  });
  assert.deepEqual(fs.readdirSync(root), []);
});

test('leaves out entries of an archive that newer files or a list of deletions replace', async (t) => {
  const folder = createFolder(t);
  const [tree, feed] = ['tree', 'feed'].map((name) => path.join(folder, name)) as [string, string];
  for (const parent of [tree, feed]) {
    fs.mkdirSync(path.join(parent, '2024'), { recursive: true });
  }
  for (const name of ['a', 'b', 'c', 'd']) {
    fs.writeFileSync(path.join(tree, '2024', `${name}.json`), 'old');
  }
  execFileSync('tar', ['-cf', path.join(feed, 'all.tar'), '--sort=name', '-C', tree, '2024']);
  fs.writeFileSync(path.join(feed, '2024', 'b.json'), 'newer');
  fs.writeFileSync(path.join(feed, '2024', 'd.json'), 'again');
  fs.writeFileSync(path.join(feed, '2024', 'e.json'), 'gone');
  const formatDay = (number: number): string => `2025-02-0${number}T10:00:00+00:00`;
  fs.writeFileSync(
    path.join(feed, 'deletions.csv'),
    ['c', 'd', 'e'].map((name) => `"2024/${name}.json","${formatDay(2)}"\r\n`).join(''),
  );
  fs.writeFileSync(
    path.join(feed, 'changes.csv'),
    `"2024/d.json","${formatDay(3)}"\n"2024/e.json","${formatDay(1)}"\n`,
  );
  const lists = new Set(['changes.csv', 'deletions.csv']);
  const found = (await listInputs(feed)).filter((line) => !lists.has(line.split(' ')[0] ?? ''));
  assert.deepEqual(found, [
    'b.json 5',
    'd.json 5',
    'e.json: deleted by the publisher',
    'a.json 3',
    'b.json: replaced by a newer file',
    'c.json: deleted by the publisher',
    'd.json: replaced by a newer file',
  ]);
  fs.writeFileSync(path.join(feed, 'deletions.csv'), '<html>');
  await assert.rejects(listInputs(feed), {
    code: 'E_DB_IMPORT',
    message: /deletions\.csv" is not a list of files with their times$/,
  });
});
