import {
  type LicenseNode,
  parseLicenseTree,
} from '../../../foundation/identity/license/license-tree.ts';

/** One license that a policy allows, perhaps with an exception. */
export interface LicenseTerm {
  /** SPDX ID in lower case, without `+`. */
  readonly id: string;
  readonly isOrLater: boolean;
  /** SPDX ID of the exception in lower case. */
  readonly exception?: string;
}

/**
 * Reads the licenses that a policy allows, separated by OR; `undefined` if the text is not an SPDX
 * expression of this form.
 */
export function parseLicenseTerms(text: string): readonly LicenseTerm[] | undefined {
  const tree = parseLicenseTree(text);
  return tree === undefined ? undefined : listAlternatives(tree);
}

function listAlternatives(node: LicenseNode): readonly LicenseTerm[] | undefined {
  if (node.kind === 'license') {
    return [toTerm(node)];
  }
  const parts = node.kind === 'or' ? node.parts.map(listAlternatives) : [undefined];
  const known = parts.flatMap((part) => part ?? []);
  return parts.includes(undefined) ? undefined : known;
}

/**
 * Returns whether an SPDX expression is allowed: OR chooses, AND obliges to both. An exception only
 * adds permissions, so a license with one is allowed if the license is. `or later` lets the
 * recipient choose a version. SPDX 2.3, annex D.
 */
export function isLicenseAllowed(expression: string, allowed: readonly LicenseTerm[]): boolean {
  const tree = parseLicenseTree(expression);
  return tree !== undefined && isNodeAllowed(tree, allowed);
}

function isNodeAllowed(node: LicenseNode, allowed: readonly LicenseTerm[]): boolean {
  switch (node.kind) {
    case 'and':
      return node.parts.every((part) => isNodeAllowed(part, allowed));
    case 'or':
      return node.parts.some((part) => isNodeAllowed(part, allowed));
    case 'license':
      return allowed.some((term) => isTermAllowed(toTerm(node), term));
  }
}

function toTerm({ id, isOrLater, exception }: LicenseNode & { kind: 'license' }): LicenseTerm {
  const lower = id.toLowerCase();
  const [, family = lower, suffix = ''] = /^(.*?)(-or-later|-only)?$/.exec(lower) ?? [];
  return {
    id: family,
    isOrLater: isOrLater || suffix === '-or-later',
    ...(exception === undefined ? {} : { exception: exception.toLowerCase() }),
  };
}

function isTermAllowed(stated: LicenseTerm, allowed: LicenseTerm): boolean {
  if (allowed.exception !== undefined && allowed.exception !== stated.exception) {
    return false;
  }
  if (stated.id === allowed.id) {
    // A recipient of "2.0 or later" may choose 2.0; "2.0 only" is one of the versions allowed.
    return true;
  }
  const [left, right] = [splitVersion(stated.id), splitVersion(allowed.id)];
  if (left === undefined || right === undefined || left.family !== right.family) {
    return false;
  }
  const difference = right.version - left.version;
  return (stated.isOrLater && difference > 0) || (allowed.isOrLater && difference < 0);
}

/** `gpl-2.0` → family `gpl`, version 2. */
function splitVersion(id: string): { family: string; version: number } | undefined {
  const [, family, version] = /^(.+)-(\d{1,3}(?:\.\d{1,3})?)$/.exec(id) ?? [];
  return family === undefined ? undefined : { family, version: Number(version) };
}
