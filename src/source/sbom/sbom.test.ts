import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { SILENT } from '../../core/progress.ts';
import { createSpill } from '../../read/spill.ts';
import { sbom } from './sbom.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function options(limits = DEFAULT_LIMITS) {
  return { limits, progress: SILENT, spill: createSpill({ folder, limits }) };
}

describe('a document on disk', () => {
  it('is recognised by its content, not by its name', async () => {
    assert.ok((await sbom.recognize(file('a.bin', '{"artifacts":[]}'))) > 0.5);
    assert.equal(await sbom.recognize(file('a.syft.json', '{"name":"an app"}')), 0);
    assert.equal(await sbom.recognize(file('empty.json', '')), 0);
    assert.equal(await sbom.recognize(join(folder, 'none')), 0);
    assert.equal(await sbom.recognize(folder), 0);
  });

  it('is recognised where what tells it comes late', async () => {
    const late = { before: 'x'.repeat(100_000), artifactRelationships: [] };
    assert.ok((await sbom.recognize(file('late', JSON.stringify(late)))) > 0.5);
  });

  it('may be compressed', async () => {
    const path = file('a.gz', gzipSync('{"artifacts":[]}'));
    assert.ok((await sbom.recognize(path)) > 0.5);
    const { document } = await sbom.open(path, options());
    assert.equal(Buffer.from(document?.content ?? []).toString(), '{"artifacts":[]}');
  });

  it('is bounded, also after decompression', async () => {
    const limits = { ...DEFAULT_LIMITS, documentBytesMax: 10 };
    const content = '{"artifacts":[]}';
    for (const path of [file('long', content), file('long.gz', gzipSync(content))]) {
      await assert.rejects(sbom.open(path, options(limits)), { code: 'E_LIMIT' });
    }
  });
});

describe('a folder of documents', () => {
  const place = mkdtempSync(join(folder, 'many-'));
  mkdirSync(join(place, 'c'));
  writeFileSync(join(place, 'b'), '{"artifacts":[]}');
  writeFileSync(join(place, 'a.gz'), gzipSync('pkg:npm/a@1'));
  writeFileSync(join(place, '.hidden'), 'x');

  it('has them by name, decompressed, and says what was not looked into', async () => {
    const { document, description } = await sbom.open(place, options());
    assert.equal(description.kind === 'sbom' && description.origin, 'folder');
    assert.deepEqual(
      document?.parts?.map(({ name, content }) => [name, content && String(content)]),
      [
        ['a.gz', 'pkg:npm/a@1'],
        ['b', '{"artifacts":[]}'],
        ['c', undefined],
      ],
    );
  });

  it('is bounded in their number and bytes', async () => {
    for (const limit of [{ documentFilesMax: 2 }, { documentFolderBytesMax: 20 }]) {
      await assert.rejects(sbom.open(place, options({ ...DEFAULT_LIMITS, ...limit })), {
        code: 'E_LIMIT',
      });
    }
  });
});
