import { DatabaseSync } from 'node:sqlite';
import { present } from '../../src/foundation/core/assert.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import { createRandom, pick, type Random } from '../support/random-version.ts';
import {
  createLanguageComponent,
  type DrawnComponent,
  drawCpeComponent,
  drawSystemComponent,
} from './border-components.ts';

/** Packages of one system, or of no system. */
export interface BorderList {
  /** Name of the list, such as `debian-12`. */
  readonly name: string;
  /** `ID` and `VERSION_ID` of os-release. */
  readonly system?: readonly [id: string, version: string];
  readonly components: readonly DrawnComponent[];
}

/** Statements of Grype's own database under one name. */
interface StatedName {
  readonly name: string;
  /** Every version that appears in a range or a fix. */
  readonly borders: readonly string[];
  /** Modules named by its statements; empty if none is named. */
  readonly modules: readonly string[];
}

interface NameGroup {
  readonly ecosystem: string;
  readonly system: string;
  readonly release: string;
  readonly channel: string;
  readonly names: readonly StatedName[];
}

const BORDERS_MAX = 3;
const ODD_FORMS_EACH = 4;

/** Version strings as people and tools write them, most of them invalid in most ecosystems. */
const ODD_FORMS = (
  '{}+build.1 {}-rc1 {}-beta.2 {}.0 {}~rc1 {}-1 1:{} 0:{} {}.dev1 {}+dfsg {}a {}-r1 {}.post1 {}-SNAPSHOT ' +
  '{}.Final {}-0.20200101000000-abcdefabcdef {}+incompatible {}^git1 {}.1 {}-alpha {}.el8 {}p1 {}rc1 v{}'
).split(' ');

/**
 * Draws names from Grype's database and, for each, versions at, just below and just above the
 * bounds of its ranges, including odd forms of them. Returns the same lists for the same seed and
 * database.
 */
export function drawBorderLists(file: string, seed: number, count: number): readonly BorderList[] {
  using source = new DatabaseSync(file, { readOnly: true });
  const random = createRandom(seed);
  const groups = [...readPackageGroups(source), readProductGroup(source)];
  const lists = new Map<string, Map<string, DrawnComponent>>();
  const systems = new Map<string, readonly [string, string]>();
  for (let drawn = 0; drawn < count; drawn++) {
    const group = pickWeighted(random, groups);
    const stated = pick(random, group.names);
    const system = chooseSystem(group, random);
    const name = system === undefined ? 'languages' : system.join('-');
    const list = lists.get(name) ?? new Map<string, DrawnComponent>();
    lists.set(name, list);
    if (system !== undefined) {
      systems.set(name, system);
    }
    for (const version of drawVersions(stated.borders, random)) {
      const component = drawComponent(group, stated, version, { system, random });
      list.set(component.purl ?? `${component.name} ${version}`, component);
    }
  }
  return [...lists]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([name, components]) => {
      const system = systems.get(name);
      return {
        name,
        ...(system === undefined ? {} : { system }),
        components: [...components.values()],
      };
    });
}

/** Picks a group so that large groups do not crowd out small ones. */
function pickWeighted(random: Random, groups: readonly NameGroup[]): NameGroup {
  const weights = groups.map(({ names }) => Math.sqrt(names.length));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return present(groups[Math.max(0, at)], 'a group');
}

const PACKAGES = `
  SELECT p.ecosystem AS ecosystem, p.name AS name, coalesce(o.name, '') AS system,
    coalesce(o.major_version, '') AS major, coalesce(o.minor_version, '') AS minor,
    coalesce(o.label_version, '') AS label, coalesce(o.channel, '') AS channel, b.value AS blob
  FROM EFFECT_package_handles a JOIN packages p ON p.id = a.package_id JOIN blobs b ON b.id = a.blob_id
  LEFT JOIN operating_systems o ON o.id = a.operating_system_id`;

interface Row {
  readonly ecosystem: string;
  readonly name: string;
  readonly system: string;
  readonly major: string;
  readonly minor: string;
  readonly channel: string;
  readonly blob: string;
}

function readPackageGroups(source: DatabaseSync): readonly NameGroup[] {
  const sql = ['affected', 'unaffected'].map((effect) => PACKAGES.replace('EFFECT', effect));
  const rows = source.prepare(sql.join(' UNION ALL ')).all() as unknown as Row[];
  const byGroup = Map.groupBy(rows, ({ ecosystem, system, major, minor, channel }) =>
    [ecosystem, system, [major, minor].filter((part) => part !== '').join('.'), channel].join('\0'),
  );
  return [...byGroup]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([key, some]) => {
      const [ecosystem = '', system = '', release = '', channel = ''] = key.split('\0');
      return { ecosystem, system, release, channel, names: groupNames(some) };
    });
}

const PRODUCTS = `
  SELECT c.part || ':' || c.vendor || ':' || c.product || ':' || coalesce(c.target_software, '') AS name,
    b.value AS blob
  FROM affected_cpe_handles a JOIN cpes c ON c.id = a.cpe_id JOIN blobs b ON b.id = a.blob_id`;

