import { textOf, wholeOf } from '../../core/bytes.ts';
import type {
  DistroDetector,
  FileRef,
  VisibleFact,
  Want,
  WantedFile,
} from '../../core/cataloger.ts';
import { compareText } from '../../core/compare-text.ts';
import type { Distro } from '../../core/distro.ts';
import {
  hasRhelExtendedRepository,
  hasUbuntuExtendedRepository,
  hasUbuntuExtendedService,
  hasUbuntuExtendedVersion,
} from './extended-support.ts';
import { parseOsRelease } from './os-release.ts';
import { contentSets, redHatBuild } from './red-hat-build.ts';
import {
  parseAlpineRelease,
  parseApkRepositories,
  parseBusyBox,
  parseDebianVersion,
  parseRedhatRelease,
  parseSystemReleaseCpe,
} from './release-file.ts';

/** What one file tells of the operating system. */
export type DistroFact =
  | { readonly kind: 'release'; readonly distro: Distro }
  | { readonly kind: 'debian-version'; readonly version: string }
  | { readonly kind: 'extended-support'; readonly of: 'rhel' | 'ubuntu' }
  | {
      readonly kind: 'content-manifest';
      readonly isExtended: boolean;
      readonly sets: readonly string[];
    }
  | { readonly kind: 'image-build'; readonly build: string };

const SMALL = { maxBytes: 'configFileBytesMax' } as const;
const DEBIAN_VERSION_PATH = '/etc/debian_version';
const BUSYBOX_PATH = '/bin/busybox';

/** The files that tell the release: the first that can be understood counts. */
const RELEASE_WANTS: readonly (Want & { readonly paths: readonly string[] })[] = [
  { role: 'os-release', paths: ['/etc/os-release', '/usr/lib/os-release'], ...SMALL },
  { role: 'system-release-cpe', paths: ['/etc/system-release-cpe'], ...SMALL },
  {
    role: 'redhat-release',
    paths: [
      '/etc/redhat-release',
      '/etc/centos-release',
      '/etc/rocky-release',
      '/etc/almalinux-release',
      '/etc/oracle-release',
      '/etc/system-release',
    ],
    ...SMALL,
  },
  { role: 'alpine-release', paths: ['/etc/alpine-release'], ...SMALL },
  { role: 'apk-repositories', paths: ['/etc/apk/repositories'], ...SMALL },
  // Last, because nearly every system may hold this program.
  {
    role: 'busybox',
    paths: [BUSYBOX_PATH, '/usr/bin/busybox'],
    maxBytes: 'memoryFileBytesMax',
  },
];

const OTHER_WANTS: readonly Want[] = [
  { role: 'debian-version', paths: [DEBIAN_VERSION_PATH], ...SMALL },
  {
    role: 'content-manifest',
    // The second place is that of the newer builds.
    paths: ['/root/buildinfo/content_manifests/*.json', '/usr/share/buildinfo/content-sets.json'],
    ...SMALL,
  },
  {
    role: 'image-build',
    paths: ['/root/buildinfo/Dockerfile-*', '/usr/share/buildinfo/labels.json'],
    ...SMALL,
  },
  {
    role: 'apt-source',
    paths: ['/etc/apt/sources.list.d/*', '/etc/apt/auth.conf.d/90ubuntu-advantage'],
    ...SMALL,
  },
  { role: 'pro-status', paths: ['/var/lib/ubuntu-advantage/status.json'], ...SMALL },
  { role: 'dpkg-status', paths: ['/var/lib/dpkg/status'], maxBytes: 'textFileBytesMax' },
];

/**
 * Finds the operating system by os-release(5) and, where there is none, by the files that came
 * before it.
 */
export const distro: DistroDetector<DistroFact> = {
  id: 'distro',
  version: 2,
  wants: [...RELEASE_WANTS, ...OTHER_WANTS],
  extract(file) {
    const fact = factOf(file);
    return fact === undefined ? {} : { fact };
  },
  detect({ view, facts }) {
    const byRef = Map.groupBy(facts, ({ ref }) => keyOf(ref));
    const factAt = <Kind extends DistroFact['kind']>(path: string, kind: Kind) => {
      const ref = view.resolve(path)?.ref;
      return (ref === undefined ? [] : (byRef.get(keyOf(ref)) ?? []))
        .map(({ fact }) => fact)
        .find((fact): fact is Extract<DistroFact, { kind: Kind }> => fact.kind === kind);
    };
    const debianVersion = factAt(DEBIAN_VERSION_PATH, 'debian-version')?.version;
    for (const path of RELEASE_WANTS.flatMap(({ paths }) => paths)) {
      if (path === BUSYBOX_PATH && debianVersion !== undefined) {
        break;
      }
      const found = factAt(path, 'release');
      if (found !== undefined) {
        return {
          ...withPointRelease(found.distro, debianVersion),
          ...(hasExtendedSupport(found.distro, facts) ? { extendedSupport: true } : {}),
          ...redHatContents(facts),
          evidencePath: path,
        };
      }
    }
    return debianVersion === undefined ? undefined : debian(debianVersion);
  },
};

