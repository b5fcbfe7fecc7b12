import { toBuffer } from '../../../foundation/core/bytes.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

/** IDs in os-release(5) of these systems, by their names in older files in lower case. */
const IDS_BY_PREFIX: readonly (readonly [string, string])[] = [
  ['red hat enterprise linux', 'rhel'],
  ['centos', 'centos'],
  ['rocky linux', 'rocky'],
  ['scientific linux', 'scientific'],
  ['oracle linux', 'ol'],
  // Oracle Linux 4 and 5, in /etc/enterprise-release
  ['enterprise linux', 'ol'],
  ['amazon linux', 'amzn'],
  ['fedora', 'fedora'],
  ['cloudlinux', 'cloudlinux'],
  ['miracle linux', 'miraclelinux'],
  ['virtuozzo', 'virtuozzo'],
];
/** IDs by the names in /etc/SuSE-release and /etc/lsb-release. */
const SUSE_IDS: readonly (readonly [string, string])[] = [
  ['suse linux enterprise server', 'sles'],
  ['suse linux enterprise desktop', 'sled'],
  ['opensuse', 'opensuse'],
  ['suse linux', 'opensuse'],
];
const LSB_IDS: ReadonlyMap<string, string> = new Map([
  ['ubuntu', 'ubuntu'],
  ['debian', 'debian'],
  ['linuxmint', 'linuxmint'],
]);
const IDS_BY_CPE_VENDOR: ReadonlyMap<string, string> = new Map([
  ['redhat', 'rhel'],
  ['amazon', 'amzn'],
  ['oracle', 'ol'],
]);
const RELEASE_WORD = ' release ';
const LEADING_VERSION = /^[0-9]+(\.[0-9]+)?/;
/** Red Hat Enterprise Linux 2 to 4 count minor releases as updates: `4 (Nahant Update 9)`. */
const MINOR_RELEASE = /^[0-9]+ \([\w ]{1,40} Update ([0-9]+)\)/;
const DEBIAN_VERSION = /^[0-9]+(\.[0-9]+)*$/;
const DEBIAN_CODENAME = /^([a-z]+)\/sid$/;
const ALPINE_REPOSITORY = /^https?:\/\/[^/\s]*\.alpinelinux\.org\/alpine\/v([^/\s]+)\/\w+$/;
const BUSYBOX = 'BusyBox v';

/** `CentOS release 6.10 (Final)`, `Red Hat Enterprise Linux release 10.0 (Coughlan)` */
export function parseRedhatRelease(text: string): Distro | undefined {
  const content = text.trim();
  for (const { text: line } of splitLines(content)) {
    const at = line.indexOf(RELEASE_WORD);
    const version = line.slice(at + RELEASE_WORD.length).trim();
    const leading = LEADING_VERSION.exec(version)?.[0];
    if (at > 0 && leading !== undefined) {
      const minor = MINOR_RELEASE.exec(version)?.[1];
      const versionId = minor === undefined ? leading : `${leading}.${minor}`;
      const name = line.slice(0, at);
      const lowerCase = name.toLowerCase();
      const known = IDS_BY_PREFIX.find(([prefix]) => lowerCase.startsWith(prefix));
      const id = known?.[1] ?? lowerCase;
      return {
        id,
        // Systems with this file are built from the same sources, so advisories of Red Hat are a
        // fallback.
        idLike: id === 'rhel' ? [id] : [id, 'rhel'],
        name,
        prettyName: content,
        version: id === 'centos' ? versionId : version,
        versionId,
      };
    }
  }
  return undefined;
}

/** `cpe:/o:centos:linux:6:GA` */
export function parseSystemReleaseCpe(text: string): Distro | undefined {
  for (const { text: line } of splitLines(text)) {
    const cpeName = line.trim();
    const [scheme, part, vendor, , version, update] = cpeName.split(':');
    if (scheme === 'cpe' && part === '/o' && vendor && version && update !== undefined) {
      const id = IDS_BY_CPE_VENDOR.get(vendor.toLowerCase()) ?? vendor.toLowerCase();
      return {
        id,
        idLike: [id],
        name: id,
        prettyName: vendor,
        version,
        versionId: version,
        cpeName,
      };
    }
  }
  return undefined;
}

