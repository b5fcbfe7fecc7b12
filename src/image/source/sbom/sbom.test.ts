import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { SILENT } from '../../../foundation/core/progress.ts';
import { createSpill } from '../../read/spill.ts';
import { sbom } from './sbom.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
after(() => rmSync(folder, { recursive: true }));

function writeDocument(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function createOptions(limits = DEFAULT_LIMITS) {
  return { limits, progress: SILENT, spill: createSpill({ folder, limits }) };
}

describe('a document on disk', () => {
  it('is recognized by its content, not by its name', async () => {
    assert.ok((await sbom.recognize(writeDocument('a.bin', '{"artifacts":[]}'))) > 0.5);
    assert.equal(await sbom.recognize(writeDocument('a.syft.json', '{"name":"an app"}')), 0);
    assert.equal(await sbom.recognize(writeDocument('empty.json', '')), 0);
    assert.equal(await sbom.recognize(join(folder, 'none')), 0);
    assert.equal(await sbom.recognize(folder), 0);
  });

  it('is recognized if the identifying members come late', async () => {
    const late = { before: 'x'.repeat(100_000), artifactRelationships: [] };
    assert.ok((await sbom.recognize(writeDocument('late', JSON.stringify(late)))) > 0.5);
  });

  it('may be compressed', async () => {
    const path = writeDocument('a.gz', gzipSync('{"artifacts":[]}'));
    assert.ok((await sbom.recognize(path)) > 0.5);
    const { document } = await sbom.open(path, createOptions());
    assert.equal(Buffer.from(document?.content ?? []).toString(), '{"artifacts":[]}');
  });

  it('has a size limit, also after decompression', async () => {
    const limits = { ...DEFAULT_LIMITS, documentBytesMax: 10 };
    const content = '{"artifacts":[]}';
    for (const path of [
      writeDocument('long', content),
      writeDocument('long.gz', gzipSync(content)),
    ]) {
      await assert.rejects(sbom.open(path, createOptions(limits)), { code: 'E_LIMIT' });
    }
  });
});

describe('a directory of documents', () => {
  const place = mkdtempSync(join(folder, 'many-'));
  mkdirSync(join(place, 'c'));
  writeFileSync(join(place, 'b'), '{"artifacts":[]}');
  writeFileSync(join(place, 'a.gz'), gzipSync('pkg:npm/a@1'));
  writeFileSync(join(place, '.hidden'), 'x');

  it('returns them by name, decompressed, and reports skipped subdirectories', async () => {
    const { document, description } = await sbom.open(place, createOptions());
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

  it('limits their number and bytes', async () => {
    for (const limit of [{ documentFilesMax: 2 }, { documentFolderBytesMax: 20 }]) {
      await assert.rejects(sbom.open(place, createOptions({ ...DEFAULT_LIMITS, ...limit })), {
        code: 'E_LIMIT',
      });
    }
  });
});
