import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { type FixtureImage, FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar, type FixtureEntry } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { runProgram } from '../support/run-program.ts';

// Traps of other tools, each with the result of this program. Numbers are those of their issues.

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-traps-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

interface Seed extends Omit<FixtureImage, 'layers'> {
  readonly layers: readonly (readonly FixtureEntry[])[];
}

function writeImage({ layers, ...image }: Seed): string {
  const layout = new FixtureLayout();
  const added = layout.addImage({ ...image, layers: layers.map(createTar) });
  const file = join(folder, `image-${files++}.tar`);
  writeFileSync(file, createTar(layout.listEntries([added])));
  return file;
}

const OUTCOMES = new Map([
  [0, 'pass'],
  [2, 'fail'],
  [4, 'unknown'],
]);

/** Evaluates rules for a target; a policy of several lines is used as it is. */
async function judge(target: string, rule: string, ...more: readonly string[]): Promise<string> {
  const policy = join(folder, `policy-${files++}.yaml`);
  writeFileSync(policy, rule.includes('\n') ? rule : `policy: trap\nrules: [${rule}]\n`);
  const args = ['check', target, '--policy', policy, '--offline', '-q', ...more];
  const { status, stderr } = await runProgram(args, { XDG_CACHE_HOME: folder });
  return OUTCOMES.get(Number(status)) ?? stderr;
}

const ROOT_FILE: FixtureEntry = { name: 'etc/hostname', content: 'x\n' };
const PASSWD: FixtureEntry = {
  name: 'etc/passwd',
  content: 'root:x:0:0:root:/root:/bin/sh\nnonroot:x:65532:65532::/:/bin/sh\n',
};

