import type { Distro } from '../../core/distro.ts';
import type { Cpe, Package, PackageMetadata, Upstream } from '../../core/package.ts';
import { formatCpe, parseCpe } from '../cpe/cpe.ts';
import { upstreamsOfSourceRpm } from '../rpm/source-rpm.ts';
import { PURL_TYPES, type PurlTypeMeaning, UNKNOWN_PURL_TYPE } from './package-type.data.ts';
import type { Purl } from './purl.ts';

/** The part of a package that its package URL alone tells. */
export type PurlPackage = Pick<
  Package,
  'name' | 'version' | 'type' | 'language' | 'cpes' | 'upstreams'
> &
  Partial<Pick<Package, 'architecture' | 'modularity' | 'metadata'>>;

const RPM_TYPE = 'rpm';

/**
 * What a package URL says of a package. The qualifiers `arch`, `cpes`, `epoch`, `rpmmod` and
 * `upstream` are those of purl-spec and of the scanners that write them.
 */
export function packageOfPurl(purl: Purl): PurlPackage {
  const meaning = meaningOf(purl);
  const { arch = '', rpmmod = '', upstream = '', cpes = '' } = purl.qualifiers ?? {};
  const name = nameOf(purl, meaning);
  const metadata = metadataOf(meaning, arch, rpmmod);
  return {
    name,
    version: versionOf(purl, meaning),
    type: meaning.type,
    language: meaning.language,
    cpes: cpesOf(cpes),
    upstreams: upstreamsOf(purl.name, upstream, meaning),
    ...(arch === '' ? {} : { architecture: arch }),
    ...(rpmmod === '' ? {} : { modularity: rpmmod }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** The name of a generic package is what tells of some of them what they are. */
function meaningOf({ type, name }: Purl): PurlTypeMeaning {
  return PURL_TYPES.get(type === 'generic' ? name : type) ?? UNKNOWN_PURL_TYPE;
}

function nameOf({ namespace, name }: Purl, { isNameAlone }: PurlTypeMeaning): string {
  const isJoined = isNameAlone !== true && namespace !== undefined && namespace !== '';
  return isJoined ? `${namespace}/${name}` : name;
}

/** Versions of rpm begin with their epoch, which purl-spec puts into a qualifier. */
function versionOf({ version = '', qualifiers = {} }: Purl, { type }: PurlTypeMeaning): string {
  const { epoch = '' } = qualifiers;
  const hasOwn = /^[0-9]+:/.test(version);
  return type === RPM_TYPE && epoch !== '' && !hasOwn ? `${epoch}:${version}` : version;
}

/**
 * The file name of a source rpm, or `name@version`, where it is another than the package itself.
 */
function upstreamsOf(
  name: string,
  upstream: string,
  { type }: PurlTypeMeaning,
): readonly Upstream[] {
  if (type === RPM_TYPE) {
    return upstreamsOfSourceRpm(name, upstream);
  }
  const [source = '', version, ...rest] = upstream.split('@');
  if (source === '' || source === name || rest.length > 0) {
    return [];
  }
  return [version === undefined || version === '' ? { name: source } : { name: source, version }];
}

function metadataOf(
  { metadataKind, type }: PurlTypeMeaning,
  architecture: string,
  module: string,
): PackageMetadata | undefined {
  const value = {
    ...(architecture === '' ? {} : { architecture }),
    ...(module === '' || type !== RPM_TYPE ? {} : { modularityLabel: module }),
  };
  const isTelling = Object.keys(value).length > 0 || metadataKind === 'java-archive';
  return metadataKind === undefined || !isTelling ? undefined : { kind: metadataKind, value };
}

function cpesOf(text: string): readonly Cpe[] {
  return text.split(',').flatMap((each): Cpe[] => {
    const name = parseCpe(each);
    return name === undefined ? [] : [{ cpe: formatCpe(name), source: 'declared' }];
  });
}

/** The one distribution whose name has a hyphen before that of the version. */
const HYPHENATED = 'opensuse-leap';

/**
 * The operating system of the qualifier `distro`: `rhel-9.2`, also with `:` or `@` between the two.
 * A version without digits is a codename.
 */
export function distroOfPurl({ qualifiers = {} }: Purl): Distro | undefined {
  const text = (qualifiers['distro'] ?? '').trim();
  const start = text.toLowerCase().startsWith(HYPHENATED) ? HYPHENATED.length : 0;
  const separator = text.slice(start).search(/[-:@]/);
  const end = separator < 0 ? text.length : start + separator;
  const id = text.slice(0, end).trim();
  const version = text.slice(end + 1).trim();
  if (id === '') {
    return undefined;
  }
  return {
    id,
    idLike: [],
    ...(version === '' ? {} : versionMembers(version)),
  };
}

function versionMembers(version: string): Partial<Distro> {
  return /[0-9]/.test(version) ? { versionId: version } : { versionCodename: version };
}
