import type { OperatingSystem } from '../../core/advisory.ts';
import { CODE_FREE_RULES } from '../code-free-rule.ts';
import type { ComponentPackage } from '../component.ts';
import { findExtendedSystems } from '../extended-systems.ts';
import { HOST_KERNEL } from '../host-kernel.ts';
import {
  joinOutcomes,
  type MatchContext,
  type Matcher,
  type Outcome,
  type Subject,
  type SupportChannel,
} from '../matcher.ts';
import { searchChannel } from '../search/channel-search.ts';
import { searchErrata } from '../search/errata-search.ts';
import { judgeSystem, toOutcome } from '../search/system-search.ts';
import { listSources } from '../subject.ts';

/** Prefix of the vendor in records of a distribution's own packages, by the distribution's `ID`. */
const VENDORS: ReadonlyMap<string, RegExp> = new Map([
  ['almalinux', /^AlmaLinux/],
  ['amzn', /^Amazon/],
  ['azurelinux', /^Microsoft/],
  ['centos', /^(?:CentOS|Red Hat)/],
  ['fedora', /^Fedora/],
  ['mariner', /^Microsoft/],
  ['ol', /^Oracle/],
  ['openEuler', /openeuler/i],
  ['opensuse-leap', /^(?:openSUSE|SUSE)/],
  ['opensuse-tumbleweed', /^(?:openSUSE|SUSE)/],
  ['photon', /^(?:VMware|Broadcom)/],
  ['rhel', /^Red Hat/],
  ['rocky', /^Rocky/],
  ['sles', /^SUSE/],
]);

/** Fixes for one minor release, next to those of later ones. */
const EXTENDED_UPDATE_SUPPORT: SupportChannel = { channel: 'eus', system: 'rhel' };

/** The same for longer: for SAP Solutions, mission-critical systems and telecommunications. */
const LONGER_UPDATE_SUPPORT: readonly SupportChannel[] = ['e4s', 'aus', 'tus'].map((channel) => ({
  channel,
  system: 'rhel',
  repositories: new RegExp(`(?:baseos|appstream)-${channel}(?:-|$)`),
}));

/** SUSE fixes a service pack after its general support only here. */
const LONG_TERM_SUPPORT: SupportChannel = { channel: 'ltss', system: 'sles' };

/**
 * Packages of rpm. Vendors name binary or source packages in their statements, so both are looked
 * up. A package without an epoch has epoch 0; the file name of a source package never contains the
 * epoch.
 */
export const rpm: Matcher = {
  id: 'rpm',
  title: 'rpm packages',
  spec: 'https://rpm-software-management.github.io/rpm/man/rpm-version.7',
  types: ['rpm'],
  isSystem: true,
  scheme: 'rpm',
  sourceArchitecture: 'src',
  detectOtherBuilder({ metadata }, distro) {
    const vendor = metadata?.value['vendor'];
    const own = VENDORS.get(distro.id);
    const isStated = typeof vendor === 'string' && vendor !== '';
    return isStated && own !== undefined && !own.test(vendor) ? vendor : undefined;
  },
  addedChannels: [LONG_TERM_SUPPORT],
  channels: [EXTENDED_UPDATE_SUPPORT, ...LONGER_UPDATE_SUPPORT, LONG_TERM_SUPPORT],
  ignoreRules: [
    ...CODE_FREE_RULES,
    {
      ...HOST_KERNEL,
      packageName: /^kernel(?:-(?:rt|64k|uek|default|desktop))?(?:-(?:core|modules?(?:-.*)?))?$/,
    },
    {
      id: 'kernel-headers',
      reason: 'the package contains headers, not the kernel that the advisory is about',
      packageName: /^kernel-headers$/,
      sourceName: /^kernel$/,
      kind: 'indirect',
    },
  ],
  partTypes: [],
  findModule,
  listSubjects,
  match(subject, context) {
    if (subject.version === '') {
      return joinOutcomes([]);
    }
    const subjects = listSubjects(subject, context);
    if (context.distro !== undefined && ERRATA_SYSTEMS.has(context.distro.id)) {
      return isDebugMaterial(subject.name) ? joinOutcomes([]) : searchErrata(subjects, context);
    }
    const channel = findUpdateSystems(context);
    return joinOutcomes(subjects.map((one) => searchOne(one, channel, context)));
  },
};

