import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import { SILENT } from '../core/progress.ts';
import type { OpenDocument } from '../core/target.ts';
import { packageKey } from '../identity/package-key.ts';
import { readDocument } from './read-document.ts';

function opened(content: string): OpenDocument {
  return {
    description: { kind: 'sbom', userInput: 'a', name: 'a', path: 'a', origin: 'file' },
    layers: [],
    problems: [],
    document: { content: Buffer.from(content) },
    close: async () => undefined,
  };
}

const OPTIONS = { limits: DEFAULT_LIMITS, progress: SILENT };

describe('the inventory of a document', () => {
  it('has our keys, each package once, and its edges between them', () => {
    const artifact = (id: string, name: string) => ({ id, name, purl: `pkg:npm/${name}@1` });
    const { inventory } = readDocument(
      opened(
        JSON.stringify({
          artifacts: [artifact('1', 'b'), artifact('2', 'a'), artifact('3', 'b')],
          artifactRelationships: [
            { parent: '1', child: '2', type: 'dependency-of' },
            { parent: '3', child: '2', type: 'dependency-of' },
            { parent: '1', child: '3', type: 'dependency-of' },
          ],
        }),
      ),
      OPTIONS,
    );
    const [first, second] = inventory.packages;
    assert.deepEqual([first?.name, second?.name], ['a', 'b']);
    assert.equal(inventory.packages.length, 2);
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(first.key, packageKey(first));
    assert.deepEqual(inventory.relationships, [
      { kind: 'dependency-of', from: second.key, to: first.key },
    ]);
  });

  it('goes by the name that the user gives it', () => {
    const { inventory } = readDocument(opened('pkg:npm/a@1'), { ...OPTIONS, name: 'mine' });
    assert.equal(inventory.target.name, 'mine');
  });

  it('is an error with all that can be read where nothing recognises it', () => {
    assert.throws(() => readDocument(opened('hello'), OPTIONS), {
      code: 'E_DOCUMENT_UNKNOWN',
      message: /Plimsoll JSON 1, List of package URLs, Syft JSON/,
    });
  });
});
