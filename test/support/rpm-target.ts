import type { DatabaseSeed, RangeSeed, StatementSeed, SystemSeed } from './advisory-database.ts';
import type { InventorySeed, PackageSeed } from './inventory.ts';

/** rpm systems that differ in what is searched for, and how. */
const SYSTEMS = {
  rhel8: { name: 'redhat', releaseId: 'rhel', major: '8' },
  rhel86: { name: 'redhat', releaseId: 'rhel', major: '8', minor: '6' },
  rhel94: { name: 'redhat', releaseId: 'rhel', major: '9', minor: '4' },
  eus94: { name: 'redhat', releaseId: 'rhel', major: '9', minor: '4', channel: 'eus' },
  alma9: { name: 'almalinux', releaseId: '', major: '9' },
  rhel9: { name: 'redhat', releaseId: 'rhel', major: '9' },
  oracle8: { name: 'oraclelinux', releaseId: 'ol', major: '8' },
  amazon2023: { name: 'amazonlinux', releaseId: 'amzn', major: '2023' },
  sles: { name: 'sles', releaseId: 'sles', major: '15', minor: '5' },
  mariner: { name: 'mariner', releaseId: 'mariner', major: '2', minor: '0' },
} as const satisfies Readonly<Record<string, SystemSeed>>;

type SystemName = keyof typeof SYSTEMS;
const SYSTEM_NAMES = Object.keys(SYSTEMS);

/** One statement; `below` is its fix, `range` its affected range if that differs. */
interface Said {
  readonly on: SystemName;
  readonly name: string;
  readonly below?: string;
  readonly range?: RangeSeed;
  readonly more?: Partial<StatementSeed>;
}

/** Creates statements in the order of their numbers: the first is CVE-2030-0001. */
function createStatements(said: readonly Said[]): readonly StatementSeed[] {
  return said.map(({ on, name, below = '', range, more }, index) => ({
    id: `CVE-2030-${String(index + 1).padStart(4, '0')}`,
    provider: PROVIDERS[on] ?? 'rhel',
    system: SYSTEM_NAMES.indexOf(on),
    ecosystem: 'rpm',
    name,
    ranges: [range ?? { scheme: 'rpm', constraint: `< ${below}`, fix: below }],
    ...more,
  }));
}

const PROVIDERS: Readonly<Partial<Record<SystemName, string>>> = {
  alma9: 'alma',
  oracle8: 'oracle',
  amazon2023: 'amazon',
  sles: 'sles',
  mariner: 'mariner',
};

function requireModule(label: string): Partial<StatementSeed> {
  return { qualifiers: { rpm_modularity: label } };
}

function requireArchitecture(name: string): Partial<StatementSeed> {
  return { qualifiers: { architecture: name } };
}

/**
 * Creates bounds below, at and above a version, with its epoch, with another one, and with none.
 */
function createLadder(
  on: SystemName,
  name: string,
  epoch: number,
  version: string,
): readonly Said[] {
  const [number = '', release = ''] = version.split('-');
  const [build = '', tag = ''] = release.split(/(?<=^[0-9]+)\./);
  const later = `${number}-${Number(build) + 1}.${tag}`;
  const earlier = `${number}-${Number(build) - 1}.${tag}`;
  return [
    `${epoch}:${earlier}`,
    `${epoch}:${version}`,
    `${epoch}:${later}`,
    `${epoch}:${number}.1-1.${tag}`,
    `${epoch}:${number}~rc1-1.${tag}`,
    `${epoch + 1}:0.1-1.${tag}`,
    later,
  ].map((below) => ({ on, name, below }));
}

const KERNEL = '4.18.0-372.el8';
const NODE_14 = '14.18.2-2.module+el8.5.0+13644+8d46dafd';

