import { defined } from '../../core/defined.ts';
import type { Distro } from '../../core/distro.ts';
import type { Cpe, Package, PackageMetadata, Upstream } from '../../core/package.ts';
import { parseDeclaredCpes } from '../cpe-name/declared-cpe.ts';
import { toSourceRpmUpstreams } from '../source-rpm.ts';
import { PURL_TYPES, type PurlTypeMeaning, UNKNOWN_PURL_TYPE } from './package-type.data.ts';
import type { Purl } from './purl.ts';
import { findSystem } from './system-name.ts';

/** The properties of a package that its package URL contains. */
export type PurlPackage = Pick<
  Package,
  'name' | 'version' | 'type' | 'language' | 'cpes' | 'upstreams'
> &
  Partial<Pick<Package, 'architecture' | 'modularity' | 'metadata'>>;

const APK_TYPE = 'apk';
const RPM_TYPE = 'rpm';
const DEB_TYPE = 'deb';
const EPOCH = /^[0-9]{1,9}$/;

/**
 * Converts a package URL to package properties. The qualifiers `arch`, `cpes`, `epoch`, `rpmmod`
 * (Trivy: `modularitylabel`) and `upstream` (OSV-Scalibr: `origin`, `source`, `sourcerpm`) are
 * those of purl-spec and of the scanners that write them.
 */
export function toPurlPackage(purl: Purl): PurlPackage {
  const meaning = getMeaning(purl);
  const { arch = '', cpes = '' } = purl.qualifiers ?? {};
  const rpmmod = purl.qualifiers?.['rpmmod'] ?? purl.qualifiers?.['modularitylabel'] ?? '';
  const name = getName(purl, meaning);
  const metadata = toMetadata(meaning, arch, rpmmod);
  return {
    name,
    version: getVersion(purl),
    type: meaning.type,
    language: meaning.language,
    cpes: parseCpes(cpes),
    upstreams: toUpstreams(purl.name, getUpstream(purl), meaning),
    ...(arch === '' ? {} : { architecture: arch }),
    ...(rpmmod === '' ? {} : { modularity: rpmmod }),
    ...defined({ metadata }),
  };
}

/** The type of some generic packages is only known from their name. */
function getMeaning({ type, name }: Purl): PurlTypeMeaning {
  return PURL_TYPES.get(type === 'generic' ? name : type) ?? UNKNOWN_PURL_TYPE;
}

function getName({ namespace, name }: Purl, { isNameAlone }: PurlTypeMeaning): string {
  const isJoined = isNameAlone !== true && namespace !== undefined && namespace !== '';
  return isJoined ? `${namespace}/${name}` : name;
}

/** Versions of rpm and dpkg begin with their epoch, which package URLs have in a qualifier. */
function getVersion(purl: Purl): string {
  return withEpoch(purl.version ?? '', purl);
}

/** Adds the epoch of the package URL to a version that has none. */
export function withEpoch(version: string, purl: Purl | undefined): string {
  const epoch = purl?.qualifiers?.['epoch'] ?? '';
  const hasEpochs = purl?.type === RPM_TYPE || purl?.type === DEB_TYPE;
  const isBare = hasEpochs && EPOCH.test(epoch) && !/^[0-9]+:/.test(version);
  return isBare ? `${epoch}:${version}` : version;
}

/**
 * Returns the source of a package from `upstream` or the qualifiers that OSV-Scalibr uses instead.
 */
function getUpstream({ type, qualifiers = {} }: Purl): string {
  const {
    upstream = '',
    origin = '',
    source = '',
    sourceversion = '',
    sourcerpm = '',
  } = qualifiers;
  if (upstream !== '') {
    return upstream;
  }
  switch (type) {
    case APK_TYPE:
      return origin;
    case DEB_TYPE:
      return sourceversion === '' ? source : `${source}@${sourceversion}`;
    case RPM_TYPE:
      return sourcerpm;
    default:
      return '';
  }
}

/**
 * Parses the file name of a source rpm, or `name@version`; empty if the source has the package's
 * own name.
 */
function toUpstreams(
  name: string,
  upstream: string,
  { type }: PurlTypeMeaning,
): readonly Upstream[] {
  if (type === RPM_TYPE) {
    return toSourceRpmUpstreams(name, upstream);
  }
  if (upstream === '') {
    return [];
  }
  const [source = '', version, ...rest] = upstream.split('@');
  if (source === '' || source === name || rest.length > 0) {
    return [];
  }
  return [version === undefined || version === '' ? { name: source } : { name: source, version }];
}

function toMetadata(
  { metadataKind, type }: PurlTypeMeaning,
  architecture: string,
  module: string,
): PackageMetadata | undefined {
  if (metadataKind === undefined) {
    return undefined;
  }
  const value = {
    ...(architecture === '' ? {} : { architecture }),
    ...(module === '' || type !== RPM_TYPE ? {} : { modularityLabel: module }),
  };
  const hasData = Object.keys(value).length > 0 || metadataKind === 'java-archive';
  return hasData ? { kind: metadataKind, value } : undefined;
}

function parseCpes(text: string): readonly Cpe[] {
  if (text === '') {
    return [];
  }
  return parseDeclaredCpes(text.split(','));
}

/** Distributions with a hyphen in their names. */
const HYPHENATED = [
  'cbl-mariner',
  'opensuse-leap',
  'opensuse-microos',
  'opensuse-tumbleweed',
  'sle-micro',
] as const;

/**
 * Returns the operating system of the qualifier `distro`: `rhel-9.2`, also with `:` or `@` as
 * separator. A version alone belongs to the namespace, as Trivy writes it, and so does a codename
 * of Debian packages in the examples of purl-spec. Docker writes `os_name` and `os_version`
 * instead.
 */
export function toPurlDistro({ type, namespace = '', qualifiers = {} }: Purl): Distro | undefined {
  const text = (qualifiers['distro'] ?? '').trim();
  if (text === '') {
    const { os_name: name = '', os_version: version } = qualifiers;
    return findSystem(name, version);
  }
  const isCodename = type === 'deb' && /^[a-z]+$/.test(text) && text !== namespace;
  if (/^[0-9]/.test(text) || (isCodename && namespace !== '')) {
    return findSystem(namespace, text);
  }
  const lower = text.toLowerCase();
  const start = HYPHENATED.find((name) => lower.startsWith(name))?.length ?? 0;
  const separator = text.slice(start).search(/[-:@]/);
  const end = separator < 0 ? text.length : start + separator;
  const id = text.slice(0, end).trim();
  return findSystem(id, text.slice(end + 1));
}
