import { compareText } from '../../foundation/core/compare-text.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import type { Findings } from '../../foundation/core/finding.ts';
import { readImageConfig } from '../../foundation/core/image-config.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { Surface, SurfaceDimension } from '../../foundation/core/surface.ts';
import { getText } from '../../foundation/syntax/json/member.ts';

/** Reproducible builds set the time to this or shortly after: that is not a date. */
const FIRST_YEAR = 1990;

/**
 * Returns the surface with the dimensions that need an advisory database. Days are counted up to
 * the database's date, so that equal input gives equal bytes on any day.
 */
export function addDates(surface: Surface, inventory: Inventory, findings: Findings): Surface {
  const until = findings.database?.builtAt;
  if (until === undefined) {
    return surface;
  }
  return {
    ...surface,
    dimensions: surface.dimensions.map((one) => {
      switch (one.id) {
        case 'packages-behind':
          return measureBehind(one.id, inventory, findings);
        case 'age-days':
          return measureAge(one.id, inventory, until);
        case 'end-of-life-days':
          return measureEndOfLife(one.id, findings, until);
        default:
          return one;
      }
    }),
  };
}

/** A release with a fix is a later one; the database does not contain others. */
function measureBehind(
  id: SurfaceDimension['id'],
  { packages }: Inventory,
  { findings, alerts }: Findings,
): SurfaceDimension {
  const fixed = findings.filter(({ fixState, fixVersions }) => {
    return fixState === 'fixed' && fixVersions.length > 0;
  });
  const byPackage = Map.groupBy(fixed, ({ packageKey }) => packageKey);
  const items = packages.flatMap(({ key, name, version }) => {
    const releases = (byPackage.get(key) ?? []).flatMap(({ fixVersions }) => fixVersions);
    const listed = [...new Set(releases)].join(', ');
    return listed === '' ? [] : [`${name} ${version}: ${listed}`];
  });
  const sorted = items.toSorted(compareText);
  return isSilent(alerts)
    ? { id, items: sorted, note: SILENT }
    : { id, value: sorted.length, items: sorted };
}

function measureAge(
  id: SurfaceDimension['id'],
  { target }: Inventory,
  until: string,
): SurfaceDimension {
  const created =
    target.kind === 'image' ? getText(readImageConfig(target.config).document, 'created') : '';
  const year = Number.parseInt(created.slice(0, 4), 10);
  if (!(year >= FIRST_YEAR)) {
    return { id, items: [], note: 'its build date is unknown' };
  }
  return countDays(id, created, until);
}

function measureEndOfLife(
  id: SurfaceDimension['id'],
  { alerts }: Findings,
  until: string,
): SurfaceDimension {
  const ended = alerts.find(({ kind }) => kind === 'distro-end-of-life');
  if (isSilent(alerts)) {
    return { id, items: [], note: SILENT };
  }
  return ended?.date === undefined ? { id, value: 0, items: [] } : countDays(id, ended.date, until);
}

const SILENT = 'the database does not know the operating system';

function isSilent(alerts: Findings['alerts']): boolean {
  return alerts.some(({ kind }) => kind === 'distro-unknown' || kind === 'distro-without-data');
}

function countDays(id: SurfaceDimension['id'], since: string, until: string): SurfaceDimension {
  const days = Math.floor((Date.parse(until) - Date.parse(since)) / DAY_MS);
  const date = since.slice(0, 10);
  return Number.isNaN(days)
    ? { id, items: [], note: 'its end-of-life date is malformed' }
    : { id, value: Math.max(0, days), items: [`since ${date}`] };
}