const RHEL_8: readonly Said[] = [
  ...createLadder('rhel86', 'openssl', 1, '1.1.1k-5.el8'),
  ...createLadder('rhel86', 'bind', 32, '9.11.36-3.el8'),
  ...createLadder('rhel86', 'perl', 4, '5.26.3-419.el8'),
  ...createLadder('rhel86', 'glibc', 0, '2.28-189.el8'),
  ...createLadder('rhel86', 'bash', 0, '4.4.20-3.el8'),
  // A release without its own statements is searched under its major version; others are not.
  { on: 'rhel8', name: 'bash', below: '0:9.0-1.el8' },
  // Modules: of the stream, of another one, of none, and a label that only starts the same.
  {
    on: 'rhel86',
    name: 'nodejs',
    below: '1:14.21.3-1.module+el8.7.0+1',
    more: requireModule('nodejs:14'),
  },
  {
    on: 'rhel86',
    name: 'nodejs',
    below: '1:16.18.1-3.module+el8.7.0+1',
    more: requireModule('nodejs:16'),
  },
  { on: 'rhel86', name: 'nodejs', below: '1:99-1.el8', more: requireModule('') },
  { on: 'rhel86', name: 'npm', below: '1:6.14.99-1.el8', more: requireModule('nodejs:14') },
  { on: 'rhel86', name: 'httpd', below: '0:2.4.60-1.el8', more: requireModule('') },
  { on: 'rhel86', name: 'httpd', below: '0:2.4.61-1.el8', more: requireModule('httpd:2.4') },
  { on: 'rhel86', name: 'curl', below: '0:7.62.0-1.el8', more: requireModule('') },
  { on: 'rhel86', name: 'curl', below: '0:7.63.0-1.el8', more: requireModule('curl:7') },
  // Architectures, of the package itself and through its source.
  ...['x86_64', 'aarch64', 'noarch', 'src', 'binary-no-arch-specified', 'amd64'].flatMap(
    (name): readonly Said[] => [
      { on: 'rhel86', name: 'kernel', below: '0:4.18.0-400.el8', more: requireArchitecture(name) },
      { on: 'rhel86', name: 'tzdata', below: '0:2023a-1.el8', more: requireArchitecture(name) },
    ],
  ),
  // States and ranges.
  {
    on: 'rhel86',
    name: 'zlib',
    range: { scheme: 'rpm', constraint: '', state: 'wont-fix' },
  },
  {
    on: 'rhel86',
    name: 'zlib',
    range: { scheme: 'rpm', constraint: '', state: 'not-fixed' },
  },
  { on: 'rhel86', name: 'zlib', range: { scheme: 'rpm', constraint: '>= 0:1.0, < 0:2.0' } },
  { on: 'rhel86', name: 'zlib', range: { scheme: 'rpm', constraint: '< 0:1.0 || >= 0:1.2.11' } },
  { on: 'rhel86', name: 'zlib', range: { scheme: 'rpm', constraint: '> 0:1.2.11-17.el8' } },
  { on: 'rhel86', name: 'zlib', range: { scheme: 'rpm', constraint: '= 0:1.2.11-17.el8' } },
  // For Grype, a withdrawal on Debian does not count on any rpm system.
  {
    on: 'rhel86',
    name: 'bash',
    range: { scheme: 'rpm', constraint: '' },
    more: { isUnaffected: true },
  },
  { on: 'rhel86', name: 'kernel-rt', below: '0:9-1.el8' },
];

const EUS: readonly Said[] = [
  { on: 'rhel94', name: 'nginx', below: '2:1.20.1-16.el9_4.1' },
  { on: 'rhel94', name: 'nginx', below: '2:1.20.1-20.el9_5' },
  { on: 'rhel94', name: 'nginx', range: { scheme: 'rpm', constraint: '', state: 'wont-fix' } },
  { on: 'rhel94', name: 'nginx', below: '2:1.20.1-22.el9_6' },
  { on: 'rhel94', name: 'nginx', below: '2:1.20.1-22.el9_6' },
  { on: 'rhel94', name: 'nginx', below: '2:1.20.1-2.el9' },
  { on: 'rhel94', name: 'nginx', below: '2:1.30-1.fc40' },
  { on: 'rhel94', name: 'nginx', below: '2:1.20.1-23.el9_6' },
];

