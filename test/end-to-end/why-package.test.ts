import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ALPINE, createAlpineLayer, DecidedWorld } from '../support/decided-image.ts';
import { runProgram } from '../support/run-program.ts';

const world = new DecidedWorld();
after(() => world[Symbol.dispose]());

const VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
let image = '';

before(async () => {
  const about = { provider: 'alpine', system: 0, ecosystem: 'apk', name: 'musl' };
  const rate = (value: string) => [{ scheme: 'CHMLN', value, rank: 1 }];
  await world.addDatabase('db', {
    ...ALPINE,
    statements: [
      {
        ...about,
        id: 'CVE-2025-1',
        ranges: [{ scheme: 'apk', constraint: '< 2', fix: '2' }],
        severities: rate('low'),
      },
      {
        ...about,
        id: 'CVE-2025-2',
        ranges: [{ scheme: 'apk', constraint: '< 3', fix: '3' }],
        severities: [
          ...rate('high'),
          { scheme: 'CVSS', value: { vector: VECTOR, version: '3.1' }, rank: 2 },
        ],
        description: `The parser\n::error::overflows \u001b[31mits buffer. ${'More text. '.repeat(200)}`,
        references: [{ url: 'https://example.org/CVE-2025-2' }, { url: 'javascript:alert(1)' }],
      },
    ],
    exploited: [{ cve: 'CVE-2025-2', ransomware: 'known' }],
    epss: [{ cve: 'CVE-2025-2', epss: 0.25 }],
  });
  image = world.writeImage(
    createAlpineLayer(['musl 1', 'zlib 1', 'musl-utils 1 musl-tools', 'CVE-2025-9 1']),
  );
});

describe('plimsoll why TARGET PACKAGE', () => {
  test('lists the findings of a package, the most urgent first, and the next command', async () => {
    for (const name of ['musl', 'musl@1', 'pkg:apk/alpine/musl@1', 'pkg:apk/alpine/musl']) {
      const { status, stdout } = await world.run('why', image, name, '-q');
      assert.equal(status, 0);
      const [heading, titles, first, second, empty, command] = stdout.split('\n');
      assert.equal(heading, 'musl 1 (apk): 2 findings, most urgent first');
      assert.match(titles ?? '', /^VULNERABILITY +SEVERITY +FIXED IN +EPSS +RISK/);
      assert.match(first ?? '', /^CVE-2025-2 +high +3 +25\.0% +\d+\.\d +KEV$/);
      assert.match(second ?? '', /^CVE-2025-1 +low +2/);
      assert.deepEqual([empty, command], ['', `Explain one: plimsoll why ${image} CVE-2025-2`]);
    }
  });

  test('reports a package without findings', async () => {
    const { status, stdout } = await world.run('why', image, 'zlib', '-q');
    assert.deepEqual([status, stdout], [0, 'zlib 1 (apk): no findings\n']);
  });

  test('prints the same list as JSON', async () => {
    const { stdout } = await world.run('why', image, 'musl', '-q', '-o', 'json');
    const [answer] = JSON.parse(stdout).answers;
    assert.equal(answer.kind, 'package-findings');
    assert.deepEqual(
      answer.findings.map(({ id, fixVersion, isExploited, rank }: Record<string, unknown>) => [
        id,
        fixVersion,
        isExploited,
        (rank as { position: number }).position,
      ]),
      [
        ['CVE-2025-2', '3', true, 1],
        ['CVE-2025-1', '2', false, 2],
      ],
    );
  });

  test('rejects an unknown name with near ones and the next step', async () => {
    for (const [name, near] of [
      ['mussl', /did you mean musl\?/],
      ['MUSL', /did you mean musl@1, musl/],
      ['musl@7', /did you mean musl@1, musl/],
      ['musl-tools', /did you mean musl-utils/],
      ['nothing-like-it', /hint: run "plimsoll sbom TARGET"/],
    ] as const) {
      const { status, stdout, stderr } = await world.run('why', image, name, '-q');
      assert.deepEqual([status, stdout], [3, ''], name);
      assert.ok(stderr.includes(`no package and no finding is called "${name}"`), stderr);
      assert.match(stderr, near);
      assert.match(stderr, /run "plimsoll sbom TARGET" to list the packages/);
    }
  });

  test('takes an ID for an ID, also if a package has its name', async () => {
    const absent = await world.run('why', image, 'CVE-2025-9');
    assert.equal(absent.status, 0);
    assert.match(
      absent.stdout,
      /^CVE-2025-9: no finding\nReason +none of the \d+ keys of 4 packages/,
    );
    const [, purl = ''] =
      /^note: a package has this name, too.* (pkg:\S+)$/m.exec(absent.stderr) ?? [];
    const named = await world.run('why', image, purl, '-q');
    assert.equal(named.stdout, 'CVE-2025-9 1 (apk): no findings\n');
    const other = await world.run('why', image, 'RHSA-2023:1234', '-q');
    assert.match(other.stdout, /^RHSA-2023:1234: no finding\n/);
    assert.equal(other.status, 0);
    const versioned = await world.run('why', image, 'CVE-2025-9@1', '-q');
    assert.match(versioned.stdout, /^CVE-2025-9: no finding|^CVE-2025-9@1: no finding/);
  });
});

