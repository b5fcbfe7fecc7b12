import { posix } from 'node:path';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { findLayerOfLastChange } from '../../../foundation/core/layer-of-last-change.ts';
import { NoteList } from '../../../foundation/core/note-list.ts';
import type { License, Location, Package } from '../../../foundation/core/package.ts';
import { toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { resolveRequirements } from '../../ecosystem/resolve-requirements.ts';
import { toEvidenceLocation } from '../evidence-location.ts';
import { readRecordedDigests } from '../recorded-digests.ts';
import { listConditionalNames, parseConditionalList } from './conditional-list.ts';
import { type LicenseGroups, parseLicenseGroups, parsePortageLicense } from './license.ts';
import { type PortagePackage, parseAtom, parseSlot, splitPackageVersion } from './portage-name.ts';

interface PortageFile {
  readonly path: string;
  readonly digest: { readonly algorithm: 'md5'; readonly value: string };
}

/** Content of a file in a package's directory; `text` for the small ones, by their role. */
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
 * Packages installed by Portage, in Gentoo and its derivatives, with the files of each. If several
 * packages satisfy a dependency, the intended one is unknown.
 */
export const portageDb: Cataloger<PortageFact> = {
  id: 'portage-db',
  alias: 'portage-cataloger',
  version: 1,
  title: 'Packages installed by Portage',
  spec: 'https://wiki.gentoo.org/wiki/Portage/Files',
  tags: ['directory', 'gentoo', 'image', 'installed', 'linux', 'os', 'package', 'portage'],
  systems: ['gentoo'],
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

/** `obj PATH MD5 TIME`, `sym PATH -> TARGET TIME`, `dir PATH`: paths may contain blanks. */
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
  const problems: ReturnType<typeof createUnnamedProblem>[] = [];
  const groupsOf = groupFinder(byPath);
  for (const visible of facts) {
    const { fact, path } = visible;
    if (fact.kind !== 'contents') {
      continue;
    }
    const named = parseRecordPath(path);
    if (named === undefined) {
      problems.push(createUnnamedProblem(visible));
      continue;
    }
    const record = new RecordDirectory(posix.dirname(path), byPath);
    const pkg = toPortagePackage(named, { visible, fact, record, groups: groupsOf(path), budget });
    packages.push(pkg);
    const slot = parseSlot(record.getRecordText('SLOT'));
    requirements.push({
      item: pkg,
      provides: [named.name, `${named.name}:${slot}`],
      requires: record.listRequirements(),
    });
  }
  const dependencies = resolveRequirements(requirements, budget);
  return { packages, dependencies, problems, recordedDigests: readRecordedDigests };
}

function createUnnamedProblem({ path, layer }: VisibleFact<PortageFact>) {
  return {
    code: 'P_RECORD',
    message: 'the directory of the record does not state a name and a version',
    plugin: portageDb.id,
    path,
    ...defined({ layer }),
  } as const;
}

/** `…/var/db/pkg/dev-libs/openssl-3.0.13-r2/CONTENTS` */
function parseRecordPath(path: string): PortagePackage | undefined {
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
    const groups =
      known.get(root) ?? parseLicenseGroups(getFactText(byPath.get(root + GROUPS_PATH)));
    known.set(root, groups);
    return groups;
  };
}

function getFactText(visible: VisibleFact<PortageFact> | undefined): string {
  return visible?.fact.kind === 'text' ? visible.fact.text : '';
}

/** The small files of one package. */
class RecordDirectory {
  readonly #folder: string;
  readonly #byPath: ReadonlyMap<string, VisibleFact<PortageFact>>;

  constructor(folder: string, byPath: ReadonlyMap<string, VisibleFact<PortageFact>>) {
    this.#folder = folder;
    this.#byPath = byPath;
  }

  getRecordText(name: string): string {
    return getFactText(this.#byPath.get(posix.join(this.#folder, name)));
  }

  findLocation(name: string): Location | undefined {
    const visible = this.#byPath.get(posix.join(this.#folder, name));
    return visible && toEvidenceLocation(visible, 'supporting');
  }

  getFlags(): ReadonlySet<string> {
    return new Set(this.getRecordText('USE').split(/\s+/));
  }

  listRequirements(): string[] {
    return ['RDEPEND', 'PDEPEND'].flatMap((name) => {
      const list = parseConditionalList(this.getRecordText(name), this.getFlags());
      return (list === undefined ? [] : listConditionalNames(list))
        .map(parseAtom)
        .filter((required) => required !== undefined);
    });
  }
}

interface PackageParts {
  readonly visible: VisibleFact<PortageFact>;
  readonly fact: Extract<PortageFact, { kind: 'contents' }>;
  readonly record: RecordDirectory;
  readonly groups: LicenseGroups;
  readonly budget: Budget;
}

function toPortagePackage({ name, version }: PortagePackage, parts: PackageParts): Package {
  const { visible, fact, record } = parts;
  const root = visible.path.replace(DATABASE, '');
  const serialized = JSON.stringify(fact);
  const introducedIn = findLayerOfLastChange(
    visible.layer,
    visible.earlier,
    (lower) => JSON.stringify(lower.fact) === serialized,
  );
  const size = /^[0-9]{1,15}$/.exec(record.getRecordText('SIZE'))?.[0] ?? '0';
  const licenses = record.getRecordText('LICENSE');
  const others = fact.others.map((path) => ({ path: root + path }));
  return {
    name,
    version,
    type: 'portage',
    language: '',
    // Syft writes the category and the name as one segment; purl-spec does not define either form.
    purl: writePurl({ type: 'ebuild', name, version }),
    foundBy: portageDb.id,
    rule: 'a record of the Portage database of installed packages',
    confidence: 1,
    locations: [
      toEvidenceLocation(visible, 'primary'),
      ...['LICENSE', 'SIZE'].flatMap((file) => record.findLocation(file) ?? []),
    ],
    ...defined({ introducedIn }),
    licenses: toPortageLicenses(parts),
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

function toPortageLicenses({ record, groups, budget }: PackageParts): License[] {
  const stated = parsePortageLicense(
    record.getRecordText('LICENSE'),
    record.getFlags(),
    groups,
    budget,
  );
  const location = record.findLocation('LICENSE');
  const license = stated && location && toDeclaredLicense(stated.value, { locations: [location] });
  return license === undefined
    ? []
    : [{ ...license, expression: stated?.expression || license.expression }];
}
