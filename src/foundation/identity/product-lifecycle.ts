import type { ProductLifecycle, ReleaseCycle } from '../core/advisory.ts';
import { isCalendarDate } from '../core/calendar-date.ts';
import { getRecords, getText, type JsonRecord } from '../syntax/json/member.ts';

const CYCLES_MAX = 2_000;

/**
 * Reads a product in the form of endoflife.date: the header of its page, or an answer of the API.
 * Release lines without a date, or with a malformed one, are left out. `undefined` if it has no
 * name, no release lines, or too many of them.
 */
export function readProductLifecycle(page: JsonRecord): ProductLifecycle | undefined {
  const product = getText(page, 'permalink').replace(/^\//, '') || getText(page, 'name');
  const releases = getRecords(page, 'releases');
  if (product === '' || releases.length === 0 || releases.length > CYCLES_MAX) {
    return undefined;
  }
  const identifiers = getRecords(page, 'identifiers');
  return {
    product,
    cpes: listIdentifiers(identifiers, 'cpe').flatMap((text) => readCpe(text) ?? []),
    purls: listIdentifiers(identifiers, 'purl'),
    cycles: releases.flatMap(readCycle),
  };
}

/** A page has `cpe: ID`, the API `type: cpe` and `id: ID`. */
function listIdentifiers(identifiers: readonly JsonRecord[], type: string): readonly string[] {
  return identifiers
    .map((one) => getText(one, type) || (getText(one, 'type') === type ? getText(one, 'id') : ''))
    .filter((id) => id !== '');
}

/** The start of a CPE in either form: `cpe:2.3:a:vendor:product` and `cpe:/a:vendor:product`. */
function readCpe(text: string): string | undefined {
  const [, vendor = '', product = ''] =
    /^cpe:(?:2\.3:[aho]|\/[aho]):([^:]+):((?:\\:|[^:])+)/.exec(text) ?? [];
  return vendor === '' ? undefined : `${vendor}:${product.replaceAll('\\', '')}`;
}

function readCycle(release: JsonRecord): readonly ReleaseCycle[] {
  const name = getText(release, 'releaseCycle') || getText(release, 'name');
  const end = getText(release, 'eolFrom') || String(release['eol'] ?? release['isEol']);
  const endOfLife = isCalendarDate(end) ? end : { true: true, false: false }[end];
  return name === '' || endOfLife === undefined ? [] : [{ name, endOfLife }];
}
