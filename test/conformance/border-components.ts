import { present } from '../../src/foundation/core/assert.ts';
import { pick, type Random } from '../support/random-version.ts';

/** One package of a list, as a CycloneDX component. */
export interface DrawnComponent {
  readonly type: 'library';
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly purl?: string;
  readonly cpe?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** Types of package URLs that differ from the names of ecosystems. */
const PURL_TYPES: Readonly<Record<string, string>> = {
  Bitnami: 'bitnami',
  dotnet: 'nuget',
  'go-module': 'golang',
  'java-archive': 'maven',
  'php-composer': 'composer',
  python: 'pypi',
  'rust-crate': 'cargo',
  'dart-pub': 'pub',
  'github-action': 'github',
  pod: 'cocoapods',
};

/** Package URLs of these types have a namespace. */
const NAMESPACED: ReadonlySet<string> = new Set(['github', 'swift']);

export function createLanguageComponent(
  ecosystem: string,
  name: string,
  version: string,
): DrawnComponent {
  const type = PURL_TYPES[ecosystem] ?? ecosystem;
  const isMaven = type === 'maven';
  const isBare = NAMESPACED.has(type) && !name.includes('/');
  const whole = isMaven ? name.replace(':', '/') : `${isBare ? 'example.org/' : ''}${name}`;
  const path = whole.split('/').map(encode).join('/');
  const end = type === 'bitnami' ? '?arch=amd64&distro=debian-12' : '';
  const purl = `pkg:${type}/${path}@${encode(version)}${end}`;
  const [group = '', artifact = ''] = name.split(':');
  return isMaven
    ? { type: 'library', group, name: artifact, version, purl }
    : { type: 'library', name, version, purl };
}

/** Ecosystems whose packages are searched for by CPE, and the packages of the others. */
const CPE_TYPES = [
  '',
  '',
  'generic',
  'conan',
  'hex',
  'pub',
  'composer',
  'swift/example.org',
  'npm',
  'cargo',
  'github',
  'maven/g',
];

/** @param product `PART:VENDOR:PRODUCT:TARGET_SOFTWARE` */
export function drawCpeComponent(product: string, version: string, random: Random): DrawnComponent {
  const [part = '', vendor = '', name = '', target = ''] = product.split(':');
  const chosen = pick(random, CPE_TYPES);
  const type = chosen === 'pub' && !/^[a-z0-9_]+$/.test(name) ? '' : chosen;
  const written = random() < 0.1 ? '*' : escapeCpeText(version);
  const software = target !== '' && random() < 0.3 ? escapeCpeText(target) : '*';
  const cpe = ['cpe:2.3', part, vendor, name, written, '*:*:*:*', software, '*:*'].join(':');
  return {
    type: 'library',
    name,
    version,
    cpe,
    ...(type === '' ? {} : { purl: `pkg:${type}/${encode(name)}@${encode(version)}` }),
  };
}

/** CPE 2.3 quotes everything except letters, digits, underscores, full stops and hyphens. */
function escapeCpeText(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9._-]/g, (sign) => `\\${sign}`);
}

const PACKAGE_MANAGERS: Readonly<Record<string, string>> = {
  Wolfi: 'apk',
  Chainguard: 'apk',
};
const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = {
  deb: ['amd64', 'arm64', 'all'],
  rpm: ['x86_64', 'aarch64', 'noarch'],
};
const OTHER_ARCHITECTURES = ['x86_64', 'aarch64'];
/** Share of packages whose name differs from the name of their source package. */
const BUILT_FROM_PART = 0.35;
/** Share of documents that contain the record data of an rpm package. */
const RECORDED_PART = 0.5;

export interface SystemDrawing {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly modules: readonly string[];
  readonly system: readonly [id: string, version: string];
  readonly random: Random;
}

export function drawSystemComponent(drawing: SystemDrawing): DrawnComponent {
  const { ecosystem, name, version, system, random } = drawing;
  const type = PACKAGE_MANAGERS[ecosystem] ?? ecosystem;
  const isRpm = type === 'rpm';
  const isBuiltFrom = random() < BUILT_FROM_PART;
  const own = isBuiltFrom ? pick(random, [`lib${name}`, `${name}-dev`, name]) : name;
  const [, epoch, rest = version] = isRpm ? (/^([0-9]+):(.*)$/.exec(version) ?? []) : [];
  const built = rest.replace(/^.*:/, '');
  const source = isRpm
    ? `${name}-${built}${built.includes('-') ? '' : '-1'}.src.rpm`
    : `${name}${random() < 0.5 ? `@${version}` : ''}`;
  const architecture = pick(random, ARCHITECTURES[type] ?? OTHER_ARCHITECTURES);
  const qualifiers = [
    ['arch', architecture],
    ['distro', system.filter((part) => part !== '').join('-')],
    ...(epoch === undefined ? [] : [['epoch', epoch]]),
    ...(isBuiltFrom ? [['upstream', source]] : []),
  ].map(([key, value]) => `${key}=${encode(present(value, 'a value'))}`);
  const [id] = system;
  const purl = `pkg:${type}/${id}/${encode(own)}@${encode(rest)}?${qualifiers.join('&')}`;
  const isRecorded = isRpm && random() < RECORDED_PART;
  const properties = isRecorded
    ? drawRpmRecord(drawing, { epoch, architecture, source: isBuiltFrom ? source : '' })
    : [];
  return {
    type: 'library',
    name: own,
    version,
    purl,
    ...(properties.length === 0 ? {} : { properties }),
  };
}

/** Returns the properties in which Syft stores the record of an rpm package. */
function drawRpmRecord(
  { modules, random }: SystemDrawing,
  record: {
    readonly epoch: string | undefined;
    readonly architecture: string;
    readonly source: string;
  },
): NonNullable<DrawnComponent['properties']> {
  const module = pick(random, [...modules, '', 'other:1']);
  const label = module === '' ? '' : `${module}:8060020220101:abcdef`;
  const values: readonly (readonly [string, string])[] = [
    ['syft:package:type', 'rpm'],
    ['syft:package:metadataType', 'rpm-db-entry'],
    ['syft:metadata:architecture', record.architecture],
    ...(record.epoch === undefined ? [] : [['syft:metadata:epoch', record.epoch] as const]),
    ['syft:metadata:modularityLabel', label],
    ['syft:metadata:sourceRpm', record.source],
  ];
  return values.map(([name, value]) => ({ name, value }));
}

function encode(text: string): string {
  return encodeURIComponent(text);
}
