import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { compareProgram } from '../compliance/attest/program-manifest.ts';
import { readProgramFiles } from './program-files.ts';

it('reports a damaged manifest of a package as a difference, and its dependencies as missing', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-files-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const writeManifest = (path: string, text: string): void => {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'package.json'), text);
  };
  const one = '{ "name": "one", "version": "1", "dependencies": { "two": "2" } }';
  writeManifest('.', '{ "name": "program", "dependencies": { "one": "1" } }');
  writeManifest('node_modules/one', one);
  writeManifest('node_modules/two', '{ "name": "two", "version": "2" }');
  const signed = readProgramFiles(folder);
  assert.deepEqual([...signed.packages.keys()], ['one@1', 'two@2']);
  writeManifest('node_modules/one', one.replace('{', 'z'));
  assert.deepEqual(compareProgram(signed, readProgramFiles(folder)), [
    { name: 'one@', kind: 'added' },
    { name: 'one@1', kind: 'missing' },
    { name: 'two@2', kind: 'missing' },
  ]);
});
