import type { Advisory } from '../core/advisory.ts';
import type { Distro } from '../core/distro.ts';
import { parseCpe } from './cpe.ts';
import type { MatchContext, Subject } from './matcher.ts';
import { PLATFORM_RULES } from './platform-cpe.data.ts';
import { isRebuilt } from './root-io.ts';

const ANY_ARCHITECTURE = new Set(['noarch', 'all']);
const SOURCE_ARCHITECTURE = 'src';
const SOME_BINARY_ARCHITECTURE = 'binary-no-arch-specified';

/** Whether a statement speaks of this package as far as platform, architecture and module go. */
export function isQualified(advisory: Advisory, subject: Subject, context: MatchContext): boolean {
  const qualifiers = advisory.qualifiers;
  if (qualifiers === undefined) {
    return true;
  }
  return (
    (qualifiers.platformCpes ?? []).every((cpe) => holdsPlatform(cpe, context.distro)) &&
    holdsArchitecture(advisory, subject, context) &&
    holdsModule(qualifiers.modularity, moduleOf(subject, context), context) &&
    (qualifiers.rootIo !== true || isRebuilt(subject, [subject.name]))
  );
}

function holdsPlatform(text: string, distro: Distro | undefined): boolean {
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
 * A statement that says "affected" is kept where the architecture cannot be told; one that says
 * "unaffected" must name it.
 */
function holdsArchitecture(advisory: Advisory, subject: Subject, context: MatchContext): boolean {
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

function moduleOf({ matcher, package: item }: Subject, context: MatchContext): string | undefined {
  return matcher.moduleOf === undefined ? item.modularity : matcher.moduleOf(item, context);
}

/**
 * Whether a statement that a package is not affected is about no other builds than one that it is:
 * about the same module, or about the one that the package is known to be in. Some sources name no
 * module where they mean builds outside of all.
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
    (other !== undefined && moduleOf(subject, context) !== undefined)
  );
}

/**
 * No label on either side: not told apart. Empty: outside every module. Else: name and stream, with
 * which a label begins, `nodejs:18` of `nodejs:18:8070020221124121522:bd1311ed`.
 */
function holdsModule(
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
