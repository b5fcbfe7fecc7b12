import { readDynamic } from '../../../foundation/bytes/elf/dynamic.ts';
import { ELF_TYPE, readElf } from '../../../foundation/bytes/elf/elf.ts';
import { type PackageNote, readPackageNote } from '../../../foundation/bytes/elf/package-note.ts';
import type { Bytes } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { listMagics } from '../../../foundation/core/executable-file.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import { formatCpe, parseCpe } from '../../../foundation/identity/cpe-name/cpe.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { digestMd5, indexMd5 } from '../content-digest.ts';

interface NotedFile extends PackageNote {
  /** File names of the libraries that the file loads. */
  readonly libraries: readonly string[];
  readonly md5?: string;
}

/**
 * Packages by the notes that builders add to their ELF files. The note describes the package, not
 * the file, so all files with the same note are one package. If an operating system package
 * installed the file, that package is more exact.
 */
export const elfBinaryPackage: Cataloger<NotedFile> = {
  id: 'elf-binary-package',
  alias: 'elf-binary-package-cataloger',
  version: 3,
  title: 'Packages named in ELF files',
  spec: 'https://systemd.io/ELF_PACKAGE_METADATA/',
  tags: ['binary', 'directory', 'elf', 'elf-package', 'image', 'installed', 'package'],
  can: { licenses: 'partly', dependencies: 'partly', ownedFiles: 'no' },
  wants: [
    {
      role: 'elf',
      magic: listMagics('elf'),
      maxBytes: 'wholeFileBytesMax',
    },
  ],
  extract,
  assemble,
};

function extract({ content, limits }: WantedFile): Extraction<NotedFile> {
  const elf = readElf(content, limits);
  if (elf === undefined || elf.type === ELF_TYPE.relocatable || elf.type === ELF_TYPE.core) {
    return {};
  }
  const note = readPackageNote(elf);
  if (note === 'malformed') {
    return {
      problems: [{ code: 'P_RECORD', message: 'the package note is not a JSON object' }],
    };
  }
  return note === undefined || note.name === '' || note.version === ''
    ? {}
    : {
        fact: { ...note, libraries: readDynamic(elf)?.needed ?? [], ...toMd5Member(note, content) },
      };
}

/** Records of these package managers contain SHA-1 or SHA-256, which all files have. */
const WITHOUT_MD5: ReadonlySet<string> = new Set(['apk', 'rpm', 'alpm']);

function toMd5Member({ type }: PackageNote, content: Bytes): Pick<NotedFile, 'md5'> {
  return WITHOUT_MD5.has(type) ? {} : { md5: digestMd5(content) };
}

function assemble({ facts }: AssemblyInput<NotedFile>): Assembly {
  const byIdentity = Map.groupBy(facts, ({ fact: { name, version, purl, cpe } }) =>
    JSON.stringify([name, version, purl, cpe]),
  );
  return {
    packages: [...byIdentity.values()].flatMap(toNotedPackages),
    md5ByPath: indexMd5(facts),
  };
}

function toNotedPackages(seen: readonly VisibleFact<NotedFile>[]): Package[] {
  const [first] = seen;
  if (first === undefined) {
    return [];
  }
  const note = first.fact;
  const libraries = [...new Set(seen.flatMap(({ fact }) => fact.libraries))].sort(compareText);
  return [
    {
      name: note.name,
      version: note.version,
      type: MANAGERS.has(note.type) ? note.type : 'binary',
      language: '',
      purl: toElfPurl(note),
      foundBy: elfBinaryPackage.id,
      rule: 'the package note of an ELF file',
      confidence: 0.9,
      locations: seen.flatMap(toLocations),
      licenses: mergeLicenses([toDeclaredLicense(note.license, { locations: [] })]),
      cpes: parseCpes(note),
      upstreams: [],
      ...(note.architecture === '' ? {} : { architecture: note.architecture }),
      ownedFiles: [],
      ...(libraries.length === 0 ? {} : { neededLibraries: libraries }),
      metadata: { kind: 'elf-binary-package-note-json-payload', value: toElfMetadata(note) },
      yieldsToOwner: true,
      namesItsFile: true,
    },
  ];
}

function toLocations({ path, otherNames = [], layer }: VisibleFact<NotedFile>): Location[] {
  return [path, ...otherNames].map((name) => ({
    path: name,
    accessPath: name,
    ...defined({ layer }),
    evidence: 'primary',
  }));
}

/** Types of packages with a known package manager; their package URLs have the same type. */
const MANAGERS: ReadonlySet<string> = new Set(['alpm', 'apk', 'deb', 'rpm']);

/** The namespace is the distro of the package, or else the system that it is part of. */
function toElfPurl(note: PackageNote): string {
  const { id, version } = findSystem(note);
  const isManaged = MANAGERS.has(note.type);
  return writePurl({
    type: isManaged ? note.type : 'generic',
    namespace: isManaged && id !== '' ? id : note.system,
    name: note.name,
    version: note.version,
    qualifiers: { distro: [id, version].filter(Boolean).join('-') },
  });
}

/** The operating system by its own members, or by its CPE if one of them is missing. */
function findSystem({ os, osVersion, osCpe }: PackageNote): {
  readonly id: string;
  readonly version: string;
} {
  if (os !== '' && osVersion !== '') {
    return { id: os, version: osVersion };
  }
  const cpe = osCpe === '' ? undefined : parseCpe(osCpe);
  return cpe === undefined ? { id: os, version: '' } : { id: cpe.product, version: cpe.version };
}

function parseCpes({ cpe, appCpe }: PackageNote): Package['cpes'] {
  const name = parseCpe(cpe) ?? parseCpe(appCpe);
  return name === undefined ? [] : [{ cpe: formatCpe(name), source: 'declared' }];
}

/** Members as in Syft's JSON. */
function toElfMetadata(note: PackageNote): Readonly<Record<string, unknown>> {
  const { type, architecture, osCpe, appCpe, os, osVersion } = note;
  const { system, vendor, sourceRepo, commit } = note;
  const members = {
    type,
    architecture,
    osCPE: osCpe,
    appCpe,
    os,
    osVersion,
    system,
    vendor,
    sourceRepo,
    commit,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ''));
}
