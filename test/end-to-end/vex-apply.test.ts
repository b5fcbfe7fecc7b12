import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ALPINE, createAlpineLayer, DecidedWorld } from '../support/decided-image.ts';

const world = new DecidedWorld();
after(() => world[Symbol.dispose]());

const ID = 'CVE-2025-1';

before(async () => {
  const severities = [{ scheme: 'CHMLN', value: 'high', rank: 1 }];
  const ranges = [{ scheme: 'apk', constraint: '< 2', fix: '2' }];
  const about = { id: ID, provider: 'alpine', system: 0, ecosystem: 'apk', ranges, severities };
  const statements = [
    { ...about, name: 'musl' },
    { ...about, name: 'zlib' },
  ];
  await world.addDatabase('db', { ...ALPINE, statements });
});

function writeOpenvex(name: string, ...products: readonly string[]): string {
  return world.writeFile(name, {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:${name}`,
    author: 'The maker',
    timestamp: '2026-01-01T00:00:00Z',
    statements: products.map((product) => ({
      vulnerability: { name: ID },
      products: [{ '@id': product }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
    })),
  });
}

interface Result {
  readonly findings: {
    readonly findings: readonly object[];
    readonly dispositioned: readonly {
      readonly finding: { readonly id: string };
      readonly decisions: readonly { readonly source: string }[];
    }[];
  };
}

describe('plimsoll justify vex apply', () => {
  const gated = ['-o', 'json', '--fail-on', 'high'];

  test('scans with every document, and reports the outcome of each statement', async () => {
    const image = world.writeImage(createAlpineLayer(['musl 1', 'zlib 1']));
    const one = writeOpenvex('one.json', 'pkg:apk/alpine/musl', 'pkg:apk/alpine/mussel');
    const two = writeOpenvex('two.json', 'pkg:apk/alpine/zlib');
    const { status, stdout, stderr } = await world.run(
      'justify',
      'vex',
      'apply',
      image,
      one,
      two,
      ...gated,
    );
    assert.equal(status, 0, stderr);
    const { findings, dispositioned } = (JSON.parse(stdout) as Result).findings;
    assert.deepEqual(findings, []);
    assert.deepEqual(
      dispositioned.map(({ finding, decisions }) => [finding.id, decisions[0]?.source]),
      [
        [ID, `${one}, statement 0`],
        [ID, `${two}, statement 0`],
      ],
    );
    const told = stderr.split('\n').filter((line) => line.includes(', statement '));
    const title = `CVE-2025-1 not_affected (vulnerable_code_not_present)`;
    assert.deepEqual(told, [
      `${one}, statement 0: ${title}: suppresses 1 finding`,
      `${one}, statement 1: ${title}: matches no finding; the nearest is musl 1: product: it names another product`,
      `${two}, statement 0: ${title}: suppresses 1 finding`,
    ]);
  });

  test('fails like a scan by findings that no statement suppresses', async () => {
    const image = world.writeImage(createAlpineLayer(['musl 1', 'zlib 1']));
    const one = writeOpenvex('musl.json', 'pkg:apk/alpine/musl');
    const { status, stdout, stderr } = await world.run(
      'justify',
      'vex',
      'apply',
      image,
      one,
      ...gated,
    );
    assert.equal(status, 2, stderr);
    const { findings, dispositioned } = (JSON.parse(stdout) as Result).findings;
    assert.deepEqual([findings.length, dispositioned.length], [1, 1]);
  });

  test('requires a target and a VEX document', async () => {
    const image = world.writeImage(createAlpineLayer(['musl 1']));
    const bare = await world.run('justify', 'vex', 'apply', image);
    assert.equal(bare.status, 3);
    assert.match(
      bare.stderr,
      /needs TARGET DOC…\nhint: use: plimsoll justify vex apply TARGET DOC/,
    );
    const other = await world.run(
      'justify',
      'vex',
      'apply',
      image,
      world.writeFile('other.json', {}),
    );
    assert.equal(other.status, 1);
    assert.match(other.stderr, /E_DOCUMENT_UNKNOWN/);
  });
});

describe('plimsoll why', () => {
  test('prints its result on standard output even without a finding', async () => {
    const image = world.writeImage(createAlpineLayer(['musl 1']));
    const none = await world.run('why', image, 'CVE-2025-9', 'musl', '-q');
    assert.equal(none.status, 0);
    assert.match(none.stdout, /^CVE-2025-9: no finding.*\nReason +none of the 2 keys of 1 package/);
    const json = await world.run('why', image, 'CVE-2025-9', '-q', '-o', 'json');
    const [answer, ...others] = JSON.parse(json.stdout).answers;
    assert.deepEqual([answer.kind, answer.id, others.length], ['absence', 'CVE-2025-9', 0]);
  });
});

describe('why with --fail-incomplete', () => {
  const whole = world.writeImage(createAlpineLayer(['musl 1']));
  const truncated = { name: 'usr/lib/node_modules/x/package.json', content: '{"name":' };
  const partial = world.writeImage(createAlpineLayer(['musl 1'], truncated));

  for (const [id, answer] of [
    [ID, /CVE-2025-1: high severity, musl 1/],
    ['CVE-2025-9', /CVE-2025-9/],
  ] as const) {
    test(`prints its answer about ${id}, and exits with 4 if not everything could be read`, async () => {
      const asked = [id, '--fail-incomplete'];
      const sure = await world.run('why', whole, ...asked);
      assert.deepEqual([sure.status, answer.test(sure.stdout)], [0, true], sure.stderr);
      const doubt = await world.run('why', partial, ...asked);
      assert.deepEqual([doubt.status, answer.test(doubt.stdout)], [4, true], doubt.stderr);
      assert.equal((await world.run('why', partial, id)).status, 0);
    });
  }
});
