import { readText, readWhole } from '../../../foundation/core/bytes.ts';
import type {
  DistroDetector,
  FileView,
  VisibleFact,
  Want,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Distro } from '../../../foundation/core/distro.ts';
import { FileRefMap } from '../../../foundation/core/file-ref-map.ts';
import {
  hasRhelExtendedRepository,
  hasSuseLongTermSupport,
  hasUbuntuExtendedRepository,
  hasUbuntuExtendedService,
  hasUbuntuExtendedVersion,
} from './extended-support.ts';
import { parseOsRelease } from './os-release.ts';
import { parseContentSets, parseRedHatBuild } from './red-hat-build.ts';
import {
  parseAlpineRelease,
  parseApkRepositories,
  parseBusyBox,
  parseDebianCodename,
  parseDebianVersion,
  parseLsbRelease,
  parseRedhatRelease,
  parseSuseRelease,
  parseSystemReleaseCpe,
} from './release-file.ts';

/** Information about the operating system from one file. */
export type DistroFact =
  | { readonly kind: 'release'; readonly distro: Distro }
  | { readonly kind: 'debian-version'; readonly version: string }
  | { readonly kind: 'debian-codename'; readonly codename: string }
  | { readonly kind: 'extended-support'; readonly of: 'rhel' | 'sles' | 'ubuntu' }
  | {
      readonly kind: 'content-manifest';
      readonly isExtended: boolean;
      readonly sets: readonly string[];
    }
  | { readonly kind: 'image-build'; readonly build: string };

const SMALL = { maxBytes: 'configFileBytesMax' } as const;
const RELEASE_CPE_PATH = '/etc/system-release-cpe';
const DEBIAN_VERSION_PATH = '/etc/debian_version';
const BUSYBOX_PATH = '/bin/busybox';
const SHELL_PATH = '/bin/sh';

/**
 * Files of one form in systems derived from Red Hat. Files of a vendor come first, because Oracle's
 * systems contain a redhat-release with the name of Red Hat.
 */
const RED_HAT_PATHS: readonly string[] = [
  '/etc/centos-release',
  '/etc/rocky-release',
  '/etc/almalinux-release',
  '/etc/oracle-release',
  '/etc/enterprise-release',
  '/etc/fedora-release',
  '/etc/redhat-release',
  '/etc/system-release',
];

/**
 * The files that name the release: the first valid one counts. system-release-cpe has no minor
 * version, so it comes last.
 */
const RELEASE_WANTS: readonly (Want & { readonly paths: readonly string[] })[] = [
  { role: 'os-release', paths: ['/etc/os-release', '/usr/lib/os-release'], ...SMALL },
  { role: 'redhat-release', paths: RED_HAT_PATHS, ...SMALL },
  { role: 'system-release-cpe', paths: [RELEASE_CPE_PATH], ...SMALL },
  { role: 'suse-release', paths: ['/etc/SuSE-release'], ...SMALL },
  { role: 'alpine-release', paths: ['/etc/alpine-release'], ...SMALL },
  { role: 'lsb-release', paths: ['/etc/lsb-release'], ...SMALL },
];

/** Less certain evidence of a release: nearly every system may contain the program. */
const LAST_WANTS: typeof RELEASE_WANTS = [
  { role: 'apk-repositories', paths: ['/etc/apk/repositories'], ...SMALL },
  { role: 'busybox', paths: [BUSYBOX_PATH], maxBytes: 'memoryFileBytesMax' },
];

