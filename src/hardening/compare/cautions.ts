import type { DatabaseDescription } from '../../foundation/core/advisory.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import type { Result } from './finding-changes.ts';
import { NOT_RECORDED, readConfigTexts } from './image-config.ts';

/** The names of both targets in sentences. */
interface Names {
  readonly before: string;
  readonly after: string;
}

/**
 * Returns everything that makes the two hard to compare. Two targets are comparable if they are for
 * the same platform, were read by the same catalogers, and were judged by the same data.
 */
export function listCautions(before: Result, after: Result, names: Names): readonly string[] {
  return [
    ...findPlatformCaution(before.inventory, after.inventory),
    ...findCatalogerCaution(before.inventory, after.inventory, names),
    ...findEnvironmentCaution(before.inventory, after.inventory),
    ...findDataCaution(before.findings.database, after.findings.database),
  ];
}

function findPlatformCaution(before: Inventory, after: Inventory): readonly string[] {
  const [was, is] = [before, after].map(({ target }) =>
    target.kind === 'image' ? `${target.os}/${target.architecture}` : undefined,
  );
  return was === undefined || is === undefined || was === is
    ? []
    : [`the targets are for different platforms, ${was} and ${is}`];
}

function findCatalogerCaution(
  before: Inventory,
  after: Inventory,
  names: Names,
): readonly string[] {
  const [was, is] = [before, after].map(
    ({ catalogers }) => new Map(catalogers.map(({ id, version }) => [id, version])),
  );
  if (was === undefined || is === undefined || was.size === 0 || is.size === 0) {
    const name = was?.size === 0 ? names.before : names.after;
    return was?.size === is?.size
      ? []
      : [`${name} is a document of another tool, which may find other packages`];
  }
  const differs = [...new Set([...was.keys(), ...is.keys()])].filter(
    (id) => was.get(id) !== is.get(id),
  );
  return differs.length === 0
    ? []
    : [`they were read by different cataloger versions: ${differs.sort(compareText).join(', ')}`];
}

/** Variables of both whose values only the images contain. */
export function findEnvironmentCaution(before: Inventory, after: Inventory): readonly string[] {
  if (before.target.kind !== 'image' || after.target.kind !== 'image') {
    return [];
  }
  const [was, is] = [readConfigTexts(before), readConfigTexts(after)];
  const unknown = [...was].filter(([name, value]) => {
    return is.has(name) && [value, is.get(name)].includes(NOT_RECORDED);
  });
  return unknown.length === 0
    ? []
    : [
        `the values of ${formatCount(unknown.length, 'environment variable')} were not compared, because documents do not contain them`,
      ];
}

function findDataCaution(
  before: DatabaseDescription | undefined,
  after: DatabaseDescription | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) {
    return before === after
      ? []
      : ['vulnerabilities were evaluated in only one of them, so findings were not compared'];
  }
  return before.builtAt === after.builtAt
    ? []
    : [`their findings come from different databases, of ${before.builtAt} and ${after.builtAt}`];
}