/** Fixes of the channel, for statements of the release by their index in the list above. */
const EUS_FIXES: readonly (readonly [number, string])[] = [
  [1, '2:1.20.1-16.el9_4.2'],
  [3, '2:1.20.1-14.el9_4'],
  [4, '2:1.20.1-15.el9_4.3'],
];

const ALMA: readonly Said[] = [
  { on: 'rhel9', name: 'httpd', below: '0:2.4.57-8.el9' },
  { on: 'rhel9', name: 'httpd', below: '0:2.4.58-1.el9' },
  { on: 'rhel9', name: 'httpd', below: '0:2.4.59-1.el9' },
  { on: 'rhel9', name: 'httpd-tools', below: '0:2.4.60-1.el9' },
  { on: 'rhel9', name: 'httpd', below: '0:2.4.1-1.el9' },
];

/** Errata by the index of the statement that they are about, if any. */
const ERRATA: readonly (readonly [string, number | undefined, string])[] = [
  ['httpd', 0, '2.4.57-5.el9.alma.1'],
  ['httpd', 1, '2.4.58-2.el9.alma.1'],
  ['httpd-tools', 3, '2.4.57-5.el9.alma.1'],
  ['httpd', undefined, '2.4.62-1.el9.alma.1'],
];

const OTHERS: readonly Said[] = [
  {
    on: 'oracle8',
    name: 'nodejs',
    below: '1:18.20-1.module+el8',
    more: requireModule('nodejs:18'),
  },
  { on: 'oracle8', name: 'sudo', below: '0:1.9-1.el8', more: requireModule('sudo:1') },
  { on: 'oracle8', name: 'sudo', below: '0:1.8.30-1.el8' },
  { on: 'amazon2023', name: 'expat', below: '2.5.0-2.amzn2023' },
  { on: 'amazon2023', name: 'expat', below: '2.4.9-1.amzn2023' },
  { on: 'sles', name: 'libxml2-2', below: '0:2.10.3-150500.5.5.1' },
  { on: 'sles', name: 'libxml2', below: '0:2.10.3-150500.5.8.1' },
  { on: 'mariner', name: 'vim', range: { scheme: 'rpm', constraint: '<= 0:9.0-5.cm2' } },
  { on: 'mariner', name: 'vim', below: '0:9.0.1-1.cm2', more: requireModule('') },
];

/** The owner's statements about the files installed by the rpm packages of `OWNED_PACKAGES`. */
const OWNERS: readonly Said[] = [
  { on: 'rhel86', name: 'python3-urllib3', below: '0:1.26.5-4.el8' },
  { on: 'rhel86', name: 'python3-requests', below: '0:2.20.0-2.el8' },
  { on: 'amazon2023', name: 'python3-urllib3', below: '1.25.10-2.amzn2023' },
];

const SAID = [...RHEL_8, ...EUS, ...ALMA, ...OTHERS, ...OWNERS];

/** Creates a database about all systems above: some hundred statements, each with a test case. */
export function createRpmDatabase(): DatabaseSeed {
  const statements = createStatements(SAID);
  const findId = (list: readonly Said[], place: number): string => {
    const at = SAID.findIndex((one) => one === list[place]);
    return statements[at]?.id ?? '';
  };
  const channel = EUS_FIXES.map(([place, below]): StatementSeed => {
    const [fix] = createStatements([{ on: 'eus94', name: 'nginx', below }]);
    return { ...fix, provider: 'rhel', id: findId(EUS, place) };
  });
  const errata = ERRATA.map(([name, place, version], index): StatementSeed => {
    const cve = place === undefined ? 'CVE-2030-9999' : findId(ALMA, place);
    return {
      id: `ALSA-2030:000${index + 1}`,
      provider: 'alma',
      aliases: [cve],
      system: SYSTEM_NAMES.indexOf('alma9'),
      ecosystem: 'rpm',
      name,
      isUnaffected: true,
      ranges: [{ scheme: 'rpm', constraint: `>= ${version}`, fix: version }],
    };
  });
  const upstream = OWNERS.flatMap((owner, place): readonly StatementSeed[] => {
    const name = owner.name.replace('python3-', '');
    const of = (id: string, aliases: readonly string[]): StatementSeed => ({
      id,
      provider: 'github',
      aliases,
      ecosystem: 'python',
      name,
      ranges: [{ scheme: 'python', constraint: '< 3', fix: '3' }],
    });
    const known = of(`GHSA-0000-0000-000${place + 1}`, [findId(OWNERS, place)]);
    return [known, of(`GHSA-0000-0001-000${place + 1}`, [])];
  });
  const all = [...statements, ...channel, ...errata, ...upstream];
  return { systems: Object.values(SYSTEMS), statements: all };
}

