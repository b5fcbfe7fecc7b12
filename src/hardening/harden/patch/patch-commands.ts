import { quoteArgument } from '../../../foundation/core/quote-argument.ts';
import type { PatchedPackage, PatchGroup } from './patch-plan.ts';

/** Lines that carry out updates: for a shell as root in the image, or for a project's files. */
export interface PatchCommands {
  /** Shell commands that run in the image. */
  readonly image: readonly string[];
  /** Lines for the sources of the application, each list with its title. */
  readonly project: readonly { readonly title: string; readonly lines: readonly string[] }[];
  /** Groups for which no command is known. */
  readonly unknown: readonly PatchGroup[];
}

type Writer = (groups: readonly PatchGroup[], family: string) => string;

/** Package types of an operating system → one command for all groups. */
const IMAGE_WRITERS: ReadonlyMap<string, Writer> = new Map([
  ['deb', writeApt],
  ['apk', writeApk],
  ['rpm', writeRpm],
  ['alpm', writePacman],
]);

interface ProjectForm {
  readonly title: string;
  readonly writeLine: (name: string, version: string, installed: string) => string;
}

/** Package types of languages → one line for each group. */
const PROJECT_FORMS: ReadonlyMap<string, ProjectForm> = new Map([
  [
    'npm',
    {
      title: 'npm overrides, then "npm install"',
      // Overrides only this version, because the tree may need other versions unchanged.
      writeLine: (name, version, installed) =>
        `npm pkg set ${quoteArgument(`overrides[${name}@${installed}]=${version}`)}`,
    },
  ],
  [
    'python',
    {
      title: 'constraints of pip (pip install -c constraints.txt)',
      writeLine: (name, version) => `${name}>=${version}`,
    },
  ],
  [
    'go-module',
    {
      title: 'Go modules, then build again',
      writeLine: (name, version) =>
        name === 'stdlib'
          ? `build with Go ${version.replace(/^v/, '')} or later`
          : `go get ${quoteArgument(`${name}@${version.startsWith('v') ? version : `v${version}`}`)}`,
    },
  ],
  [
    'java-archive',
    {
      title: 'Maven: versions in dependencyManagement',
      writeLine: (name, version) => `${name}:${version}`,
    },
  ],
  [
    'gem',
    {
      title: 'Gemfile, then "bundle install"',
      writeLine: (name, version) => `gem ${quoteArgument(name)}, ${quoteArgument(`>= ${version}`)}`,
    },
  ],
  [
    'rust-crate',
    {
      title: 'Cargo, then build again',
      writeLine: (name, version) =>
        `cargo update -p ${quoteArgument(name)} --precise ${quoteArgument(version)}`,
    },
  ],
  [
    'php-composer',
    {
      title: 'Composer',
      writeLine: (name, version) => `composer require ${quoteArgument(`${name}:^${version}`)}`,
    },
  ],
  [
    'dotnet',
    {
      title: 'NuGet',
      writeLine: (name, version) =>
        `dotnet add package ${quoteArgument(name)} --version ${quoteArgument(version)}`,
    },
  ],
]);

/**
 * Writes the commands of a plan.
 *
 * @param family ID of the distribution, which decides between package managers of one format
 */
export function writePatchCommands(groups: readonly PatchGroup[], family: string): PatchCommands {
  const byType = Map.groupBy(groups, ({ type }) => type);
  const image: string[] = [];
  const project: { title: string; lines: readonly string[] }[] = [];
  const unknown: PatchGroup[] = [];
  for (const [type, members] of byType) {
    const writer = IMAGE_WRITERS.get(type);
    const form = PROJECT_FORMS.get(type);
    if (writer !== undefined) {
      image.push(writer(members, family));
    } else if (form === undefined) {
      unknown.push(...members);
    } else {
      const lines = members.map(({ packages: [first], version }) =>
        form.writeLine(first.name, version, first.installed),
      );
      project.push({ title: form.title, lines: [...new Set(lines)] });
    }
  }
  return { image, project, unknown };
}

/** Formats each package as one word, with its new version if that is known. */
function listWords(
  groups: readonly PatchGroup[],
  join: (item: PatchedPackage, version: string) => string,
): string {
  return groups
    .flatMap((group) =>
      group.packages.map((item) => {
        const version = findVersion(group, item);
        return quoteArgument(version === undefined ? item.name : join(item, version));
      }),
    )
    .join(' ');
}

/** Returns the version in the index if there is one, or else that of the source package. */
function findVersion({ index, version }: PatchGroup, item: PatchedPackage): string | undefined {
  const listed = index?.kind === 'available' ? index.versions : [];
  const found = listed.find(({ name }) => name === item.name);
  return found?.version ?? (item.isVersionKnown ? version : undefined);
}

/** apt-get(8). */
function writeApt(groups: readonly PatchGroup[]): string {
  const words = listWords(groups, ({ name }, version) => `${name}=${version}`);
  return `apt-get update && apt-get install --yes --only-upgrade --no-install-recommends ${words}`;
}

/** apk-add(8). */
function writeApk(groups: readonly PatchGroup[]): string {
  return `apk add --no-cache --upgrade ${listWords(groups, ({ name }, version) => `${name}>=${version}`)}`;
}

const ZYPPER_FAMILIES = /^(?:sles|sled|sle_hpc|opensuse.*|suse.*)$/;

/** dnf(8), zypper(8). An epoch of 0 is not part of a specification. */
function writeRpm(groups: readonly PatchGroup[], family: string): string {
  if (ZYPPER_FAMILIES.test(family)) {
    return `zypper --non-interactive install ${listWords(groups, ({ name }, version) => `${name}>=${version}`)}`;
  }
  const words = listWords(groups, ({ name }, version) => `${name}-${version.replace(/^0:/, '')}`);
  return `dnf upgrade --assumeyes ${words}`;
}

/** pacman(8) only installs current versions, and upgrades all packages. */
function writePacman(groups: readonly PatchGroup[]): string {
  return `pacman --sync --refresh --sysupgrade --noconfirm ${listWords(groups, ({ name }) => name)}`;
}