/** Returns the releases of all channels in use; `undefined` if there are none. */
function findUpdateSystems(context: MatchContext): readonly OperatingSystem[] | undefined {
  const extended = findExtendedSystems(EXTENDED_UPDATE_SUPPORT, context);
  const longer = LONGER_UPDATE_SUPPORT.flatMap((one) => findExtendedSystems(one, context) ?? []);
  return longer.length === 0 ? extended : [...(extended ?? []), ...longer];
}

function listSubjects(subject: Subject, context: MatchContext): readonly [Subject, ...Subject[]] {
  const named = withStatedEpoch(subject, context);
  const sources = listSources(subject, context).map((one) => withEpochOfPart(one, named, context));
  return context.systems.some(({ name }) => EPOCHLESS_SYSTEMS.has(name))
    ? [withEpochOfOther(named), ...sources.map(withEpochOfOther)]
    : [named, ...sources];
}

/**
 * Distributions whose advisories only have the names of files, which have no epochs. The epoch of a
 * package does not change within a release, so it is also that of the fix.
 */
const EPOCHLESS_SYSTEMS: ReadonlySet<string> = new Set(['openeuler']);

function withEpochOfOther(subject: Subject): Subject {
  return { ...subject, rangeOptions: { missingEpoch: 'of-other' } };
}

/**
 * Rebuilds of another distribution with errata of their own, which state the first unaffected build
 * of a package. https://errata.almalinux.org
 */
const ERRATA_SYSTEMS: ReadonlySet<string> = new Set(['almalinux']);

/** AlmaLinux publishes no errata for packages that only contain debug symbols and sources. */
function isDebugMaterial(name: string): boolean {
  return name.endsWith('-debuginfo') || name.endsWith('-debugsource');
}

function searchOne(
  subject: Subject,
  channel: readonly OperatingSystem[] | undefined,
  context: MatchContext,
): Outcome {
  return channel === undefined
    ? toOutcome(
        subject,
        judgeSystem(subject, context),
        context,
        !context.strategy.verdicts.unaffectedCancels,
      )
    : searchChannel(subject, channel, context);
}

const STATED_EPOCH = /^[0-9]+:/;

/** Returns the subject with the epoch of its record, or 0, in its version. */
function withStatedEpoch(subject: Subject, context: MatchContext): Subject {
  const { version } = subject;
  const prefix = version.includes(':') ? '' : `${findEpoch(subject.package) ?? 0}:`;
  const rangeOptions = context.strategy.versions.packageOptions;
  return { ...subject, version: `${prefix}${version}`, rangeOptions };
}

function findEpoch(item: ComponentPackage): number | undefined {
  const epoch = item.metadata?.value['epoch'];
  return typeof epoch === 'number' ? epoch : undefined;
}

/**
 * Returns a source package with the epoch of a package of the same version and release, because
 * rpmbuild inherits all three; otherwise epochs of compared versions apply.
 */
function withEpochOfPart(source: Subject, part: Subject, context: MatchContext): Subject {
  if (!context.strategy.versions.sourceInheritsEpoch) {
    return withEpochOfOther(source);
  }
  const isStated = STATED_EPOCH.test(part.package.version) || findEpoch(part.package) !== undefined;
  const isSameBuild = part.version.replace(STATED_EPOCH, '') === source.version;
  return isStated && isSameBuild
    ? { ...source, version: part.version }
    : { ...source, rangeOptions: { missingEpoch: 'of-bound' } };
}

/** Oracle Linux omits the label, but the release of a modular package shows that it is one. */
const UNLABELLED_SYSTEM = 'ol';
const MODULE_BUILD = '.module';

function findModule(item: ComponentPackage, context: MatchContext): string | undefined {
  const isOpen =
    context.distro?.id === UNLABELLED_SYSTEM &&
    item.modularity === '' &&
    context.strategy.statements.isModular(item.version, MODULE_BUILD);
  return isOpen ? undefined : item.modularity;
}
