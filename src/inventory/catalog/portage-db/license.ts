import { appendAll } from '../../../foundation/core/append-all.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { toSpdxExpression } from '../../../foundation/identity/license/spdx-expression.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { type ConditionalList, parseConditionalList } from './conditional-list.ts';

/** License groups by name, each with its members after nested groups are expanded. */
export interface LicenseGroups {
  findMembers(name: string): readonly string[] | undefined;
}

export interface PortageLicense {
  /** With the distribution's own names, joined as in an SPDX expression. */
  readonly value: string;
  /** With SPDX names; empty if one of the licenses has none. */
  readonly expression: string;
}

/** Maximum members of a group after nested groups are expanded. */
const GROUP_NAMES_MAX = 10_000;

/** Names of Gentoo licenses that differ considerably from those of SPDX. */
const SPDX_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    BSD: 'BSD-3-Clause',
    'Boost-1.0': 'BSL-1.0',
    BZIP2: 'bzip2-1.0.6',
    'FDL-1.1': 'GFDL-1.1-only',
    'FDL-1.1+': 'GFDL-1.1-or-later',
    'FDL-1.2': 'GFDL-1.2-only',
    'FDL-1.2+': 'GFDL-1.2-or-later',
    'FDL-1.3': 'GFDL-1.3-only',
    'FDL-1.3+': 'GFDL-1.3-or-later',
    'GPL-2-with-classpath-exception': 'GPL-2.0-only WITH Classpath-exception-2.0',
    libpng2: 'libpng-2.0',
    openssl: 'OpenSSL',
    'PSF-2': 'PSF-2.0',
    PYTHON: 'Python-2.0',
    tcltk: 'TCL',
    'UoI-NCSA': 'NCSA',
    ZLIB: 'Zlib',
  }),
);

/**
 * Reads the LICENSE file of an installed package; `undefined` if it names no license. If brackets
 * are unbalanced, the text itself is the value. Groups beyond the budget keep their names.
 */
export function parsePortageLicense(
  text: string,
  flags: ReadonlySet<string>,
  groups: LicenseGroups,
  budget: Budget,
): PortageLicense | undefined {
  const list = parseConditionalList(text, flags);
  if (list === undefined) {
    return { value: text.trim(), expression: '' };
  }
  const whole = withGroups(list, groups, budget);
  const value = formatExpression(whole, (name) => name) ?? '';
  return value === ''
    ? undefined
    : { value, expression: formatExpression(whole, toSpdxName) ?? '' };
}

function withGroups(list: ConditionalList, groups: LicenseGroups, budget: Budget): ConditionalList {
  if (list.kind === 'name') {
    return list;
  }
  const items = list.items.flatMap((item) => {
    const members =
      item.kind === 'name' && item.name.startsWith('@')
        ? groups.findMembers(item.name.slice(1))
        : undefined;
    return members === undefined || !budget.takeCandidates(members.length)
      ? [withGroups(item, groups, budget)]
      : members.map((name) => ({ kind: 'name', name }) as const);
  });
  return { kind: list.kind, items };
}

/** `undefined` if a name has no spelling. */
function formatExpression(
  list: ConditionalList,
  spell: (name: string) => string | undefined,
  isInner = false,
): string | undefined {
  if (list.kind === 'name') {
    return spell(list.name);
  }
  const isJoined = list.items.length > 1;
  const parts = list.items.map((item) => formatExpression(item, spell, isJoined || isInner));
  if (parts.includes(undefined)) {
    return undefined;
  }
  const joined = parts.join(list.kind === 'all' ? ' AND ' : ' OR ');
  return isInner && isJoined ? `(${joined})` : joined;
}

function toSpdxName(name: string): string | undefined {
  return SPDX_NAMES.get(name) ?? (toSpdxExpression(name) || undefined);
}

/**
 * Parses the file `license_groups`: one group per line, with its name and its licenses, which may
 * be groups. A group that contains itself does not gain licenses from itself.
 */
export function parseLicenseGroups(text: string): LicenseGroups {
  const groups = new Map<string, readonly string[]>();
  for (const { text: line } of splitLines(text)) {
    const [name = '', ...licenses] = line.split(/\s+/).filter(Boolean);
    if (name !== '' && !name.startsWith('#')) {
      groups.set(name, licenses);
    }
  }
  const known = new Map<string, readonly string[]>();
  return {
    findMembers: (name) => {
      if (!groups.has(name)) {
        return undefined;
      }
      const members = known.get(name) ?? takeApart(name, groups);
      known.set(name, members);
      return members;
    },
  };
}

function takeApart(group: string, groups: ReadonlyMap<string, readonly string[]>): string[] {
  const members = new Set<string>();
  const seen = new Set([group]);
  const pending = [...(groups.get(group) ?? [])].reverse();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const inner = name.startsWith('@') ? groups.get(name.slice(1)) : undefined;
    if (inner === undefined) {
      members.add(name);
    } else if (!seen.has(name.slice(1)) && pending.length + members.size < GROUP_NAMES_MAX) {
      seen.add(name.slice(1));
      appendAll(pending, [...inner].reverse());
    }
  }
  return [...members];
}
