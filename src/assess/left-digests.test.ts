import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { Budget } from '../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { SILENT } from '../foundation/core/progress.ts';
import { createSpill } from '../image/read/spill.ts';
import { dir } from '../image/source/dir/dir.ts';
import { distro } from '../inventory/catalog/distro/distro.ts';
import { takeLeftDigests } from './left-digests.ts';
import { type ReadTarget, readTarget } from './read-target.ts';

const LARGE = 'x'.repeat(3_000_000);
const OPTIONS = { otherDigests: [], limits: DEFAULT_LIMITS };
let root = '';

async function readRoot(): Promise<ReadTarget & Required<Pick<ReadTarget, 'readContent'>>> {
  using spill = createSpill({ folder: tmpdir(), limits: DEFAULT_LIMITS });
  const budget = new Budget(DEFAULT_LIMITS);
  const common = { limits: DEFAULT_LIMITS, budget, progress: SILENT, spill };
  const target = await dir.open(root, { ...common, isAttachedSbom: false });
  const read = await readTarget(target, { ...common, extractors: [distro] });
  const { readContent = () => assert.fail('a directory can be read again') } = read;
  return { ...read, readContent };
}

function listDigests({ layers }: ReadTarget, path: string): (string | undefined)[] {
  const files = layers[0]?.files;
  for (let row = 0; files !== undefined && row < files.length; row++) {
    if (files.getPath(row) === path) {
      return [files.getSha256(row), files.getSha1(row)];
    }
  }
  return assert.fail(`${path} has no row`);
}

function hashBoth(text: string): string[] {
  return [hash('sha256', text), hash('sha1', text)];
}

suite('left digests', () => {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'left-digests-'));
    writeFileSync(join(root, 'small'), 'abc');
    writeFileSync(join(root, 'large'), LARGE);
    symlinkSync('/etc/passwd', join(root, 'link'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('computes digests of listed files only', async () => {
    const read = await readRoot();
    assert.deepEqual(listDigests(read, '/large'), [undefined, undefined]);
    assert.deepEqual(await takeLeftDigests(read, ['/large'], OPTIONS), []);
    assert.deepEqual(listDigests(read, '/large'), hashBoth(LARGE));
    assert.deepEqual(listDigests(read, '/small'), [undefined, undefined]);
    assert.deepEqual(await takeLeftDigests(read, ['/small', '/none', '/'], OPTIONS), []);
    assert.deepEqual(listDigests(read, '/small'), hashBoth('abc'));
  });

  test('computes additional digests together with them', async () => {
    const read = await readRoot();
    await takeLeftDigests(read, ['/small'], { ...OPTIONS, otherDigests: ['md5'] });
    const files = read.layers[0]?.files;
    const rows = Array.from({ length: files?.length ?? 0 }, (_, row) =>
      files?.getOtherDigests(row),
    );
    assert.deepEqual(
      rows.filter((digests) => digests !== undefined),
      [{ md5: hash('md5', 'abc') }],
    );
  });

  test('reports files that have changed or disappeared, without digests', async () => {
    const read = await readRoot();
    truncateSync(join(root, 'large'), 10);
    unlinkSync(join(root, 'small'));
    const problems = await takeLeftDigests(read, ['/large', '/small'], OPTIONS);
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [
        ['P_UNREADABLE', '/large'],
        ['P_UNREADABLE', '/small'],
      ],
    );
    assert.deepEqual(listDigests(read, '/large'), [undefined, undefined]);
  });

  test('does not report unreadable files twice', async () => {
    const read = await readRoot();
    unlinkSync(join(root, 'small'));
    const problems = [{ code: 'P_UNREADABLE', message: 'no', path: '/small' } as const];
    assert.deepEqual(await takeLeftDigests({ ...read, problems }, ['/small'], OPTIONS), []);
  });

  test('follows no link out of the directory', async () => {
    const read = await readRoot();
    assert.deepEqual(await takeLeftDigests(read, ['/link'], OPTIONS), []);
    assert.deepEqual(listDigests(read, '/link'), [undefined, undefined]);
  });

  test('reads only listed files', async () => {
    const read = await readRoot();
    const limits = { ...DEFAULT_LIMITS, listedFilesMax: 1 };
    await takeLeftDigests(read, ['/small', '/large'], { ...OPTIONS, limits });
    assert.deepEqual(listDigests(read, '/large'), [undefined, undefined]);
    assert.deepEqual(listDigests(read, '/small'), hashBoth('abc'));
  });
});