const OTHER_WANTS: readonly Want[] = [
  { role: 'debian-version', paths: [DEBIAN_VERSION_PATH], ...SMALL },
  {
    role: 'content-manifest',
    // The second path is that of newer builds.
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
  { role: 'suse-product', paths: ['/etc/products.d/*.prod'], ...SMALL },
  { role: 'pro-status', paths: ['/var/lib/ubuntu-advantage/status.json'], ...SMALL },
  { role: 'dpkg-status', paths: ['/var/lib/dpkg/status'], maxBytes: 'textFileBytesMax' },
];

/** Finds the operating system by os-release(5), or by older files if it is missing. */
export const distro: DistroDetector<DistroFact> = {
  id: 'distro',
  version: 4,
  wants: [...RELEASE_WANTS, ...LAST_WANTS, ...OTHER_WANTS],
  extract(file) {
    const fact = readDistroFact(file);
    return fact === undefined ? {} : { fact };
  },
  detect({ view, facts }) {
    const finder = new DistroFactFinder(view, facts);
    const found =
      findRelease(finder, RELEASE_WANTS) ?? findDebian(finder) ?? findRelease(finder, LAST_WANTS);
    return (
      found && {
        ...found,
        ...(hasExtendedSupport(found, facts) ? { extendedSupport: true } : {}),
        ...collectRedHatContents(facts),
      }
    );
  },
};

class DistroFactFinder {
  readonly view: FileView;
  readonly #byRef = new FileRefMap<readonly VisibleFact<DistroFact>[]>();

  constructor(view: FileView, facts: readonly VisibleFact<DistroFact>[]) {
    this.view = view;
    for (const visible of facts) {
      this.#byRef.set(visible.ref, [...(this.#byRef.get(visible.ref) ?? []), visible]);
    }
  }

  /** Returns the fact of the given kind about the file that the path resolves to. */
  findFact<Kind extends DistroFact['kind']>(
    path: string,
    kind: Kind,
  ): Extract<DistroFact, { kind: Kind }> | undefined {
    return this.findFacts(path)
      .map(({ fact }) => fact)
      .find((fact): fact is Extract<DistroFact, { kind: Kind }> => fact.kind === kind);
  }

  findFacts(path: string): readonly VisibleFact<DistroFact>[] {
    const ref = this.view.resolve(path)?.ref;
    return ref === undefined ? [] : (this.#byRef.get(ref) ?? []);
  }
}

function findRelease(finder: DistroFactFinder, wants: typeof RELEASE_WANTS): Distro | undefined {
  for (const path of wants.flatMap(({ paths }) => paths)) {
    const found = finder.findFact(path, 'release')?.distro;
    if (found === undefined || (path === BUSYBOX_PATH && !isBusyBoxSystem(finder))) {
      continue;
    }
    const { cpeName } = finder.findFact(RELEASE_CPE_PATH, 'release')?.distro ?? {};
    return {
      ...withDebianVersion(found, finder),
      ...(cpeName !== undefined && RED_HAT_PATHS.includes(path) ? { cpeName } : {}),
      evidencePath: path,
    };
  }
  return undefined;
}

/**
 * Many systems contain BusyBox as a program. It identifies the system if it is at its own path, not
 * behind a link from `/bin` to `/usr/bin`, and is also the shell if there is one.
 */
function isBusyBoxSystem(finder: DistroFactFinder): boolean {
  if (finder.view.resolve(BUSYBOX_PATH)?.path !== BUSYBOX_PATH) {
    return false;
  }
  const shell = finder.view.resolve(SHELL_PATH)?.path;
  return (
    shell === undefined ||
    finder
      .findFacts(BUSYBOX_PATH)
      .some(({ path, otherNames = [] }) => path === shell || otherNames.includes(shell))
  );
}

function hasExtendedSupport({ id }: Distro, facts: readonly VisibleFact<DistroFact>[]): boolean {
  return facts.some(
    ({ fact }) =>
      (fact.kind === 'extended-support' && fact.of === id) ||
      (fact.kind === 'content-manifest' && fact.isExtended && id === 'rhel'),
  );
}

/** Package records of the images that this one is built from, one file for each. */
function collectRedHatContents(
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
 * os-release of Debian only has the major version; the point release is in a separate file. Before
 * a release, os-release may have neither version nor codename.
 */
function withDebianVersion(found: Distro, finder: DistroFactFinder): Distro {
  if (found.id.toLowerCase() !== 'debian') {
    return found;
  }
  const versionId = finder.findFact(DEBIAN_VERSION_PATH, 'debian-version')?.version;
  if (versionId !== undefined) {
    return { ...found, version: found.version ?? versionId, versionId };
  }
  const versionCodename = finder.findFact(DEBIAN_VERSION_PATH, 'debian-codename')?.codename;
  const isKnown = [found.versionId, found.version, found.versionCodename].some(Boolean);
  return isKnown || versionCodename === undefined ? found : { ...found, versionCodename };
}

/** Debian before version 7 had no os-release. */
function findDebian(finder: DistroFactFinder): Distro | undefined {
  const versionId = finder.findFact(DEBIAN_VERSION_PATH, 'debian-version')?.version;
  const versionCodename = finder.findFact(DEBIAN_VERSION_PATH, 'debian-codename')?.codename;
  if (versionId === undefined && versionCodename === undefined) {
    return undefined;
  }
  return {
    id: 'debian',
    idLike: [],
    name: 'Debian GNU/Linux',
    ...defined({ versionId, versionCodename }),
    evidencePath: DEBIAN_VERSION_PATH,
  };
}

function readDistroFact({ role, path, content }: WantedFile): DistroFact | undefined {
  switch (role) {
    case 'os-release':
      return createReleaseFact(parseOsRelease(readText(content)));
    case 'system-release-cpe':
      return createReleaseFact(parseSystemReleaseCpe(readText(content)));
    case 'redhat-release':
      return createReleaseFact(parseRedhatRelease(readText(content)));
    case 'alpine-release':
      return createReleaseFact(parseAlpineRelease(readText(content)));
    case 'apk-repositories':
      return createReleaseFact(parseApkRepositories(readText(content)));
    case 'busybox':
      return createReleaseFact(parseBusyBox(readWhole(content)));
    case 'debian-version':
      return readDebianRelease(readText(content));
    case 'suse-release':
      return createReleaseFact(parseSuseRelease(readText(content)));
    case 'lsb-release':
      return createReleaseFact(parseLsbRelease(readText(content)));
    case 'content-manifest':
      return readContentManifest(readText(content));
    case 'image-build': {
      const build = parseRedHatBuild(path, readText(content));
      return build === undefined ? undefined : { kind: 'image-build', build };
    }
    case 'apt-source':
      return createSupportFact('ubuntu', hasUbuntuExtendedRepository(readText(content)));
    case 'suse-product':
      return createSupportFact('sles', hasSuseLongTermSupport(readText(content)));
    case 'pro-status':
      return createSupportFact('ubuntu', hasUbuntuExtendedService(readText(content)));
    case 'dpkg-status':
      return createSupportFact('ubuntu', hasUbuntuExtendedVersion(readWhole(content)));
    default:
      return undefined;
  }
}

function readDebianRelease(text: string): DistroFact | undefined {
  const version = parseDebianVersion(text);
  if (version !== undefined) {
    return { kind: 'debian-version', version };
  }
  const codename = parseDebianCodename(text);
  return codename === undefined ? undefined : { kind: 'debian-codename', codename };
}

function readContentManifest(text: string): DistroFact | undefined {
  const isExtended = hasRhelExtendedRepository(text);
  const sets = parseContentSets(text);
  return isExtended || sets.length > 0 ? { kind: 'content-manifest', isExtended, sets } : undefined;
}

function createReleaseFact(found: Distro | undefined): DistroFact | undefined {
  return found === undefined ? undefined : { kind: 'release', distro: found };
}

function createSupportFact(
  of: 'rhel' | 'sles' | 'ubuntu',
  isEvident: boolean,
): DistroFact | undefined {
  return isEvident ? { kind: 'extended-support', of } : undefined;
}