interface Installed {
  /** Without the epoch, which precedes the version if there is one. */
  readonly version: string;
  readonly epoch?: number;
  readonly source?: string;
  readonly architecture?: string;
  /** `null`: the record has no such member. */
  readonly module?: string | null;
}

function createRpm(name: string, installed: Installed): PackageSeed {
  const {
    version,
    epoch,
    source = '',
    architecture: arch = 'x86_64',
    module: label = '',
  } = installed;
  const [number = '', release = ''] = version.split('-');
  const [, sourceName, sourceVersion] = /^(.+)-([^-]+-[^-]+)\.src\.rpm$/.exec(source) ?? [];
  return {
    name,
    type: 'rpm',
    key: `${name}.${arch}`,
    version: epoch === undefined ? version : `${epoch}:${version}`,
    architecture: arch,
    ...(label === null ? {} : { modularity: label }),
    upstreams:
      sourceName === undefined || sourceVersion === undefined
        ? []
        : [{ name: sourceName, version: sourceVersion }],
    metadata: {
      kind: 'rpm-db-entry',
      value: {
        name,
        version: number,
        epoch: epoch ?? null,
        architecture: arch,
        release,
        sourceRpm: source,
        size: 1,
        vendor: '',
        ...(label === null ? {} : { modularityLabel: label }),
        files: [],
      },
    },
  };
}

/** A system with packages, by name. */
export interface RpmTarget extends InventorySeed {
  readonly name: string;
}

const RHEL_PACKAGES: readonly PackageSeed[] = [
  createRpm('openssl', { version: '1.1.1k-5.el8', epoch: 1 }),
  createRpm('openssl-libs', {
    version: '1.1.1k-5.el8',
    epoch: 1,
    source: 'openssl-1.1.1k-5.el8.src.rpm',
  }),
  createRpm('bind-utils', {
    version: '9.11.36-3.el8',
    epoch: 32,
    source: 'bind-9.11.36-3.el8.src.rpm',
  }),
  createRpm('perl-Errno', { version: '1.28-419.el8', source: 'perl-5.26.3-419.el8.src.rpm' }),
  createRpm('perl', { version: '5.26.3-419.el8', epoch: 4 }),
  createRpm('glibc', { version: '2.28-189.el8' }),
  createRpm('glibc-common', { version: '2.28-189.el8', source: 'glibc-2.28-189.el8.src.rpm' }),
  createRpm('bash', { version: '4.4.20-3.el8', epoch: 0 }),
  createRpm('nodejs', {
    version: NODE_14,
    epoch: 1,
    module: 'nodejs:14:8050020211213115342:c5368500',
  }),
  createRpm('npm', {
    version: '6.14.15-1.14.18.2.2.module+el8.5.0+13644+8d46dafd',
    epoch: 1,
    source: `nodejs-${NODE_14}.src.rpm`,
    module: 'nodejs:14:8050020211213115342:c5368500',
  }),
  createRpm('httpd', { version: '2.4.37-47.el8' }),
  createRpm('curl', { version: '7.61.1-22.el8', module: null }),
  createRpm('kernel', { version: KERNEL }),
  createRpm('kernel-headers', { version: KERNEL, source: `kernel-${KERNEL}.src.rpm` }),
  createRpm('kernel-core', { version: KERNEL, source: `kernel-${KERNEL}.src.rpm` }),
  createRpm('tzdata', { version: '2022a-1.el8', architecture: 'noarch' }),
  createRpm('zlib', { version: '1.2.11-17.el8' }),
];

