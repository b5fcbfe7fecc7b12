import type { Advisory } from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import { parseCpe } from './cpe.ts';
import type { MatchContext, Subject } from './matcher.ts';
import { PLATFORM_RULES } from './platform-cpe.data.ts';
import { isRebuilt } from './root-io.ts';

const ANY_ARCHITECTURE = new Set(['noarch', 'all']);
const SOURCE_ARCHITECTURE = 'src';
const SOME_BINARY_ARCHITECTURE = 'binary-no-arch-specified';

/** Returns whether a statement applies to this package by platform, architecture and module. */
export function isQualified(advisory: Advisory, subject: Subject, context: MatchContext): boolean {
  const qualifiers = advisory.qualifiers;
  if (qualifiers === undefined) {
    return true;
  }
  return (
    (qualifiers.platformCpes ?? []).every((cpe) => isPlatformMatch(cpe, context.distro)) &&
    isArchitectureMatch(advisory, subject, context) &&
    isModuleMatch(qualifiers.modularity, findModule(subject, context), context) &&
    (qualifiers.rootIo !== true || isRebuilt(subject, [subject.name]))
  );
}

function isPlatformMatch(text: string, distro: Distro | undefined): boolean {
  const cpe = parseCpe(text);
  const rule =
    cpe && PLATFORM_RULES.find((one) => one.vendor === cpe.vendor && one.product.test(cpe.product));
  if (rule === undefined) {
    return true;
  }
  if (rule.isNever) {
    return false;
  }
  return distro === undefined || rule.systems.includes(distro.id);
}

/**
 * An "affected" statement is kept if the architecture is unknown; an "unaffected" one must name it.
 */
function isArchitectureMatch(advisory: Advisory, subject: Subject, context: MatchContext): boolean {
  const stated = advisory.qualifiers?.architecture ?? '';
  if (stated === '') {
    return true;
  }
  const installed = context.strategy.statements.findArchitecture(subject);
  if (advisory.effect === 'affected') {
    const isOpen = installed === '' || ANY_ARCHITECTURE.has(installed);
    if (isOpen || ANY_ARCHITECTURE.has(stated)) {
      return true;
    }
  } else if (installed === '') {
    return false;
  }
  if (stated === SOURCE_ARCHITECTURE) {
    return true;
  }
  if (stated === SOME_BINARY_ARCHITECTURE) {
    return installed !== SOURCE_ARCHITECTURE;
  }
  const aliases = context.lookup.architectureAliases;
  return (aliases.get(stated) ?? stated) === (aliases.get(installed) ?? installed);
}

function findModule(
  { matcher, package: item }: Subject,
  context: MatchContext,
): string | undefined {
  return matcher.findModule === undefined ? item.modularity : matcher.findModule(item, context);
}

/**
 * Returns whether an "unaffected" statement covers only builds of an "affected" one: both are about
 * the same module, or the package is known to be in the module of the former. Some sources name no
 * module for builds outside of all modules.
 */
export function isAboutSameModule(
  affected: Advisory,
  unaffected: Advisory,
  subject: Subject,
  context: MatchContext,
): boolean {
  const [stated, other] = [affected, unaffected].map((one) => one.qualifiers?.modularity);
  return (
    (stated ?? '') === (other ?? '') ||
    (other !== undefined && findModule(subject, context) !== undefined)
  );
}

/**
 * Absent label on either side: not distinguished. Empty: outside of every module. Otherwise name
 * and stream, which are the beginning of a label: `nodejs:18` of
 * `nodejs:18:8070020221124121522:bd1311ed`.
 */
function isModuleMatch(
  stated: string | undefined,
  installed: string | undefined,
  context: MatchContext,
): boolean {
  if (stated === undefined || installed === undefined) {
    return true;
  }
  if (stated === '') {
    return installed === '';
  }
  return context.strategy.statements.isInModule(installed, stated);
}
