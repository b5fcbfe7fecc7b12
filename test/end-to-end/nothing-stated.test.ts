import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { runProgram } from '../support/run-program.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'sample-alpine.oci.tar');
const FOLDER = mkdtempSync(join(tmpdir(), 'plimsoll-nothing-stated-'));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const ENVIRONMENT = { PLIMSOLL_CACHE_DIR: join(FOLDER, 'cache') };

suite('a VEX document without decisions', () => {
  test('is an error after all other output is written, and creates no file', async () => {
    const [openvex, json] = [join(FOLDER, 'vex.json'), join(FOLDER, 'all.json')];
    const line = ['scan', SAMPLE, '--offline', '-o', `openvex=${openvex}`, '-o', `json=${json}`];
    const { status, stderr } = await runProgram(line, ENVIRONMENT);
    assert.equal(status, 1);
    assert.match(stderr, /E_NOTHING_STATED/);
    assert.ok(stderr.includes(`openvex=${openvex} was not written`), stderr);
    assert.equal(existsSync(openvex), false);
    assert.match(readFileSync(json, 'utf8'), /plimsoll-json/);
  });

  test('is not written as CSAF either, but can be written as CycloneDX', async () => {
    const run = (format: string) =>
      runProgram(['scan', SAMPLE, '--offline', '-o', format], ENVIRONMENT);
    const csaf = await run('csaf-vex');
    assert.equal(csaf.status, 1);
    assert.equal(csaf.stdout, '');
    const cyclonedx = await run('cyclonedx-vex');
    assert.equal(cyclonedx.status, 0, cyclonedx.stderr);
    assert.match(cyclonedx.stdout, /"vulnerabilities":\[\]/);
  });

  test('is not created from documents without statements', async () => {
    const empty = join(FOLDER, 'empty.json');
    writeFileSync(
      empty,
      JSON.stringify({
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'urn:uuid:0',
        author: 'Ada',
        timestamp: '2026-01-01T00:00:00Z',
        version: 1,
        statements: [],
      }),
    );
    const { status, stderr } = await runProgram(['justify', 'vex', 'merge', empty], ENVIRONMENT);
    assert.equal(status, 1);
    assert.match(stderr, /E_NOTHING_STATED/);
  });
});