/**
 * Returns Python packages with the rpm packages that own them: of the same version, and of another.
 */
function createOwnerTarget(distro: NonNullable<InventorySeed['distro']>, name: string): RpmTarget {
  const owners = [
    createRpm('python3-urllib3', { version: '1.26.5-3.el8' }),
    createRpm('python3-requests', { version: '2.20.0-3.el8' }),
  ];
  const parts = [
    ['urllib3', '1.26.5'],
    ['requests', '2.19.1'],
  ].map(([part = '', version = '']) => ({ name: part, type: 'python', key: part, version }));
  const relationships = parts.map(
    ({ key }) =>
      ({ kind: 'owns-package', from: `python3-${key}.x86_64`, to: key, paths: [] }) as const,
  );
  return { name, distro, packages: [...owners, ...parts], relationships };
}

/** Targets for the database above; only the first has more than fifty matches. */
export const RPM_TARGETS: readonly RpmTarget[] = [
  { name: 'rhel-8.6', distro: { id: 'rhel', versionId: '8.6' }, packages: RHEL_PACKAGES },
  {
    name: 'rhel-8.7',
    distro: { id: 'rhel', versionId: '8.7' },
    packages: [createRpm('bash', { version: '4.4.20-3.el8', epoch: 0 })],
  },
  ...[true, false].map((extendedSupport) => ({
    name: extendedSupport ? 'rhel-9.4-eus' : 'rhel-9.4',
    distro: { id: 'rhel', versionId: '9.4', extendedSupport },
    packages: [createRpm('nginx', { version: '1.20.1-16.el9_4', epoch: 2 })],
  })),
  {
    name: 'almalinux-9',
    distro: { id: 'almalinux', versionId: '9.6', idLike: ['rhel', 'centos', 'fedora'] },
    packages: [
      createRpm('httpd', { version: '2.4.57-6.el9' }),
      createRpm('httpd-tools', { version: '2.4.57-6.el9', source: 'httpd-2.4.57-6.el9.src.rpm' }),
      createRpm('httpd-debuginfo', {
        version: '2.4.57-6.el9',
        source: 'httpd-2.4.57-6.el9.src.rpm',
      }),
    ],
  },
  {
    name: 'oracle-8',
    distro: { id: 'ol', versionId: '8.6', idLike: ['fedora'] },
    packages: [
      createRpm('nodejs', { version: '18.9-1.module+el8.6.0+1', epoch: 1 }),
      createRpm('sudo', { version: '1.8.29-8.el8' }),
    ],
  },
  {
    name: 'amazon-2023',
    distro: { id: 'amzn', versionId: '2023', idLike: ['fedora'] },
    packages: [createRpm('expat', { version: '2.5.0-1.amzn2023' })],
  },
  {
    name: 'sles-15.5',
    distro: { id: 'sles', versionId: '15.5', idLike: ['suse'] },
    packages: [
      createRpm('libxml2-2', {
        version: '2.10.3-150500.5.1.1',
        source: 'libxml2-2.10.3-150500.5.1.1.src.rpm',
      }),
    ],
  },
  {
    name: 'mariner-2',
    distro: { id: 'mariner', versionId: '2.0' },
    packages: [createRpm('vim', { version: '9.0-5.cm2' })],
  },
  createOwnerTarget({ id: 'rhel', versionId: '8.6' }, 'rhel-8.6-owned'),
  createOwnerTarget({ id: 'amzn', versionId: '2023', idLike: ['fedora'] }, 'amazon-2023-owned'),
];