describe('plimsoll why with other arguments', () => {
  test('compares two results, and explains what a file is needed for', async () => {
    const other = world.writeImage(createAlpineLayer(['musl 2']));
    const changed = await world.run('why', image, other, '-q');
    assert.match(changed.stdout, /CVE-2025-1 .*musl/);
    const needed = await runProgram(['why', image, '/lib/apk/db/installed', '-q']);
    assert.match(needed.stdout, /^\/lib\/apk\/db\/installed/);
    assert.deepEqual([changed.status, needed.status], [0, 0]);
  });

  test('lists every advisory that did not match', async () => {
    const { status, stdout } = await world.run('why', image, '*', 'zlib', '-q', '-o', 'json');
    assert.equal(status, 0);
    assert.equal(JSON.parse(stdout).answers.length, 1);
  });

  test('names the way to compare with a target that is not recognized', async () => {
    const image2 = await world.run('why', image, 'debian:13', '-q');
    assert.match(image2.stderr, /compare with a target, name its source: registry:debian:13/);
    const directory = await runProgram(['why', image, world.folder]);
    assert.ok(
      directory.stderr.includes(`name its source: dir:${world.folder}\n`),
      directory.stderr,
    );
  });

  test('rejects options about findings if the question is about a file', async () => {
    const { status, stderr } = await world.run('why', image, '/bin/sh', '--severity', 'high');
    assert.equal(status, 3);
    assert.match(stderr, /--severity has no effect on the need for a file/);
  });
});

describe('plimsoll why TARGET ID', () => {
  test('shows summary, CVSS, EPSS, exploitation, rank and links, escaped and limited', async () => {
    const { stdout } = await world.run('why', image, 'CVE-2025-2', '-q');
    assert.match(stdout, /^Summary {8}The parser .*overflows/m);
    assert.match(stdout, /\\u\{1b\}\[31mits buffer/);
    assert.ok(stdout.length < 3_000);
    assert.ok(
      stdout.includes(`CVSS           9.8 by alpine for CVE-2025-2\n                 ${VECTOR}\n`),
    );
    assert.match(stdout, /^EPSS {11}25\.0% probability of exploitation within 30 days$/m);
    assert.match(stdout, /^Exploited {6}CVE-2025-2 is known to be exploited \(KEV\)$/m);
    assert.match(stdout, /^ {17}used in ransomware campaigns$/m);
    assert.match(stdout, /^Rank {11}1 of 2 open findings$/m);
    assert.match(stdout, /risk \d.* of 100: .*100\.0% × severity 0\.\d+ × 1\.1 for known exploit/);
    assert.match(stdout, /^Links {10}https:\/\/example\.org\/CVE-2025-2$/m);
    assert.doesNotMatch(stdout, /javascript:/);
  });

  test('adds the same facts to the JSON explanation', async () => {
    const { stdout } = await world.run('why', image, 'CVE-2025-2', '-q', '-o', 'json');
    const [answer] = JSON.parse(stdout).answers;
    assert.ok(answer.summary.length <= 601);
    assert.deepEqual(answer.cvss, [
      { source: 'alpine', id: 'CVE-2025-2', vector: VECTOR, baseScore: 9.8 },
    ]);
    assert.equal(answer.epss.epss, 0.25);
    assert.equal(answer.exploited[0].isUsedByRansomware, true);
    assert.deepEqual(answer.references, ['https://example.org/CVE-2025-2']);
    const { threat, impact, weight } = answer.rank.factors;
    assert.equal(Math.min(threat * impact * weight, 1) * 100, answer.rank.risk);
    assert.deepEqual([answer.rank.position, answer.rank.openFindings], [1, 2]);
  });
});

describe('report files and targets', () => {
  test('a written file is announced on standard error, unless the run is quiet', async () => {
    const file = join(world.folder, 'report.html');
    const loud = await world.run('scan', image, '-o', 'table', '-o', `html=${file}`);
    assert.ok(loud.stderr.includes(`Report: ${file}\n`), loud.stderr);
    assert.ok(existsSync(file));
    const quiet = await world.run('scan', image, '-q', '-o', `html=${file}`);
    assert.doesNotMatch(quiet.stderr, /Report:/);
    for (const output of ['json', 'json=/dev/stdout', 'json=/dev/null']) {
      const { stderr } = await world.run('scan', image, '-o', output);
      assert.doesNotMatch(stderr, /Report:/);
    }
  });

  test('compare names both targets, and announces its file', async () => {
    const file = join(world.folder, 'difference.html');
    const { stderr } = await world.run('compare', image, image, '-o', `html=${file}`);
    assert.ok(stderr.includes(`Read first target: ${image}\n`), stderr);
    assert.ok(stderr.includes(`Read second target: ${image}\n`), stderr);
    assert.ok(stderr.includes(`Report: ${file}\n`), stderr);
  });
});