/** Groups products by their CPEs, named `PART:VENDOR:PRODUCT:TARGET_SOFTWARE`. */
function readProductGroup(source: DatabaseSync): NameGroup {
  const rows = source.prepare(PRODUCTS).all() as unknown as Row[];
  return { ecosystem: '', system: '', release: '', channel: '', names: groupNames(rows) };
}

interface Stated {
  readonly qualifiers?: { readonly rpm_modularity?: string | null };
  readonly ranges?: readonly {
    readonly version: { readonly constraint?: string };
    readonly fix?: { readonly version?: string };
  }[];
}

function groupNames(rows: readonly Row[]): readonly StatedName[] {
  const byName = Map.groupBy(rows, ({ name }) => name);
  return [...byName]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([name, some]) => {
      const stated = some.map(({ blob }) => JSON.parse(blob) as Stated);
      const borders = stated.flatMap(({ ranges = [] }) =>
        ranges.flatMap(({ version, fix }) => [
          ...(version.constraint?.match(/[0-9][0-9A-Za-z.:~+^_-]*/g) ?? []),
          ...(fix?.version ? [fix.version] : []),
        ]),
      );
      const modules = stated.map(({ qualifiers }) => qualifiers?.rpm_modularity ?? '');
      return { name, borders: sortUnique(borders), modules: sortUnique(modules) };
    });
}

function sortUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareText);
}

function drawVersions(borders: readonly string[], random: Random): readonly string[] {
  const versions = ['0.1', '99999'];
  const count = Math.min(BORDERS_MAX, borders.length);
  for (let n = 0; n < count; n++) {
    const border = pick(random, borders);
    versions.push(border, stepVersion(border, -1), stepVersion(border, 1));
    for (let odd = 0; odd < ODD_FORMS_EACH; odd++) {
      versions.push(pick(random, ODD_FORMS).replace('{}', border));
    }
  }
  return [...new Set(versions)];
}

/** Increases or decreases the last number of a version. */
function stepVersion(version: string, by: number): string {
  const [, before = '', digits, after = ''] = /^(.*?)([0-9]+)([^0-9]*)$/.exec(version) ?? [];
  const number = BigInt(digits ?? '0') + BigInt(by);
  return digits === undefined || number < 0n ? version : `${before}${number}${after}`;
}

/** `ID` of os-release by the name in the database. */
const SYSTEM_IDS: Readonly<Record<string, readonly string[]>> = {
  redhat: ['rhel', 'rhel', 'centos', 'rocky', 'almalinux'],
  oraclelinux: ['ol'],
  amazonlinux: ['amzn'],
  archlinux: ['arch'],
  debian: ['debian', 'debian', 'debian', 'raspbian'],
  alpine: ['alpine', 'alpine', 'alpine', 'postmarketos'],
};
/** IDs of systems that have extended support channels. */
const CHANNEL_IDS: typeof SYSTEM_IDS = { redhat: ['rhel'] };
/** `VERSION_ID` in os-release of systems without a version in the database. */
const ROLLING_VERSION = '20230201';

function chooseSystem(
  { ecosystem, system, release, channel }: NameGroup,
  random: Random,
): readonly [string, string] | undefined {
  if (system === '') {
    return undefined;
  }
  const ids = (channel === '' ? SYSTEM_IDS : CHANNEL_IDS)[system] ?? [system];
  const id = pick(random, ids);
  const version = release === '' && ecosystem !== 'alpm' ? ROLLING_VERSION : release;
  return [id, channel === '' ? version : `${version}+${channel}`];
}

interface Drawing {
  readonly system: readonly [string, string] | undefined;
  readonly random: Random;
}

function drawComponent(
  { ecosystem }: NameGroup,
  { name, modules }: StatedName,
  version: string,
  { system, random }: Drawing,
): DrawnComponent {
  if (system !== undefined) {
    return drawSystemComponent({ ecosystem, name, version, modules, system, random });
  }
  return ecosystem === ''
    ? drawCpeComponent(name, version, random)
    : createLanguageComponent(ecosystem, name, version);
}

/**
 * Writes the list as a CycloneDX document. Only package URLs identify an extended support channel.
 */
export function writeList({ system, components }: BorderList): string {
  const [id = '', version = ''] = system ?? [];
  const isTold = id !== '' && !version.includes('+');
  const properties = [
    { name: 'syft:distro:id', value: id },
    { name: 'syft:distro:versionID', value: version },
  ].filter(({ value }) => value !== '');
  const told = { type: 'operating-system', 'bom-ref': 'os', name: id, version, properties };
  const numbered = components.map((one, index) => ({ ...one, 'bom-ref': `p${index}` }));
  const document = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 };
  return JSON.stringify({ ...document, components: [...(isTold ? [told] : []), ...numbered] });
}
