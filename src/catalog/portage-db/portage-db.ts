import { posix } from 'node:path';
import type { Budget } from '../../core/budget.ts';
import { readText } from '../../core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import { findLayerOfLastChange } from '../../core/layer-of-last-change.ts';
import { NoteList } from '../../core/note-list.ts';
import type { License, Location, Package } from '../../core/package.ts';
import { resolveRequirements } from '../../ecosystem/resolve-requirements.ts';
import { toDeclaredLicense } from '../../identity/license/license.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { splitLines } from '../../syntax/text/lines.ts';
import { recordedDigests } from '../recorded-digests.ts';
import { namesIn, parseConditionalList } from './conditional-list.ts';
import { type LicenseGroups, parseLicenseGroups, portageLicense } from './license.ts';
import {
  mainSlot,
  type PortagePackage,
  requiredPackage,
  splitPackageVersion,
} from './portage-name.ts';

interface PortageFile {
  readonly path: string;
  readonly digest: { readonly algorithm: 'md5'; readonly value: string };
}

/** What a file of a package's folder says; `text` for the small ones, by their role. */
export type PortageFact =
  | {
      readonly kind: 'contents';
      readonly files: readonly PortageFile[];
      /** Links and devices. */
      readonly others: readonly string[];
    }
  | { readonly kind: 'text'; readonly text: string };

const RECORD = '**/var/db/pkg/*/*';
const DATABASE = /\/var\/db\/pkg\/[^/]+\/[^/]+\/[^/]+$/;
const GROUPS_PATH = '/etc/portage/license_groups';
const SMALL = { maxBytes: 'configFileBytesMax' } as const;

/**
 * Packages that Portage installed, of Gentoo and its kin, with the files of each. Of what a package
 * needs, it does not tell which of several that would do was meant.
 */
export const portageDb: Cataloger<PortageFact> = {
  id: 'portage-db',
  alias: 'portage-cataloger',
  version: 1,
  title: 'Packages installed by Portage',
  spec: 'https://wiki.gentoo.org/wiki/Portage/Files',
  tags: ['directory', 'gentoo', 'image', 'installed', 'linux', 'os', 'package', 'portage'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'yes' },
  wants: [
    { role: 'contents', paths: [`${RECORD}/CONTENTS`], maxBytes: 'textFileBytesMax' },
    { role: 'license', paths: [`${RECORD}/LICENSE`], ...SMALL },
    { role: 'size', paths: [`${RECORD}/SIZE`], ...SMALL },
    { role: 'slot', paths: [`${RECORD}/SLOT`], ...SMALL },
    { role: 'use', paths: [`${RECORD}/USE`], ...SMALL },
    { role: 'requires', paths: [`${RECORD}/RDEPEND`, `${RECORD}/PDEPEND`], ...SMALL },
    { role: 'groups', paths: [`**${GROUPS_PATH}`], ...SMALL },
  ],
  extract,
  assemble,
};

function extract(file: WantedFile): Extraction<PortageFact> {
  return file.role === 'contents'
    ? extractContents(file)
    : { fact: { kind: 'text', text: readText(file.content).trim() } };
}

/** `obj PATH MD5 TIME`, `sym PATH -> TARGET TIME`, `dir PATH`: paths may have blanks. */
function extractContents({ content, limits, budget }: WantedFile): Extraction<PortageFact> {
  const files: PortageFile[] = [];
  const others: string[] = [];
  const problems = new NoteList(limits);
  const listing = budget.createFileList();
  for (const { text, number } of splitLines(readText(content))) {
    const [, path, value] = /^obj (.+) ([0-9a-fA-F]{32}) [0-9]+$/.exec(text) ?? [];
    const [, link] = /^sym (.+?) -> /.exec(text) ?? [];
    const [, special] = /^(?:fif|dev) (.+)$/.exec(text) ?? [];
    const listed = path ?? link ?? special;
    if (listed === undefined) {
      if (text.startsWith('obj ')) {
        problems.add('P_RECORD', 'a file has no digest or time', number);
      }
      continue;
    }
    if (!listing.take(listed.length)) {
      break;
    }
    if (value === undefined) {
      others.push(listed);
    } else {
      files.push({ path: listed, digest: { algorithm: 'md5', value } });
    }
  }
  return { fact: { kind: 'contents', files, others }, problems: problems.notes };
}

function assemble({ facts, budget }: AssemblyInput<PortageFact>): Assembly {
  const byPath = new Map(facts.map((visible) => [visible.path, visible]));
  const packages: Package[] = [];
  const requirements: Parameters<typeof resolveRequirements<Package>>[0][number][] = [];
  const problems: ReturnType<typeof unnamed>[] = [];
  const groupsOf = groupFinder(byPath);
  for (const visible of facts) {
    const { fact, path } = visible;
    if (fact.kind !== 'contents') {
      continue;
    }
    const named = packageAt(path);
    if (named === undefined) {
      problems.push(unnamed(visible));
      continue;
    }
    const record = new RecordFolder(posix.dirname(path), byPath);
    const pkg = packageOf(named, { visible, fact, record, groups: groupsOf(path), budget });
    packages.push(pkg);
    const slot = mainSlot(record.text('SLOT'));
    requirements.push({
      item: pkg,
      provides: [named.name, `${named.name}:${slot}`],
      requires: record.requires(),
    });
  }
  const dependencies = resolveRequirements(requirements, budget);
  return { packages, dependencies, problems, recordedDigests };
}

