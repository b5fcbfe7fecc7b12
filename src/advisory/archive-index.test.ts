import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { UserError } from '../core/error.ts';
import { importArchiveIndex, isArchiveIndex, openArchiveIndex } from './archive-index.ts';

const [ONE, TWO] = ['1'.repeat(40), 'ab'.repeat(20)] as const;
const LINES = `# SHA-1, group, artifact, version
${ONE}\torg.example\ttool\t1.0
${ONE}\torg.copy\ttool\t1.0
${ONE}\torg.example\ttool\t1.0
${TWO.toUpperCase()}\tcom.example\tother\t2\r
not a line
`;

function withFolder(run: (folder: string) => void): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'archive-index-'));
  try {
    run(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function writeInput(folder: string, content: string): string {
  const file = path.join(folder, 'input');
  fs.writeFileSync(file, content);
  return file;
}

suite('the index of Java archives', () => {
  test('is optional', () => {
    withFolder((folder) => assert.equal(openArchiveIndex(folder), undefined));
  });

  test('finds published artifacts by content in a file of lines', () => {
    withFolder((folder) => {
      const file = writeInput(folder, LINES);
      assert.ok(isArchiveIndex(file));
      assert.equal(importArchiveIndex(file, folder), 3);
      using index = openArchiveIndex(folder);
      assert.deepEqual(index?.find(ONE), [
        { groupId: 'org.copy', artifactId: 'tool', version: '1.0' },
        { groupId: 'org.example', artifactId: 'tool', version: '1.0' },
      ]);
      assert.deepEqual(index?.find(TWO), [
        { groupId: 'com.example', artifactId: 'other', version: '2' },
      ]);
      assert.deepEqual(index?.find('0'.repeat(40)), []);
      assert.match(index?.identity ?? '', /^sha256:/);
    });
  });

  test('is imported from the file that Trivy publishes', () => {
    withFolder((folder) => {
      const file = path.join(folder, 'trivy-java.db');
      const database = new DatabaseSync(file);
      database.exec(`
        CREATE TABLE artifacts (id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
        CREATE TABLE indices (artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT);
        INSERT INTO artifacts VALUES (7, 'org.example', 'tool');
        INSERT INTO indices VALUES (7, '3.1', x'${TWO}', 'jar'), (8, '1', x'${ONE}', 'jar');
      `);
      database.close();
      assert.ok(isArchiveIndex(file));
      assert.equal(importArchiveIndex(file, folder), 1);
      using index = openArchiveIndex(folder);
      assert.deepEqual(index?.find(TWO), [
        { groupId: 'org.example', artifactId: 'tool', version: '3.1' },
      ]);
    });
  });

  test('is refused if it is empty, and the previous one stays', () => {
    withFolder((folder) => {
      importArchiveIndex(writeInput(folder, LINES), folder);
      const other = writeInput(folder, 'nothing of the kind\n');
      assert.ok(!isArchiveIndex(other));
      assert.throws(
        () => importArchiveIndex(other, folder),
        (error) => error instanceof UserError && error.code === 'E_DB_IMPORT',
      );
      using index = openArchiveIndex(folder);
      assert.equal(index?.find(ONE).length, 2);
    });
  });

  test('reports its damage', () => {
    withFolder((folder) => {
      fs.writeFileSync(path.join(folder, 'java-sha1.db'), 'no database');
      assert.throws(
        () => openArchiveIndex(folder),
        (error) => error instanceof UserError && error.code === 'E_DB_INVALID',
      );
    });
  });
});
