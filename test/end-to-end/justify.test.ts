import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { FixtureLayout } from '../../src/foundation/bytes/oci/image.fixture.ts';
import { createTar } from '../../src/foundation/bytes/tar/tar.fixture.ts';
import { buildDatabase, DEFAULT_LIMITS, SILENT } from '../../src/index.ts';
import { PROGRAM } from '../support/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-justify-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ADVISORY = {
  schema_version: '1.7.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2026-11-01T00:00:00Z',
  published: '2026-10-01T00:00:00Z',
  aliases: ['CVE-2026-1111'],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'holey' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
};

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in the directory of the project, as a user does. */
function run(args: readonly string[], input = ''): Ended {
  const { PATH = '' } = process.env;
  return spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { PATH, HOME: '/dev/null', NO_COLOR: '1', SOURCE_DATE_EPOCH: '1795564800' },
    timeout: 60_000,
  });
}

const DATABASE = ['--db', join(folder, 'db'), '--db-max-age', '0', '--offline'];

function writeImage(name: string, version: string, mode: number, User: string): string {
  const layout = new FixtureLayout();
  const manifest = JSON.stringify({ name: 'holey', version });
  const image = layout.addImage({
    layers: [
      createTar([
        { name: 'app/node_modules/holey/package.json', content: manifest },
        { name: 'start.sh', content: '#!/bin/sh\n', mode },
      ]),
    ],
    entrypoint: ['/start.sh'],
    process: { User },
  });
  const file = join(folder, name);
  writeFileSync(file, createTar(layout.listEntries([image])));
  return file;
}

const POLICY = `policy: p
rules:
  - { id: reasons, for: change, when: { section: [configuration, packages, files], justified: false }, then: fail }
  - { id: critical, for: finding, when: { severity: critical }, then: fail }
`;

suite('plimsoll justify', () => {
  test('leads from a queue over signatures to a passing check, and to the next build', async () => {
    const advisory = join(folder, 'advisory.json');
    writeFileSync(advisory, JSON.stringify(ADVISORY));
    const options = { limits: DEFAULT_LIMITS, progress: SILENT, now: '2026-11-25T00:00:00Z' };
    await buildDatabase([{ provider: 'osv', file: advisory }], join(folder, 'db'), options);
    const approved = writeImage('1.tar', '1.0.0', 0o755, 'app');
    const image = writeImage('2.tar', '1.1.0', 0o4755, 'root');
    writeFileSync(join(folder, 'p.yaml'), POLICY);
    mkdirSync(join(folder, 'justifications'));

    const saved = ['-o', 'json=1.json', '--reach', '--surface', '--file-selection', 'all'];
    assert.equal(run(['scan', approved, ...DATABASE, ...saved]).status, 0);
    const compared = ['--baseline', '1.json', '--policy', 'p.yaml', ...DATABASE];
    const queue = join(folder, 'justifications', 'q.yaml');
    const queued = run([
      'justify',
      'queue',
      image,
      ...compared,
      '-o',
      `yaml=${queue}`,
      '-o',
      'table',
    ]);
    assert.equal(queued.status, 0, queued.stderr);
    assert.match(queued.stdout, /privilege gained +\/start\.sh/);
    assert.match(queued.stdout, /package upgraded +holey 1\.0\.0 → 1\.1\.0/);
    assert.match(
      queued.stdout,
      /Left to justify: (?:at least )?\d of \d \(1 finding, 1 software change, 1 configuration change, 1 privilege change\)/,
    );

    const unsigned = run(['check', image, ...compared]);
    assert.equal(unsigned.status, 2, unsigned.stderr);
    assert.match(unsigned.stdout, /Left to justify: (?:at least )?4 of 4/);

    writeFileSync(queue, `# of the shop\n${readFileSync(queue, 'utf8')}`);
    const answers = ['first reason', 'ops@example.org', '0', '30', 'second', '', '', '', 'q'];
    const partly = run(['justify', 'next', queue], `${answers.join('\n')}\n`);
    assert.match(partly.stdout, /\[1 of 4\] critical finding: [^\n]+ in holey 1\.1\.0/);
    assert.match(partly.stdout, /2 signed, 2 entries left/);
    const others = run(
      ['justify', 'next', queue],
      'third\nops@example.org\n2026-12-31\nfourth\n\n\n',
    );
    assert.match(others.stdout, /2 signed, 0 entries left/);
    assert.match(readFileSync(queue, 'utf8'), /^# of the shop\n# What is left/);

    const signed = run(['check', image, ...compared, '-o', 'json']);
    const { outcome, rules, justifications } = JSON.parse(signed.stdout) as {
      outcome: string;
      rules: readonly { rule: string; matches: readonly object[] }[];
      justifications: { left: number; total: number; entries: readonly { state: string }[] };
    };
    assert.notEqual(outcome, 'fail', signed.stdout);
    assert.ok(rules.every(({ matches }) => matches.length === 0));
    assert.deepEqual([justifications.left, justifications.total], [0, 4]);
    assert.ok(justifications.entries.every(({ state }) => state === 'applied'));

    const next = writeImage('3.tar', '1.2.0', 0o4755, 'root');
    const carried = run(['justify', 'carry', 'justifications', next, ...compared, '-o', 'json']);
    const { entries } = JSON.parse(carried.stdout) as {
      entries: readonly { state: string; subject: string; reasons: readonly string[] }[];
    };
    const returned = entries.filter(({ state }) => state === 'returned');
    assert.equal(entries.filter(({ state }) => state === 'carried').length, 2);
    assert.deepEqual(returned.map(({ reasons }) => reasons[0]).toSorted(), [
      'after: 1.1.0 → 1.2.0',
      'version: 1.1.0 → 1.2.0',
    ]);
  });
});
