import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SAMPLE_REPORT, writeReport } from '../../../test/support/sample-report.ts';
import { assertRefused, tryWrongMembers } from '../../../test/support/wrong-members.ts';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { plimsollJson } from './read.ts';
import { json } from './write.ts';

const DESCRIPTION = {
  kind: 'sbom',
  userInput: 'a',
  name: 'a',
  path: 'a',
  origin: 'file',
} as const;

function read(content: string, limits: Partial<Limits> = {}): DocumentContent {
  return plimsollJson.read(Buffer.from(content), {
    limits: { ...DEFAULT_LIMITS, ...limits },
    description: DESCRIPTION,
  });
}

const SAMPLE = writeReport(json, SAMPLE_REPORT);

describe('a document in our own JSON', () => {
  it('is written again with the same bytes after reading', () => {
    const { inventory, findings, keys } = read(SAMPLE);
    assert.equal(keys, 'stable');
    assert.equal(inventory.problems.length, SAMPLE_REPORT.inventory.problems.length);
    assert.equal(findings?.findings.length, SAMPLE_REPORT.findings?.findings.length);
    const again = { ...SAMPLE_REPORT, inventory, ...(findings === undefined ? {} : { findings }) };
    assert.equal(writeReport(json, again), SAMPLE);
  });

  it('has bytes for base64 in the document', () => {
    const { target } = read(SAMPLE).inventory;
    assert.ok(target.kind === 'image');
    assert.equal(Buffer.from(target.config).toString(), '{"os":"linux"}');
  });

  it('is recognized by its schema alone', () => {
    assert.equal(plimsollJson.recognize(Buffer.from(SAMPLE).subarray(0, 60)), 1);
    assert.equal(plimsollJson.recognize(Buffer.from('{"tool":"plimsoll-json"}')), 0);
    assert.equal(plimsollJson.recognize(Buffer.from('{"a":{"schema":{"id":"plimsoll-json"')), 0);
  });

  it('drops the second of two packages with one key, and dangling edges', () => {
    const document = JSON.parse(SAMPLE);
    const [first] = document.inventory.packages;
    document.inventory.packages.push({ ...first, name: 'other' });
    document.inventory.relationships.push({ kind: 'dependency-of', from: first.key, to: 'none' });
    const before = read(SAMPLE).inventory;
    const { inventory } = read(JSON.stringify(document));
    assert.equal(inventory.packages.length, before.packages.length);
    assert.equal(inventory.relationships.length, before.relationships.length);
    assert.deepEqual(
      inventory.problems.slice(before.problems.length).map(({ code, plugin }) => [code, plugin]),
      [
        ['P_RECORD', 'plimsoll-json'],
        ['P_RECORD', 'plimsoll-json'],
      ],
    );
  });

  it('is limited in its records and depth', () => {
    const { inventory } = read(SAMPLE, { documentRecordsMax: 1 });
    assert.equal(inventory.packages.length, 1);
    assert.ok(inventory.problems.some(({ code }) => code === 'P_LIMIT'));
    assert.throws(() => read(SAMPLE, { documentDepthMax: 3 }), { code: 'E_LIMIT' });
  });

  it('is rejected with another schema or none', () => {
    const newer = SAMPLE.replace('"version":1', '"version":2');
    assert.throws(() => read(newer), { code: 'E_VERSION', message: /version 2/ });
    assert.throws(() => read('{"schema":{"id":"plimsoll-json","version":1}}'), {
      code: 'E_DOCUMENT_INVALID',
    });
    assert.throws(() => read('[]'), { code: 'E_DOCUMENT_INVALID' });
  });
});

describe('a hostile document in our own JSON', () => {
  it('drops one record for any member of the wrong type', () => {
    const tried = tryWrongMembers(JSON.parse(SAMPLE), (document) =>
      readOrRefuse(JSON.stringify(document)),
    );
    assert.ok(tried > 1_000);
  });

  it('keeps lone surrogates and NUL unchanged', () => {
    const document = JSON.parse(SAMPLE);
    document.inventory.packages[0].version = '\ud800\0';
    assert.equal(read(JSON.stringify(document)).inventory.packages[0]?.version, '\ud800\0');
  });

  /** A result can be written after reading, whatever was removed from it. */
  function readOrRefuse(text: string): void {
    try {
      const { inventory, findings } = read(text);
      const kept = findings === undefined ? {} : { findings };
      assert.notEqual(writeReport(json, { ...SAMPLE_REPORT, inventory, ...kept }), '');
    } catch (error) {
      assertRefused(error);
    }
  }
});
