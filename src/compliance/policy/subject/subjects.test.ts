import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createInventory, type PackageSeed } from '../../../../test/support/inventory.ts';
import { IMAGE, SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import { type Assessment, createAssessment } from '../../../foundation/core/assessment.ts';
import type { Attestation } from '../../../foundation/core/attestation.ts';
import type { Inventory, InventoryFile } from '../../../foundation/core/inventory.ts';
import type { Account, SecretFile } from '../../../foundation/core/surface.ts';
import { readDockerfile } from '../dockerfile.ts';
import type { PolicyInput } from '../fact.ts';
import { listAllFacts } from '../list-all-facts.ts';
import { readSuperseded } from '../older-copies.ts';
import { readPackageFeed } from '../package-feeds.ts';

const NOW = '2026-11-29T00:00:00Z';
const [LOWER = '', UPPER = ''] = IMAGE.layers.map(({ diffId }) => diffId);

interface World extends Partial<Omit<PolicyInput, 'assessment'>> {
  readonly packages?: readonly PackageSeed[];
  readonly inventory?: Partial<Inventory>;
  readonly assessment?: Partial<Assessment>;
  readonly config?: object;
  readonly isDirectory?: boolean;
}

/** Values of facts by name; an unknown fact is its reason in brackets. */
type Values = Readonly<Record<string, unknown>>;

interface KindFacts {
  /** By the key of the subject. */
  readonly facts: Readonly<Record<string, Values>>;
  readonly missing: readonly string[];
}

/** Lists the facts of each subject of a kind. */
function listKind(kind: string, world: World = {}): KindFacts {
  const {
    packages = [],
    inventory: more,
    assessment: parts,
    config,
    isDirectory,
    ...input
  } = world;
  const image = config === undefined ? IMAGE : { ...IMAGE, config: toBytes(config) };
  const target = isDirectory === true ? {} : { target: image };
  const inventory = { ...createInventory({ packages, ...target }), ...more };
  const assessment = { ...createAssessment({ inventory }), ...parts };
  const listed = listAllFacts({ assessment, now: NOW, areFilesListed: true, ...input })[kind];
  assert.ok(listed);
  const subjects = listed.subjects.map(({ subject, facts }): [string, Values] => [
    subject,
    Object.fromEntries(
      facts.map(({ fact, value, unknown }) => [
        fact,
        unknown === undefined ? value : `(${unknown})`,
      ]),
    ),
  ]);
  return { facts: Object.fromEntries(subjects), missing: listed.missing };
}

function readKind(kind: string, world: World = {}): KindFacts['facts'] {
  return listKind(kind, world).facts;
}

function toBytes(config: object): Buffer {
  return Buffer.from(JSON.stringify(config));
}

function pick(values: Values | undefined, ...names: readonly string[]): readonly unknown[] {
  return names.map((name) => values?.[name]);
}

function createLicense(value: string, expression: string, kind = 'declared'): never {
  return { value, expression, kind, urls: [], locations: [] } as never;
}

const BASE = {
  state: 'exact',
  name: 'debian:12',
  layers: 1,
  manifestDigest: `sha256:${'d'.repeat(64)}`,
} as never;

suite('facts of licenses', () => {
  test('state the expression, the text and the origin, or that there is none', () => {
    const packages = [
      { name: 'a', type: 'deb', key: 'a', licenses: [createLicense('MIT', 'MIT')] },
      { name: 'b', type: 'npm', key: 'b', licenses: [createLicense('odd', '', 'concluded')] },
      { name: 'c', type: 'gem', key: 'c' },
    ];
    const {
      'license a MIT': known,
      'license b odd': odd,
      'license c': none,
    } = readKind('license', {
      packages,
    });
    const names = ['license', 'text', 'recognized', 'stated', 'origin', 'package', 'package-type'];
    assert.deepEqual(pick(known, ...names), [['MIT'], 'MIT', true, true, 'declared', 'a', 'deb']);
    assert.deepEqual(pick(odd, ...names), [
      '(the license "odd" of b is not an SPDX expression)',
      'odd',
      false,
      true,
      'concluded',
      'b',
      'npm',
    ]);
    const nothing = ['(c states no license)', '', false, false, '', 'c', 'gem'];
    assert.deepEqual(pick(none, ...names), nothing);
  });
});

suite('facts of packages', () => {
  const packages: readonly PackageSeed[] = [
    {
      name: 'full',
      type: 'npm',
      key: 'full',
      version: '1.0.0',
      purl: 'pkg:npm/full@1.0.0',
      licenses: [createLicense('MIT', 'MIT'), createLicense('x', 'ISC', 'concluded')],
      locations: [{ path: '/a', accessPath: '/a', layer: UPPER }] as never,
    },
    { name: 'bare', type: 'npm', key: 'bare', version: '', purl: '' },
    {
      name: 'odd',
      type: 'gem',
      key: 'odd',
      version: '2',
      licenses: [createLicense('odd', '')],
      introducedIn: LOWER,
    },
  ];
  const feed = readPackageFeed(
    Buffer.from('{"type":"npm","packages":{"full":["1.0.0","2.0.0"],"bare":["1"]}}'),
    'npm.json',
  );

  test('are known if the package states them', () => {
    const { 'package full': full } = readKind('package', {
      packages,
      packageFeeds: [feed],
      inventory: {
        base: BASE,
        reach: { packages: [{ packageKey: 'full', reach: 'required' }] } as never,
      },
    });
    assert.deepEqual(
      pick(full, 'version', 'purl', 'license', 'license-text', 'path', 'in-base', 'reach'),
      ['1.0.0', 'pkg:npm/full@1.0.0', ['MIT'], ['MIT', 'x'], ['/a'], false, 'required'],
    );
    assert.deepEqual(pick(full, 'listed', 'version-listed', 'newer-listed'), [true, true, true]);
  });

  test('are unknown, with the reason, if it does not', () => {
    const { 'package bare': bare, 'package odd': odd } = readKind('package', {
      packages,
      packageFeeds: [feed],
      inventory: { base: BASE },
    });
    assert.deepEqual(
      pick(bare, 'version', 'purl', 'license', 'license-text', 'path', 'in-base', 'version-listed'),
      [
        '(bare states no version)',
        '(bare has no package URL)',
        '(bare states no license)',
        '(bare states no license)',
        '(the files of bare are not known)',
        '(the layer that it is from is not known)',
        '(bare states no version)',
      ],
    );
    assert.deepEqual(pick(odd, 'license', 'in-base', 'listed', 'reach'), [
      '(the license "odd" of odd is not an SPDX expression)',
      true,
      '(no list of gem packages was given: add --package-list FILE)',
      '(reachability of the package is not known: add --reach)',
    ]);
  });

  test('read the origin of a package before its layer, and need the layers of the base', () => {
    const own = [{ ...packages[2], name: 'odd', type: 'gem', origin: 'application' as const }];
    const world = { packages: own, inventory: { base: BASE } };
    assert.equal(readKind('package', world)['package odd']?.['in-base'], false);
    const similar = { ...(BASE as object), state: 'similar' } as never;
    const unproven = { packages, inventory: { base: similar } };
    assert.equal(
      readKind('package', unproven)['package odd']?.['in-base'],
      '(the first layers of the target are not those of debian:12)',
    );
    const nameless = { packages, inventory: { base: { state: 'similar' } as never } };
    assert.match(
      String(readKind('package', nameless)['package odd']?.['in-base']),
      /not those of its base/,
    );
    const none = { packages, inventory: { base: { state: 'unknown' } as never } };
    assert.match(String(readKind('package', none)['package odd']?.['in-base']), /add --base auto/);
    const folder = { packages, inventory: { base: BASE }, isDirectory: true };
    assert.match(String(readKind('package', folder)['package odd']?.['in-base']), /is not known/);
  });

  test('compare with lists of registries only what can be compared', () => {
    const list = (text: string): World => ({
      packages,
      packageFeeds: [readPackageFeed(Buffer.from(text), 'npm.json')],
    });
    const newest = list('{"type":"npm","captured":"2026-11-01","packages":{"full":["0.9.0"]}}');
    const { 'package full': full, 'package bare': bare } = readKind('package', newest);
    assert.deepEqual(pick(full, 'version-listed', 'newer-listed'), [false, false]);
    assert.equal(bare?.['listed'], false);
    const other = list('{"type":"npm","packages":{"else":["1"]}}');
    assert.equal(
      readKind('package', other)['package full']?.['newer-listed'],
      '(npm.json does not list full)',
    );
    for (const text of ['[]', '{"type":"npm"}', '{"type":"npm","packages":{"a":[1]}}']) {
      assert.throws(() => list(text), { code: 'E_POLICY' }, text);
    }
  });
});

suite('older copies', () => {
  const read = (packages: readonly PackageSeed[]): readonly string[] => {
    const assessment = createAssessment({ inventory: createInventory({ packages }) });
    const input = { assessment, areFilesListed: true, now: NOW };
    return assessment.inventory.packages.map((item) => {
      const value = readSuperseded(item, input);
      return value.isKnown ? `${item.version} ${String(value.value)}` : value.reason;
    });
  };
  const createCopies = (name: string, versions: readonly string[], more: object = {}) =>
    versions.map((version) => ({ name, type: 'rpm', key: `${name}-${version}`, version, ...more }));

  test('are system packages and programs of which a newer version is present', () => {
    const kernels = createCopies('kernel', ['5.9-1', '5.10-1', '5.10-1']);
    assert.deepEqual(read(kernels), ['5.9-1 true', '5.10-1 false', '5.10-1 false']);
    const programs = createCopies('node', ['v20.1.0', 'v22.0.0'], {
      type: 'binary',
      language: 'js',
    });
    assert.deepEqual(read(programs), ['v20.1.0 true', 'v22.0.0 false']);
  });

  test('are not modules of languages, keys, or packages for another architecture', () => {
    const modules = createCopies('ms', ['1.0.0', '2.0.0'], { type: 'npm', language: 'javascript' });
    const keys = createCopies('gpg-pubkey', ['1-1', '2-1']);
    const both = ['amd64', 'i386'].flatMap((arch, index) =>
      createCopies('libc6', [`2.3${index}`], {
        type: 'deb',
        purl: `pkg:deb/debian/libc6@1?arch=${arch}`,
      }),
    );
    for (const packages of [modules, keys, both]) {
      assert.ok(
        read(packages).every((line) => line.endsWith('false')),
        read(packages).join(),
      );
    }
  });

  test('are unknown if versions cannot be compared', () => {
    const [first] = read(createCopies('a', ['1.0', ''], { type: 'deb' }));
    assert.equal(first, 'the versions of a cannot be compared');
  });
});

suite('facts of attestations', () => {
  const attestation: Attestation = {
    origin: 'scan.json',
    digest: 'sha256:1',
    position: 1,
    kind: 'vulns',
    predicateType: 'https://in-toto.io/attestation/vulns/v0.2',
    signature: 'verified',
    signers: ['sha256:k'],
    isAboutTarget: true,
    time: '2026-11-27T00:00:00Z',
    builder: 'ci',
    result: 'PASSED',
  };
  const claims = ['age', 'builder', 'result'];

  function readAttestation(more: Partial<Attestation>): Values {
    const attestations = { attestations: [{ ...attestation, ...more }], missing: [] };
    const [values] = Object.values(readKind('attestation', { attestations }));
    assert.ok(values);
    return values;
  }

  test('are known for a verified statement about the image', () => {
    const values = readAttestation({});
    const names = ['kind', 'signed', 'verified', 'about-target', 'signer', ...claims];
    const expected = ['vulns', true, true, true, ['sha256:k'], 2, 'ci', 'PASSED'];
    assert.deepEqual(pick(values, ...names), expected);
  });

  test('are unknown if a statement has none, or its time is in the future', () => {
    const { time: _, builder: __, result: ___, ...bare } = attestation;
    const attestations = { attestations: [bare], missing: [] };
    const [values] = Object.values(readKind('attestation', { attestations }));
    assert.ok(pick(values, ...claims).every((one) => String(one).startsWith('(the statement')));
    const future = readAttestation({ time: '2026-11-30T00:00:00Z' });
    assert.match(String(future['age']), /no time in the past/);
  });

  test('count for nobody else, for no other image, and not without a key', () => {
    for (const more of [
      { signature: 'refused' },
      { signature: 'none' },
      { isAboutTarget: false },
    ]) {
      const values = readAttestation(more as Partial<Attestation>);
      assert.equal(values['verified'], false);
      assert.ok(pick(values, ...claims).every((one) => String(one).includes('was not verified')));
    }
    const unchecked = readAttestation({ signature: 'unchecked', signers: [] });
    for (const name of ['verified', 'signer', ...claims]) {
      assert.match(String(unchecked[name]), /add --attestation-key FILE/, name);
    }
    const { isAboutTarget: _, ...placeless } = attestation;
    const attestations = { attestations: [placeless], missing: [] };
    const [values] = Object.values(readKind('attestation', { attestations }));
    for (const name of ['verified', 'about-target', ...claims]) {
      assert.match(String(values?.[name]), /has no digest of a manifest/, name);
    }
    const malformed = readAttestation({ kind: 'malformed', signature: 'none' });
    assert.deepEqual(pick(malformed, 'about-target', 'verified'), [false, false]);
  });

  test('are missing if they were not read', () => {
    assert.deepEqual(listKind('attestation').missing, ['attestations were not read']);
  });
});

suite('facts of findings', () => {
  const sample = SAMPLE_FINDINGS.findings.find(({ id }) => id.startsWith('GHSA'));
  assert.ok(sample);
  const [match] = sample.matches;
  assert.ok(match);
  const usual = { ...sample, packageKey: 'lodash' };
  const packages = [{ name: 'lodash', type: 'npm', key: 'lodash', version: '4' }];

  /** Returns the facts of one finding with other members. */
  function readFinding(more: object, matchParts: object = {}, inventory: object = {}): Values {
    const finding = { ...usual, ...more, matches: [{ ...match, ...matchParts }] } as never;
    const findings = { ...SAMPLE_FINDINGS, findings: [finding] };
    const [facts] = Object.values(
      readKind('finding', { packages, inventory, assessment: { findings } }),
    );
    assert.ok(facts);
    return facts;
  }

  test('read the catalog of exploited vulnerabilities', () => {
    const record = {
      cve: 'CVE-1',
      dateAdded: '2026-11-19',
      dueDate: '2026-12-09',
      knownRansomwareCampaignUse: 'Known',
    };
    const known = readFinding({}, { exploited: [{ ...record, dateAdded: '2026-11-24' }, record] });
    const names = ['exploited', 'exploited-age', 'exploited-overdue', 'ransomware'];
    assert.deepEqual(pick(known, ...names), [true, 10, -10, true]);
    const readTriage = (...list: readonly (boolean | undefined)[]): unknown =>
      readFinding({}, { exploited: list.map((forensicTriage) => ({ ...record, forensicTriage })) })[
        'forensic-triage'
      ];
    assert.deepEqual(
      [readTriage(true), readTriage(false), readTriage(false, true)],
      [true, false, true],
    );
    assert.match(String(readTriage(undefined)), /needs a forensic triage/);
    const undated = { cve: 'CVE-1', knownRansomwareCampaignUse: 'Unknown' };
    const [exploited, ...others] = pick(readFinding({}, { exploited: [undated] }), ...names);
    assert.equal(exploited, true);
    assert.ok(others.every((one) => String(one).startsWith('(no catalog')));
  });

  test('read the worst decision of SSVC, whatever its case', () => {
    const decision = { source: 's', date: 'd', exploitation: 'None', automatable: 'no' };
    const ssvc = [
      { ...decision, technicalImpact: 'partial' },
      { ...decision, exploitation: 'PoC', automatable: 'YES', technicalImpact: 'odd' },
    ];
    const names = ['exploitation', 'automatable', 'technical-impact'];
    assert.deepEqual(pick(readFinding({}, { ssvc }), ...names), ['poc', true, 'partial']);
    const none = pick(readFinding({}, { ssvc: [] }), ...names);
    assert.ok(none.every((one) => String(one).startsWith('(no source of SSVC')));
  });

  test('read scores and weaknesses, or state that there are none', () => {
    const scores = [
      { vector: 'a', baseScore: 5, exploitabilityScore: 2 },
      { vector: 'b', baseScore: 9, exploitabilityScore: 1, impactScore: 4 },
    ];
    const weaknesses = [{ cwe: 'CWE-79' }, { cwe: 'CWE-20' }];
    const names = ['cvss', 'cvss-exploitability', 'cvss-impact', 'weakness'];
    assert.deepEqual(pick(readFinding({}, { scores, weaknesses }), ...names), [
      9,
      2,
      4,
      ['CWE-20', 'CWE-79'],
    ]);
    const none = pick(readFinding({}, { scores: undefined, weaknesses: [] }), ...names);
    assert.ok(none.every((one) => String(one).startsWith('(no ')));
  });

  test('read how the entry point reaches the package', () => {
    const packagesReached = [{ packageKey: 'lodash', reach: 'required', member: 'a.js' }];
    const reach = { packages: packagesReached };
    assert.equal(readFinding({ reach: 'required' }, {}, { reach })['reach'], 'required');
    const unknown = { packages: [], unknown: 'no entry point' };
    const open = readFinding({ reach: 'unknown' }, {}, { reach: unknown });
    assert.equal(open['reach'], '(no entry point)');
    assert.match(String(readFinding({ reach: undefined })['reach']), /add --reach/);
  });

  test('are unknown if the inventory lacks the package', () => {
    const facts = readFinding({ packageKey: 'gone' });
    const names = ['package', 'package-type', 'system-package', 'in-base', 'path'];
    const expected = names.map(() => '(the inventory does not have the package)');
    assert.deepEqual(pick(facts, ...names), expected);
  });
});

suite('facts of accounts', () => {
  const account: Account = { name: 'app', uid: 1, gid: 2, shell: '/bin/sh', password: 'empty' };

  test('are unknown in results of older versions, and without a shadow entry', () => {
    const surface = {
      dimensions: [],
      accounts: [account, { ...account, name: 'x', uid: 3, password: 'unknown' as const }],
    };
    const { 'account app 1': app, 'account x 3': other } = readKind('account', {
      inventory: { surface },
    });
    assert.deepEqual(pick(app, 'uid', 'gid', 'shell', 'password'), [1, 2, '/bin/sh', 'empty']);
    assert.match(String(app?.['home']), /^\(/);
    assert.match(String(app?.['comment']), /^\(/);
    assert.equal(other?.['password'], '(/etc/shadow has no entry for x)');
    const full = { dimensions: [], accounts: [{ ...account, home: '/h', comment: 'c' }] };
    const { 'account app 1': known } = readKind('account', { inventory: { surface: full } });
    assert.deepEqual(pick(known, 'home', 'comment'), ['/h', 'c']);
  });

  test('are missing if accounts were not read', () => {
    assert.deepEqual(listKind('account').missing, ['the accounts of the target were not read']);
  });
});

suite('files that the user excluded', () => {
  const surface = {
    dimensions: [{ id: 'setuid-files', value: 0, items: [] }] as never,
    accounts: [],
    secrets: [],
  };

  test('may contain secrets, contents and files that rules are about', () => {
    const inventory = { surface, excluded: ['./opt/**'] };
    const missing = ['files that match ./opt/** were excluded'];
    for (const kind of ['secret', 'content', 'file']) {
      assert.deepEqual(listKind(kind, { inventory }).missing.slice(-1), missing, kind);
    }
    assert.match(
      String(readKind('image', { inventory })['image']?.['setuid-files']),
      /at least 0: files/,
    );
    assert.equal(readKind('image', { inventory: { surface } })['image']?.['setuid-files'], 0);
  });

  test('may contain accounts only if they match the files of accounts', () => {
    const listAccounts = (...excluded: readonly string[]): readonly string[] =>
      listKind('account', { inventory: { surface, excluded } }).missing;
    assert.deepEqual(listAccounts('./opt/**'), []);
    for (const pattern of ['./etc', '**/passwd', '/etc/*', './etc/**']) {
      assert.equal(listAccounts(pattern).length, 1, pattern);
    }
  });
});

suite('facts of files', () => {
  const file: InventoryFile = {
    path: '/a',
    type: 'regular',
    mode: 0o2775,
    uid: 5,
    gid: 6,
    sizeBytes: 7,
    mimeType: '',
  };

  test('are those of the inventory, with the owner, and without hidden files', () => {
    const files = [
      { ...file, sha256: 's256', sha1: 's1', otherDigests: { md5: 'm5' }, layer: UPPER },
      { ...file, path: '/b', mode: 0o1777, type: 'directory' as const },
      { ...file, path: '/hidden', isVisible: false },
      { ...file, path: '/link', type: 'symlink' as const, mode: 0o777 },
    ];
    const relationships = [
      { kind: 'contains-file', from: 'p', path: '/a' },
      { kind: 'contains-file', from: 'unknown', path: '/b' },
      { kind: 'depends-on', from: 'p', to: 'q' },
    ] as never;
    const packages = [{ name: 'owner', type: 'deb', key: 'p' }];
    const inventory = { files, relationships, base: BASE };
    const {
      'file /a': a,
      'file /b': b,
      'file /link': link,
      ...others
    } = readKind('file', {
      packages,
      inventory,
    });
    assert.deepEqual(
      pick(a, 'mode', 'setuid', 'world-writable', 'uid', 'size', 'sha256', 'sha1', 'md5'),
      ['2775', true, false, 5, 7, 's256', 's1', 'm5'],
    );
    assert.deepEqual(pick(a, 'package', 'in-base', 'executable'), ['owner', false, false]);
    assert.deepEqual(pick(b, 'setuid', 'world-writable', 'package'), [false, false, '']);
    assert.match(String(b?.['sha256']), /SHA-256 of \/b is not known/);
    assert.match(String(b?.['sha1']), /SHA-1 of \/b is not known/);
    assert.match(String(b?.['md5']), /MD5 of \/b is not known/);
    assert.match(String(b?.['in-base']), /layer that it is from is not known/);
    assert.equal(link?.['world-writable'], false);
    assert.deepEqual(others, {});
  });

  test('are incomplete if not all files were listed', () => {
    const { missing } = listKind('file', { areFilesListed: false });
    assert.deepEqual(missing, ['not all files of the target are listed']);
  });
});

suite('facts of secrets', () => {
  const secret: SecretFile = {
    kind: 'private key',
    path: '/k',
    isHidden: true,
    isVerified: true,
    layer: UPPER,
  };

  test('name the layer, its instruction and the base', () => {
    const byName = { ...secret, path: '/n', isVerified: false };
    const surface = { dimensions: [], secrets: [byName, { ...secret, fingerprint: 'f' }] };
    const facts = readKind('secret', { inventory: { surface, base: BASE } });
    assert.deepEqual(Object.keys(facts), ['secret private key: /k', 'secret private key: /n']);
    const names = [
      'kind',
      'path',
      'place',
      'verified',
      'hidden',
      'layer',
      'fingerprint',
      'in-base',
    ];
    assert.deepEqual(pick(facts['secret private key: /k'], ...names), [
      'private key',
      '/k',
      'private key: /k',
      true,
      true,
      2,
      'f',
      false,
    ]);
    assert.match(String(facts['secret private key: /n']?.['fingerprint']), /--fingerprint-key/);
    assert.match(String(facts['secret private key: /n']?.['instruction']), /does not state/);
  });

  test('are unknown in a directory, and missing without a search', () => {
    const { layer: _, ...placeless } = secret;
    const surface = { dimensions: [], secrets: [placeless] };
    const { 'secret private key: /k': values } = readKind('secret', {
      inventory: { surface },
      isDirectory: true,
    });
    assert.deepEqual(pick(values, 'layer', 'instruction'), [
      '(the target has no layers)',
      '(the history does not state which instruction created the layer)',
    ]);
    assert.deepEqual(listKind('secret').missing, ['the target was not searched for secrets']);
  });
});

suite('facts of the image', () => {
  test('are unknown if the target is not an image', () => {
    const { image } = readKind('image', { isDirectory: true });
    assert.deepEqual(pick(image, 'user', 'size', 'distro', 'distro-like', 'base-name'), [
      '(the target is not an image)',
      '(the target is not an image)',
      '(no distribution was identified)',
      '(no distribution was identified)',
      '(the base image is not known: add --base auto)',
    ]);
    assert.deepEqual(pick(image, 'identified', 'base-known', 'baseline-given', 'dockerfile'), [
      [],
      false,
      false,
      false,
    ]);
  });

  test('read the configuration, and its absence', () => {
    const config = {
      architecture: 'arm64',
      os: 'linux',
      created: '2026-11-19T00:00:00Z',
      config: {
        User: '01000:5',
        Healthcheck: { Test: ['CMD', 'x'] },
        Entrypoint: ['/e'],
        Cmd: ['c'],
        Volumes: { '/v': {} },
        OnBuild: ['RUN x'],
        Labels: { a: 'b' },
      },
    };
    const { image } = readKind('image', { config });
    assert.deepEqual(
      pick(image, 'user', 'effective-user', 'runs-as-root', 'user-is-number', 'health-check'),
      ['01000:5', '01000', false, true, true],
    );
    assert.deepEqual(pick(image, 'entry-point', 'volume', 'on-build', 'age', 'layers'), [
      '/e c',
      ['/v'],
      ['RUN x'],
      10,
      2,
    ]);
    const { image: bare } = readKind('image', {
      config: { config: {}, created: '1970-01-01T00:00:00Z' },
    });
    assert.deepEqual(
      pick(bare, 'user', 'effective-user', 'runs-as-root', 'user-is-number', 'health-check', 'age'),
      ['', 'root', true, false, false, '(the time of creation is not known)'],
    );
    const readAge = (created: string): unknown =>
      readKind('image', { config: { config: {}, created } })['image']?.['age'];
    assert.equal(readAge('2026-11-29T12:00:00Z'), -0.5);
    const future = '2099-01-01T00:00:00Z';
    assert.equal(readAge(future), `(the time of creation is in the future: ${future})`);
  });

  test('decide by the accounts whether a named user is root', () => {
    const accounts = [
      { name: 'toor', uid: 0, gid: 0, shell: '', password: 'set' as const },
      { name: 'app', uid: 7, gid: 0, shell: '', password: 'set' as const },
    ];
    const isRoot = (User: string): unknown =>
      readKind('image', {
        config: { config: { User } },
        inventory: { surface: { dimensions: [], accounts } },
      })['image']?.['runs-as-root'];
    assert.equal(isRoot('toor'), true);
    assert.equal(isRoot('app:0'), false);
    assert.equal(isRoot('+0'), true);
    assert.equal(isRoot('00'), true);
    assert.equal(isRoot('who'), '(/etc/passwd has no UID for the user "who")');
  });

  test('of the attack surface are unknown if it was not measured, or not completely', () => {
    const dimension = { id: 'packages', value: 5, items: ['a'] } as never;
    const noted = { id: 'executables', note: 'no files', items: [] } as never;
    const surface = { dimensions: [dimension, noted] };
    const { image } = readKind('image', { inventory: { surface } });
    assert.deepEqual(pick(image, 'packages', 'executables'), [5, '(no files)']);
    const problems = [{ code: 'P_LIMIT', message: 'a file is too large' }] as never;
    const { image: cut } = readKind('image', { inventory: { surface, problems } });
    assert.match(String(cut?.['packages']), /^\(at least 5: /);
    assert.match(String(readKind('image')['image']?.['packages']), /was not measured/);
  });

  test('name the base by its layers, or else by its label', () => {
    const Labels = {
      'org.opencontainers.image.base.name': 'claimed',
      'org.opencontainers.image.base.digest': 'sha256:1',
    };
    const target = { ...IMAGE, labels: Labels };
    const { image } = readKind('image', { inventory: { target } });
    assert.deepEqual(pick(image, 'base-name', 'base-digest', 'base-proven'), [
      'claimed',
      'sha256:1',
      '(the base image is not known: add --base auto)',
    ]);
    const { image: proven } = readKind('image', { inventory: { target, base: BASE } });
    assert.deepEqual(pick(proven, 'base-name', 'base-known', 'base-proven'), [
      'debian:12',
      true,
      true,
    ]);
  });

  test('state the end of life by the database or an alert', () => {
    const readEnd = (world: World): unknown => readKind('image', world)['image']?.['end-of-life'];
    assert.match(String(readEnd({})), /is not known/);
    assert.equal(readEnd({ endOfLife: '2026-11-28' }), true);
    assert.equal(readEnd({ endOfLife: '2026-11-30' }), false);
    const alerts = [
      { kind: 'distro-end-of-life', message: 'm', packageKeys: [], date: '2026-01-01' },
    ] as const;
    const findings = { ...SAMPLE_FINDINGS, alerts };
    assert.equal(readEnd({ assessment: { findings } }), true);
  });

  test('name the distribution and those that it is derived from', () => {
    const distro = { id: 'alinux', idLike: ['rhel'], versionId: '' };
    const { image } = readKind('image', { inventory: { distro } });
    assert.deepEqual(pick(image, 'distro', 'distro-like', 'distro-version', 'identified'), [
      'alinux',
      ['alinux', 'rhel'],
      '(the version of the distribution is not known)',
      ['distro', 'distro-like'],
    ]);
    const versioned = { id: 'debian', idLike: [], versionId: '12' };
    const { image: debian } = readKind('image', { inventory: { distro: versioned } });
    assert.deepEqual(pick(debian, 'distro-version', 'identified'), [
      '12',
      ['distro', 'distro-version'],
    ]);
  });
});

suite('facts of a Dockerfile', () => {
  test('mask values with the names of secrets, and name the stage', () => {
    const text =
      'FROM a AS b\nENV API_TOKEN abc\nARG PASSWORD=x\nFROM c\nRUN apt-get update && id\n';
    const dockerfile = readDockerfile(Buffer.from(text), 'Dockerfile');
    const facts = Object.values(readKind('dockerfile', { dockerfile }));
    const [from, env, arg, , run] = facts;
    assert.deepEqual(pick(from, 'verb', 'stage', 'final-stage'), ['FROM', 1, false]);
    assert.doesNotMatch(String(env?.['text']), /abc/);
    assert.doesNotMatch(String(arg?.['text']), /=x/);
    assert.deepEqual(pick(run, 'command', 'stage', 'final-stage', 'number'), [
      ['apt-get update', 'id'],
      2,
      true,
      5,
    ]);
  });

  test('are missing without the file; a file of another kind is an error', () => {
    assert.match(String(listKind('dockerfile').missing[0]), /add --dockerfile FILE/);
    assert.throws(() => readDockerfile(Buffer.from(''), 'x'), { code: 'E_POLICY' });
  });
});

suite('facts of ports and variables', () => {
  test('read numbers and protocols, and no ranges', () => {
    const config = { config: { ExposedPorts: { '53/UDP': {}, '80': {}, '8000-8010/tcp': {} } } };
    const facts = readKind('port', { config });
    assert.deepEqual(pick(facts['port 53/UDP'], 'number', 'protocol'), [53, 'udp']);
    assert.deepEqual(pick(facts['port 80'], 'number', 'protocol'), [80, 'tcp']);
    assert.match(String(facts['port 8000-8010/tcp']?.['number']), /is not a single port/);
    assert.match(String(listKind('port', { isDirectory: true }).missing[0]), /not an image/);
  });
});

suite('facts of other tools', () => {
  test('are unknown if their results were not given', () => {
    const { 'result malware': malware } = readKind('result');
    assert.deepEqual(pick(malware, 'kind', 'tool'), ['malware', '']);
    for (const name of ['status', 'id', 'title', 'path']) {
      assert.match(String(malware?.[name]), /no result of the kind malware was given/);
    }
  });

  test('have the status, title and path of the file', () => {
    const run = { file: 'f', digest: 'd', tool: 'clam', kind: 'malware', targets: [] } as const;
    const toolRuns = [
      { ...run, results: [{ id: 'Eicar', title: 't', state: 'failed', path: '/x' }] as const },
      { ...run, results: [{ id: 'odd', title: '', path: '' }] as const },
    ];
    const facts = readKind('result', { toolRuns });
    assert.deepEqual(
      pick(facts['result malware clam Eicar /x'], 'status', 'id', 'title', 'path', 'tool'),
      ['failed', 'Eicar', 't', '/x', 'clam'],
    );
    assert.match(String(facts['result malware clam odd']?.['status']), /states no status/);
  });
});
