import type { OperatingSystem, SystemCoverage } from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import { foldCase } from '../core/fold-case.ts';
import { DISTRO_NAMES, DISTRO_TITLES } from './distro-id.data.ts';

/** A database rule that replaces one system with another. Absent replacements keep the value. */
export interface SystemOverride {
  /** Name of the system that the rule applies to. */
  readonly alias: string;
  /** Conditions; an empty one always applies. */
  readonly version: string;
  readonly versionPattern: string;
  readonly codename: string;
  /** If true, the system has no versions, and requested ones are dropped. */
  readonly isRolling: boolean;
  readonly name?: string;
  readonly majorVersion?: string;
  readonly minorVersion?: string;
  readonly label?: string;
  readonly channel?: string;
  /**
   * Whether the replaced system's own releases apply as well: another layer has statements about
   * them, which the publisher of the rule does not have.
   */
  readonly keepsOwn?: boolean;
}

/** All data that the resolution of a release depends on. */
export interface ReleaseTables {
  /** In the order of the database. */
  readonly systems: readonly OperatingSystem[];
  readonly overrides: readonly SystemOverride[];
  /** Statement counts of each release by its ID; absent if they were not counted. */
  readonly coverage?: ReadonlyMap<number, SystemCoverage | undefined>;
}

interface Wanted {
  readonly name: string;
  readonly majorVersion: string;
  readonly minorVersion: string;
  readonly remainingVersion: string;
  readonly label: string;
  readonly channel: string;
  /** Words beside the numbers, in lower case, such as `lts-sp3` of `22.03 (LTS-SP3)`. */
  readonly words: ReadonlySet<string>;
}

/**
 * `isReplaced`: rules of the database apply. `isWidened`: the major version replaces a missing
 * release. `isStated`: a release counts as missing if the database only has its dates.
 */
export interface ResolveOptions {
  readonly channel?: string;
  readonly isReplaced: boolean;
  readonly isWidened: boolean;
  readonly isStated?: boolean;
}

const DIGIT = /^[0-9]/;
const LEADING_ZEROS = /^0+(?=.)/;
/**
 * The versions that Grype accepts as semantic, in the part that distinguishes `VERSION_ID` from
 * `VERSION`.
 */
