import type { Report } from '../core/format.ts';
import type { PackageOrigin } from '../core/origin.ts';
import { formatCount } from '../core/screen-text.ts';

/** The origin of a package for people. */
export const ORIGIN_TEXT: Readonly<Record<PackageOrigin, string>> = {
  base: 'base',
  changed: 'base, changed here',
  application: 'application',
  unknown: 'unknown',
};

const DATE_CHARS = 10;

/** Describes the share of the base image in the findings, one sentence for each fact. */
export function describeBase({ inventory, findings, newerBase }: Report): readonly string[] {
  const { base, packages } = inventory;
  if (base === undefined || findings === undefined) {
    return [];
  }
  if (base.name === undefined) {
    return [
      'The base image is not known, so findings have no origin; see "plimsoll harden base which".',
    ];
  }
  const origins = new Map(packages.map(({ key, origin }) => [key, origin]));
  const ofBase = findings.findings.filter(({ packageKey }) => origins.get(packageKey) === 'base');
  const all = formatCount(findings.findings.length, 'finding');
  const come = ofBase.length === 1 ? 'comes' : 'come';
  const newer =
    newerBase === undefined
      ? ''
      : `; ${newerBase.gone} of them ${newerBase.gone === 1 ? 'is' : 'are'} gone in its build of ${newerBase.created.slice(0, DATE_CHARS)}`;
  return [`${ofBase.length} of ${all} ${come} from the base image ${base.name}${newer}.`];
}