function unnamed({ path, layer }: VisibleFact<PortageFact>) {
  return {
    code: 'P_RECORD',
    message: 'the directory of the record does not state a name and a version',
    plugin: portageDb.id,
    path,
    ...(layer === undefined ? {} : { layer }),
  } as const;
}

/** `…/var/db/pkg/dev-libs/openssl-3.0.13-r2/CONTENTS` */
function packageAt(path: string): PortagePackage | undefined {
  const [category = '', folder = ''] = path.split('/').slice(-3);
  const found = splitPackageVersion(folder);
  return found && { name: `${category}/${found.name}`, version: found.version };
}

function groupFinder(
  byPath: ReadonlyMap<string, VisibleFact<PortageFact>>,
): (path: string) => LicenseGroups {
  const known = new Map<string, LicenseGroups>();
  return (path) => {
    const root = path.replace(DATABASE, '');
    const groups = known.get(root) ?? parseLicenseGroups(textAt(byPath.get(root + GROUPS_PATH)));
    known.set(root, groups);
    return groups;
  };
}

function textAt(visible: VisibleFact<PortageFact> | undefined): string {
  return visible?.fact.kind === 'text' ? visible.fact.text : '';
}

/** The small files of one package. */
class RecordFolder {
  readonly #folder: string;
  readonly #byPath: ReadonlyMap<string, VisibleFact<PortageFact>>;

  constructor(folder: string, byPath: ReadonlyMap<string, VisibleFact<PortageFact>>) {
    this.#folder = folder;
    this.#byPath = byPath;
  }

  text(name: string): string {
    return textAt(this.#byPath.get(posix.join(this.#folder, name)));
  }

  location(name: string): Location | undefined {
    const visible = this.#byPath.get(posix.join(this.#folder, name));
    return visible && locationOf(visible, 'supporting');
  }

  flags(): ReadonlySet<string> {
    return new Set(this.text('USE').split(/\s+/));
  }

  requires(): string[] {
    return ['RDEPEND', 'PDEPEND'].flatMap((name) => {
      const list = parseConditionalList(this.text(name), this.flags());
      return (list === undefined ? [] : namesIn(list))
        .map(requiredPackage)
        .filter((required) => required !== undefined);
    });
  }
}

interface PackageParts {
  readonly visible: VisibleFact<PortageFact>;
  readonly fact: Extract<PortageFact, { kind: 'contents' }>;
  readonly record: RecordFolder;
  readonly groups: LicenseGroups;
  readonly budget: Budget;
}

function packageOf({ name, version }: PortagePackage, parts: PackageParts): Package {
  const { visible, fact, record } = parts;
  const root = visible.path.replace(DATABASE, '');
  const said = JSON.stringify(fact);
  const introducedIn = findLayerOfLastChange(
    visible.layer,
    visible.earlier,
    (lower) => JSON.stringify(lower.fact) === said,
  );
  const size = /^[0-9]{1,15}$/.exec(record.text('SIZE'))?.[0] ?? '0';
  const licenses = record.text('LICENSE');
  const others = fact.others.map((path) => ({ path: root + path }));
  return {
    name,
    version,
    type: 'portage',
    language: '',
    // The type and the name as one segment are what Syft writes; purl-spec has neither settled.
    purl: writePurl({ type: 'ebuild', name, version }),
    foundBy: portageDb.id,
    rule: 'a record of the Portage database of installed packages',
    confidence: 1,
    locations: [
      locationOf(visible, 'primary'),
      ...['LICENSE', 'SIZE'].flatMap((file) => record.location(file) ?? []),
    ],
    ...(introducedIn === undefined ? {} : { introducedIn }),
    licenses: licensesOf(parts),
    cpes: [],
    upstreams: [],
    ownedFiles: fact.files.map(({ path }) => ({ path: root + path })),
    ...(others.length === 0 ? {} : { otherOwnedFiles: others }),
    metadata: {
      kind: 'portage-db-entry',
      value: {
        installedSize: Number(size),
        ...(licenses === '' ? {} : { licenses }),
        files: fact.files,
      },
    },
  };
}

function licensesOf({ record, groups, budget }: PackageParts): License[] {
  const stated = portageLicense(record.text('LICENSE'), record.flags(), groups, budget);
  const location = record.location('LICENSE');
  const license = stated && location && toDeclaredLicense(stated.value, { locations: [location] });
  return license === undefined
    ? []
    : [{ ...license, expression: stated?.expression || license.expression }];
}

function locationOf(
  { path, layer }: VisibleFact<PortageFact>,
  evidence: 'primary' | 'supporting',
): Location {
  return { path, accessPath: path, ...(layer === undefined ? {} : { layer }), evidence };
}