function hasExtendedSupport({ id }: Distro, facts: readonly VisibleFact<DistroFact>[]): boolean {
  return facts.some(
    ({ fact }) =>
      (fact.kind === 'extended-support' && fact.of === id) ||
      (fact.kind === 'content-manifest' && fact.isExtended && id === 'rhel'),
  );
}

/** What the images that this one is built from tell of their packages, one file for each. */
function redHatContents(
  facts: readonly VisibleFact<DistroFact>[],
): Pick<Distro, 'contentSets' | 'imageBuilds'> {
  const sets = facts.flatMap(({ fact }) => (fact.kind === 'content-manifest' ? fact.sets : []));
  const builds = facts.flatMap(({ fact }) => (fact.kind === 'image-build' ? [fact.build] : []));
  return {
    ...(sets.length === 0 ? {} : { contentSets: [...new Set(sets)].sort(compareText) }),
    ...(builds.length === 0 ? {} : { imageBuilds: [...new Set(builds)].sort(compareText) }),
  };
}

/**
 * os-release of Debian only has the major version; the point release stands in a file of its own.
 */
function withPointRelease(found: Distro, debianVersion: string | undefined): Distro {
  if (debianVersion === undefined || found.id.toLowerCase() !== 'debian') {
    return found;
  }
  return { ...found, version: found.version ?? debianVersion, versionId: debianVersion };
}

/** Debian before version 7 had no os-release. */
function debian(versionId: string): Distro {
  return {
    id: 'debian',
    idLike: [],
    name: 'Debian GNU/Linux',
    versionId,
    evidencePath: DEBIAN_VERSION_PATH,
  };
}

function keyOf(ref: FileRef): string {
  return `${ref.layer}:${ref.row}`;
}

function factOf({ role, path, content }: WantedFile): DistroFact | undefined {
  switch (role) {
    case 'os-release':
      return release(parseOsRelease(textOf(content)));
    case 'system-release-cpe':
      return release(parseSystemReleaseCpe(textOf(content)));
    case 'redhat-release':
      return release(parseRedhatRelease(textOf(content)));
    case 'alpine-release':
      return release(parseAlpineRelease(textOf(content)));
    case 'apk-repositories':
      return release(parseApkRepositories(textOf(content)));
    case 'busybox':
      return release(parseBusyBox(wholeOf(content)));
    case 'debian-version': {
      const version = parseDebianVersion(textOf(content));
      return version === undefined ? undefined : { kind: 'debian-version', version };
    }
    case 'content-manifest':
      return contentManifest(textOf(content));
    case 'image-build': {
      const build = redHatBuild(path, textOf(content));
      return build === undefined ? undefined : { kind: 'image-build', build };
    }
    case 'apt-source':
      return extendedSupport('ubuntu', hasUbuntuExtendedRepository(textOf(content)));
    case 'pro-status':
      return extendedSupport('ubuntu', hasUbuntuExtendedService(textOf(content)));
    case 'dpkg-status':
      return extendedSupport('ubuntu', hasUbuntuExtendedVersion(wholeOf(content)));
    default:
      return undefined;
  }
}

function contentManifest(text: string): DistroFact | undefined {
  const isExtended = hasRhelExtendedRepository(text);
  const sets = contentSets(text);
  return isExtended || sets.length > 0 ? { kind: 'content-manifest', isExtended, sets } : undefined;
}

function release(found: Distro | undefined): DistroFact | undefined {
  return found === undefined ? undefined : { kind: 'release', distro: found };
}

function extendedSupport(of: 'rhel' | 'ubuntu', isEvident: boolean): DistroFact | undefined {
  return isEvident ? { kind: 'extended-support', of } : undefined;
}