/** `3.20.3` in `/etc/alpine-release` */
export function parseAlpineRelease(text: string): Distro | undefined {
  const version = text.trim();
  return /^[0-9]+\.[0-9][\w.]*$/.test(version) ? createAlpineDistro(version) : undefined;
}

/** The URL of the first official repository of a release contains the version. */
export function parseApkRepositories(text: string): Distro | undefined {
  for (const { text: line } of splitLines(text)) {
    const version = ALPINE_REPOSITORY.exec(line.trim())?.[1];
    if (version !== undefined) {
      return createAlpineDistro(version);
    }
  }
  return undefined;
}

function createAlpineDistro(versionId: string): Distro {
  return { id: 'alpine', idLike: [], name: 'Alpine Linux', versionId };
}

/**
 * Returns the point release in `/etc/debian_version`; `undefined` for `trixie/sid` and the like.
 */
export function parseDebianVersion(text: string): string | undefined {
  const version = text.trim();
  return DEBIAN_VERSION.test(version) ? version : undefined;
}

/** Returns the future release of a system with `trixie/sid` in `/etc/debian_version`. */
export function parseDebianCodename(text: string): string | undefined {
  return DEBIAN_CODENAME.exec(text.trim())?.[1];
}

/** `SUSE Linux Enterprise Server 11 (x86_64)`, then `VERSION = 11` and `PATCHLEVEL = 4` */
export function parseSuseRelease(text: string): Distro | undefined {
  const content = text.trim();
  const [title = ''] = content.split('\n', 1);
  const values = readAssignments(content);
  const name = title.replace(/ [0-9].*$/, '').trim();
  const id = SUSE_IDS.find(([prefix]) => name.toLowerCase().startsWith(prefix))?.[1];
  const major = values.get('VERSION') ?? '';
  if (id === undefined || !DEBIAN_VERSION.test(major)) {
    return undefined;
  }
  const patchLevel = values.get('PATCHLEVEL') ?? '0';
  const versionId = patchLevel === '0' ? major : `${major}.${patchLevel}`;
  return { id, idLike: ['suse'], name, prettyName: title.trim(), version: versionId, versionId };
}

/** `DISTRIB_ID=Ubuntu`, `DISTRIB_RELEASE=10.04`, `DISTRIB_CODENAME=lucid` … */
export function parseLsbRelease(text: string): Distro | undefined {
  const values = readAssignments(text);
  const name = values.get('DISTRIB_ID') ?? '';
  const id = LSB_IDS.get(name.toLowerCase());
  const versionId = values.get('DISTRIB_RELEASE') ?? '';
  const versionCodename = values.get('DISTRIB_CODENAME') ?? '';
  if (id === undefined || (versionId === '' && versionCodename === '')) {
    return undefined;
  }
  return {
    id,
    idLike: id === 'debian' ? [] : ['debian'],
    name,
    prettyName: values.get('DISTRIB_DESCRIPTION') ?? name,
    ...(versionId === '' ? {} : { version: versionId, versionId }),
    ...(versionCodename === '' ? {} : { versionCodename }),
  };
}

/** `NAME = value` or `NAME="value"`, one per line. */
function readAssignments(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { text: line } of splitLines(text)) {
    const equals = line.indexOf('=');
    if (equals > 0) {
      const value = line.slice(equals + 1).trim();
      values.set(line.slice(0, equals).trim(), value.replace(/^"(.*)"$/, '$1'));
    }
  }
  return values;
}

/** Returns the version that a BusyBox executable prints. */
export function parseBusyBox(content: Uint8Array): Distro | undefined {
  const bytes = toBuffer(content);
  for (let at = bytes.indexOf(BUSYBOX); at >= 0; at = bytes.indexOf(BUSYBOX, at + 1)) {
    const start = at + BUSYBOX.length;
    const version = /^[0-9.]+/.exec(bytes.toString('latin1', start, start + 32))?.[0];
    if (version !== undefined) {
      const id = 'busybox';
      return {
        id,
        idLike: [id],
        name: id,
        prettyName: BUSYBOX + version,
        version,
        versionId: version,
      };
    }
  }
  return undefined;
}