const NUMBERED_VERSION = /^[vV]?[0-9]+(?:\.[0-9]+)*(?:[-+~A-Za-z][0-9A-Za-z.~+-]*)?$/;
const VERSION_CHARS_MAX = 256;
const PATTERN_CHARS_MAX = 64;
/** A repeated group, which can make a regular expression take exponential time. */
const REPEATED_GROUP = /\)[*+{?]/;

/**
 * Returns the releases whose advisories apply to a distro. The steps are those of Grype's schema 6:
 * the first applicable rule of the database, leading zeros, then the most specific existing
 * release; results of different steps are never combined. A request without a version gets every
 * release of the system. A release with a version and a label is a service pack: words of the
 * distro must name it, and it does not replace another one.
 */
export function resolveReleases(
  distro: Distro,
  tables: ReleaseTables,
  options: ResolveOptions,
): readonly OperatingSystem[] {
  const name = findSystemName(distro, tables);
  if (name === undefined) {
    return [];
  }
  const target = toWanted(name, distro, options.channel ?? '');
  const rules = options.isReplaced ? tables.overrides : [];
  const rule = rules.find((override) => isApplicable(override, target));
  const found = selectReleases(applyOverride(target, rule), tables, options);
  if (rule?.keepsOwn !== true) {
    return found;
  }
  const ownRule = rules.find((one) => one.keepsOwn !== true && isApplicable(one, target));
  const own = selectReleases(applyOverride(target, ownRule), tables, options);
  return [...new Set([...own, ...found])];
}

function selectReleases(
  replaced: Wanted,
  tables: ReleaseTables,
  options: ResolveOptions,
): readonly OperatingSystem[] {
  const wanted = {
    ...replaced,
    majorVersion: trimZeros(replaced.majorVersion),
    minorVersion: trimZeros(replaced.minorVersion),
  };
  const candidates = tables.systems.filter(
    (system) =>
      isCandidate(system, wanted) &&
      !(options.isStated === true && tables.coverage?.get(system.id)?.statements === 0),
  );
  return selectMostSpecific(candidates, wanted, options.isWidened);
}

/** Returns the name to look up: the first known one of `ID`, each of `ID_LIKE`, and `NAME`. */
function findSystemName(distro: Distro, tables: ReleaseTables): string | undefined {
  for (const id of [distro.id, ...distro.idLike, distro.name ?? '']) {
    const name = DISTRO_NAMES.get(id) ?? DISTRO_TITLES.get(id);
    if (name !== undefined) {
      return name;
    }
    if (id !== '' && isKnown(foldCase(id), tables)) {
      return id;
    }
  }
  return undefined;
}

function isKnown(folded: string, { systems, overrides }: ReleaseTables): boolean {
  return (
    systems.some(
      ({ name, releaseId }) => foldCase(name) === folded || foldCase(releaseId) === folded,
    ) || overrides.some(({ alias }) => foldCase(alias) === folded)
  );
}

function toWanted(name: string, distro: Distro, channel: string): Wanted {
  const { versionId = '', version = '', versionCodename = '', prettyName = '' } = distro;
  const selected = [versionId, version].find(
    (text) => text.length <= VERSION_CHARS_MAX && NUMBERED_VERSION.test(text),
  );
  const [beforeChannels = ''] = (selected ?? versionId).split('+', 1);
  const numbers = beforeChannels.startsWith('v') ? beforeChannels.slice(1) : beforeChannels;
  const parts = DIGIT.test(numbers) ? numbers.split('.') : [];
  const [majorVersion = '', minorVersion = '', ...remaining] = parts;
  const label = versionCodename === '' && parts.length === 0 ? beforeChannels : versionCodename;
  return {
    name,
    majorVersion,
    minorVersion,
    remainingVersion: remaining.join('.'),
    label,
    channel,
    words: new Set([versionId, version, prettyName].flatMap(listWords)),
  };
}

/** A word can follow the numbers after a hyphen: `22.03-LTS-SP3`. */
function listWords(text: string): readonly string[] {
  const parts = foldCase(text.slice(0, VERSION_CHARS_MAX)).split(/[^a-z0-9-]+/);
  return parts.map((part) => part.replace(/^\d+-/, '')).filter((part) => /^[a-z]/.test(part));
}

function applyOverride(wanted: Wanted, rule: SystemOverride | undefined): Wanted {
  if (rule === undefined) {
    return wanted;
  }
  return {
    name: rule.name ?? wanted.name,
    majorVersion: rule.majorVersion ?? (rule.isRolling ? '' : wanted.majorVersion),
    minorVersion: rule.minorVersion ?? (rule.isRolling ? '' : wanted.minorVersion),
    remainingVersion: wanted.remainingVersion,
    label: rule.label ?? wanted.label,
    channel: rule.channel ?? wanted.channel,
    words: wanted.words,
  };
}

function isApplicable(rule: SystemOverride, wanted: Wanted): boolean {
  if (foldCase(rule.alias) !== foldCase(wanted.name)) {
    return false;
  }
  if (rule.codename !== '' && rule.codename !== wanted.label) {
    return false;
  }
  const version = formatWantedVersion(wanted);
  if (rule.version !== '' && rule.version !== version) {
    return false;
  }
  return rule.versionPattern === '' || isPatternMatch(rule.versionPattern, version, wanted.label);
}

function formatWantedVersion({
  majorVersion,
  minorVersion,
  remainingVersion,
  label,
}: Wanted): string {
  if (majorVersion === '') {
    return label;
  }
  if (minorVersion === '') {
    return majorVersion;
  }
  const numbers = `${majorVersion}.${minorVersion}`;
  return remainingVersion === '' ? numbers : `${numbers}.${remainingVersion}`;
}

/**
 * Patterns come from the database and texts from the image, so both must be short; an invalid
 * pattern matches nothing.
 */
function isPatternMatch(pattern: string, version: string, label: string): boolean {
  if (pattern.length > PATTERN_CHARS_MAX || REPEATED_GROUP.test(pattern)) {
    return false;
  }
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    return false;
  }
  const isShort = version.length <= VERSION_CHARS_MAX && label.length <= VERSION_CHARS_MAX;
  return isShort && (expression.test(version) || (label !== '' && expression.test(label)));
}

function isCandidate(system: OperatingSystem, wanted: Wanted): boolean {
  const name = foldCase(wanted.name);
  const label = foldCase(wanted.label);
  const isNamed = foldCase(system.name) === name || foldCase(system.releaseId) === name;
  const isLabelled =
    label === '' || foldCase(system.codename) === label || foldCase(system.label) === label;
  return isNamed && isLabelled && foldCase(system.channel) === foldCase(wanted.channel);
}

function selectMostSpecific(
  candidates: readonly OperatingSystem[],
  { majorVersion, minorVersion, words }: Wanted,
  isWidened: boolean,
): readonly OperatingSystem[] {
  if (majorVersion === '') {
    return minorVersion === '' ? candidates : [];
  }
  const ofMajor = candidates.filter((system) => system.majorVersion === majorVersion);
  const [minorNumber = ''] = minorVersion.split(/-(?=[A-Za-z])/, 1);
  const servicePacks = ofMajor.filter(
    (system) => system.label !== '' && system.minorVersion === minorNumber,
  );
  if (servicePacks.length > 0) {
    return servicePacks.filter(({ label }) => words.has(foldCase(label)));
  }
  const exact = ofMajor.filter((system) => system.minorVersion === minorVersion);
  if (exact.length > 0 || !isWidened) {
    return exact;
  }
  const unlabelled = ofMajor.filter(({ label }) => label === '');
  const majorOnly = unlabelled.filter((system) => system.minorVersion === '');
  return majorOnly.length > 0 ? majorOnly : unlabelled;
}

/** `04` is stored as `4`, and `0` as `0`. */
function trimZeros(version: string): string {
  return version.replace(LEADING_ZEROS, '');
}
