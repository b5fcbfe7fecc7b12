import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '../foundation/core/limits.ts';
import { type Progress, SILENT } from '../foundation/core/progress.ts';
import type { DocumentPart, OpenDocument } from '../foundation/core/target.ts';
import { computePackageKey } from '../foundation/identity/package-key.ts';
import { readDocument } from './read-document.ts';

function openContent(content: string): OpenDocument {
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
  it('has stable keys, each package once, and edges between them', () => {
    const createArtifact = (id: string, name: string) => ({ id, name, purl: `pkg:npm/${name}@1` });
    const { inventory } = readDocument(
      openContent(
        JSON.stringify({
          artifacts: [createArtifact('1', 'b'), createArtifact('2', 'a'), createArtifact('3', 'b')],
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
    assert.equal(first.key, computePackageKey(first));
    assert.deepEqual(inventory.relationships, [
      { kind: 'dependency-of', from: second.key, to: first.key },
    ]);
  });

  it('has the name that the user gives it', () => {
    const { inventory } = readDocument(openContent('pkg:npm/a@1'), { ...OPTIONS, name: 'mine' });
    assert.equal(inventory.target.name, 'mine');
  });

  it('is an error that lists all readers if none recognizes it', () => {
    assert.throws(() => readDocument(openContent('hello'), OPTIONS), {
      code: 'E_DOCUMENT_UNKNOWN',
      message: /Plimsoll JSON 1, List of package URLs, SPDX 2 JSON/,
    });
  });
});

describe('a directory of documents', () => {
  const openParts = (parts: readonly DocumentPart[]): OpenDocument => ({
    ...openContent(''),
    description: { kind: 'sbom', userInput: 'd', name: 'd', path: 'd', origin: 'folder' },
    document: { content: new Uint8Array(), parts },
  });
  const createPart = (name: string, text: string): DocumentPart => ({
    name,
    content: Buffer.from(text),
  });

  it('is one inventory, each package once, with problems for unreadable documents', () => {
    const { inventory } = readDocument(
      openParts([
        createPart('1', 'pkg:npm/a@1\npkg:npm/b@1'),
        createPart('2', 'pkg:npm/a@1'),
        createPart('3', 'hello'),
        { name: '4', content: undefined, fault: 'd/4 is a directory and was not read' },
      ]),
      OPTIONS,
    );
    assert.deepEqual(
      inventory.packages.map(({ name }) => name),
      ['a', 'b'],
    );
    assert.deepEqual(
      inventory.problems.map(({ code, path }) => [code, path]),
      [
        ['P_UNSUPPORTED', '3'],
        ['P_UNSUPPORTED', '4'],
      ],
    );
    assert.equal(inventory.target.name, 'd');
  });

  it('is an error if none can be read', () => {
    assert.throws(() => readDocument(openParts([createPart('1', 'hello')]), OPTIONS), {
      code: 'E_DOCUMENT_UNKNOWN',
    });
    assert.throws(() => readDocument(openParts([]), OPTIONS), { code: 'E_DOCUMENT_UNKNOWN' });
  });
});

describe('a document in an attestation', () => {
  it('is read, with a warning that its signature was not checked', () => {
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://cyclonedx.org/bom',
      predicate: {
        bomFormat: 'CycloneDX',
        components: [{ type: 'library', name: 'a', purl: 'pkg:npm/a@1' }],
      },
    };
    const envelope = {
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
      signatures: [],
    };
    const notices: string[] = [];
    const progress: Progress = {
      emit: (event) => void (event.kind === 'notice' && notices.push(event.message)),
    };
    const { inventory } = readDocument(openContent(JSON.stringify(envelope)), {
      ...OPTIONS,
      progress,
    });
    assert.equal(inventory.packages[0]?.purl, 'pkg:npm/a@1');
    assert.deepEqual(notices, ['the signature of the attestation a was not verified']);
  });
});