suite('traps of other tools', () => {
  test('Trivy 6013: a control that nothing evaluated does not pass', async () => {
    const purls = join(folder, 'list.purls');
    writeFileSync(purls, 'pkg:npm/a@1\n');
    for (const rule of [
      '{ id: a, for: account, when: { password: empty }, then: fail }',
      '{ id: b, for: image, when: { user: root }, then: fail }',
      '{ id: c, for: file, when: { setuid: true }, then: fail }',
      '{ id: d, for: secret, when: { verified: true }, then: fail }',
      '{ id: e, for: record, when: { content: changed }, then: fail }',
      '{ id: f, for: result, when: { kind: malware, status: failed }, then: fail }',
      '{ id: g, for: change, when: { kind: added }, then: fail }',
      '{ id: h, for: dockerfile, when: { verb: ADD }, then: fail }',
      '{ id: i, for: feed, when: { age: over 1 days }, then: fail }',
      '{ id: j, for: image, when: { unexplained-share: over 0.1 }, then: fail }',
    ]) {
      assert.equal(await judge(purls, rule), 'unknown', rule);
    }
  });

  test('a document that lists only some files of an image does not prove a file absent', async () => {
    const image = writeImage({ layers: [[ROOT_FILE, PASSWD]] });
    const rule = '{ id: a, for: file, when: { path: /etc/hostname }, then: fail }';
    assert.equal(await judge(image, rule), 'fail');
    for (const format of ['json', 'cyclonedx-json', 'spdx-json']) {
      const document = join(folder, `${format}.json`);
      await runProgram(['sbom', image, '-o', `${format}=${document}`, '-q']);
      assert.equal(await judge(document, rule), 'unknown', format);
    }
  });

  test('Trivy 3581, Dockle 208: ADD of the base is not blamed on its user', async () => {
    const root: readonly FixtureEntry[] = [ROOT_FILE, PASSWD];
    const added = { created_by: '/bin/sh -c #(nop) ADD file:0b in / ' };
    const base = writeImage({ layers: [root], history: [added] });
    const own = { created_by: 'COPY /app /app # buildkit' };
    const app: readonly FixtureEntry[] = [{ name: 'app', content: 'x' }];
    const clean = writeImage({ layers: [root, app], history: [added, own] });
    const dirty = writeImage({ layers: [root, app], history: [added, added] });
    const rule = '{ id: add, for: instruction, when: { verb: ADD, in-base: false }, then: fail }';
    const store = ['--base-store', join(folder, 'bases')];
    const stored = await runProgram([
      'harden',
      'base',
      'add',
      base,
      '--name',
      'base:1',
      '--offline',
      ...store,
    ]);
    assert.equal(stored.status, 0, stored.stderr);
    const known = ['--base', 'auto', ...store];
    assert.equal(await judge(clean, rule, ...known), 'pass');
    assert.equal(await judge(dirty, rule, ...known), 'fail');
    assert.equal(await judge(clean, rule), 'unknown');
    // An image that was not built on it cannot excuse its instructions with it.
    const other = writeImage({ layers: [app, root], history: [added, own] });
    assert.equal(await judge(other, rule, ...known), 'unknown');
  });

  test('Dockle 130: a variable is not a secret because its name contains KEY', async () => {
    const rule = '{ id: v, for: variable, when: { secret-name: true }, then: fail }';
    const judgeVariable = (Env: readonly string[]): Promise<string> =>
      judge(writeImage({ layers: [[ROOT_FILE]], process: { Env } }), rule);
    assert.equal(await judgeVariable(['KEY=x', 'MONKEY=y', 'KEYBOARD=us', 'GPG_KEY=A0']), 'pass');
    assert.equal(await judgeVariable(['API_KEY=x']), 'fail');
    assert.equal(await judgeVariable(['DB_PASSWORD=x']), 'fail');
  });

  test('Dockle 154: a public certificate is not a secret', async () => {
    const body = 'MIIB'.repeat(40);
    const createPem = (label: string): string =>
      `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
    const rule = '{ id: s, for: secret, when: { verified: true }, then: fail }';
    const certificate = { name: 'srv/ca.pem', content: createPem('CERTIFICATE') };
    assert.equal(await judge(writeImage({ layers: [[ROOT_FILE, certificate]] }), rule), 'pass');
    const login = {
      name: 'root/.netrc',
      content: 'machine r.example login me password Tr0ub4d0r\n',
    };
    assert.equal(await judge(writeImage({ layers: [[ROOT_FILE, login]] }), rule), 'fail');
  });

  test('Dockle 239: a locked password without other fields is not an empty password', async () => {
    const rule = '{ id: p, for: account, when: { password: empty }, then: fail }';
    const judgeShadow = (content: string): Promise<string> =>
      judge(writeImage({ layers: [[ROOT_FILE, PASSWD, { name: 'etc/shadow', content }]] }), rule);
    assert.equal(await judgeShadow('root:*::0:::::\nnonroot:!::0:::::\n'), 'pass');
    assert.equal(await judgeShadow('root::::::::\nnonroot:!::0:::::\n'), 'fail');
  });

  test('Dockle 278: a command that deletes sudo does not run it', async () => {
    const rule =
      '{ id: sudo, for: instruction, when: { command: matching /^sudo\\b/ }, then: fail }';
    const judgeRun = (created_by: string): Promise<string> =>
      judge(writeImage({ layers: [[ROOT_FILE]], history: [{ created_by }] }), rule);
    assert.equal(
      await judgeRun('RUN /bin/sh -c apt-get purge -y sudo && rm -f /usr/bin/sudo # buildkit'),
      'pass',
    );
    assert.equal(await judgeRun('RUN /bin/sh -c true && sudo make # buildkit'), 'fail');
  });

  test('conftest 1164: a missing member does not pass', async () => {
    const image = writeImage({ layers: [[ROOT_FILE]] });
    assert.equal(
      await judge(image, '{ id: a, for: image, when: { age: over 90 days }, then: fail }'),
      'unknown',
    );
    assert.equal(
      await judge(image, "{ id: a, for: image, cel: 'image.age > 90.0', then: fail }"),
      'unknown',
    );
    assert.match(
      await judge(image, "{ id: a, for: image, cel: 'image.aeg > 90.0', then: fail }"),
      /aeg/,
    );
  });

  test('Kyverno 14495: an expression has a budget, beyond which it is unknown', async () => {
    const Labels = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`l${at}`, 'x']));
    const image = writeImage({ layers: [[ROOT_FILE]], labels: Labels });
    const cel = 'image.label.all(a, image.label.all(b, a != "" && b != "" && a != b || a == b))';
    assert.equal(await judge(image, `{ id: a, for: image, cel: '${cel}', then: fail }`), 'unknown');
  });

  test('kubescape 3094: expired and unused exceptions are reported', async () => {
    const image = writeImage({ layers: [[ROOT_FILE]] });
    const policy = join(folder, 'exceptions.yaml');
    const why = 'reason: r, approved-by: a, evidence: e';
    writeFileSync(
      policy,
      `policy: trap
rules: [{ id: root, for: image, when: { health-check: false }, then: warn }]
exceptions:
  - { rule: root, subject: image, ${why}, expires: 2020-01-01 }
  - { rule: root, subject: other, ${why}, expires: 2999-01-01 }
`,
    );
    const args = ['check', image, '--policy', policy, '--offline'];
    const { stdout } = await runProgram(args, { XDG_CACHE_HOME: folder });
    assert.match(stdout, /exceptions\.yaml:4 .* expired on 2020-01-01/);
    assert.match(stdout, /exceptions\.yaml:5 .* is not used/);
  });
});
