import type { Distro } from '../../../foundation/core/distro.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

const FIELDS: readonly (readonly [string, keyof Distro & string])[] = [
  ['NAME', 'name'],
  ['PRETTY_NAME', 'prettyName'],
  ['VERSION', 'version'],
  ['VERSION_ID', 'versionId'],
  ['VERSION_CODENAME', 'versionCodename'],
  ['BUILD_ID', 'buildId'],
  ['IMAGE_ID', 'imageId'],
  ['IMAGE_VERSION', 'imageVersion'],
  ['VARIANT', 'variant'],
  ['VARIANT_ID', 'variantId'],
  ['HOME_URL', 'homeUrl'],
  ['SUPPORT_URL', 'supportUrl'],
  ['BUG_REPORT_URL', 'bugReportUrl'],
  ['PRIVACY_POLICY_URL', 'privacyPolicyUrl'],
  ['CPE_NAME', 'cpeName'],
  ['SUPPORT_END', 'supportEnd'],
];

/**
 * Parses os-release(5): shell-like assignments. Returns `undefined` if none of its fields is set.
 */
export function parseOsRelease(text: string): Distro | undefined {
  const values = new Map<string, string>();
  for (const line of splitLines(text)) {
    const assignment = line.text.trim();
    const equals = assignment.indexOf('=');
    if (equals > 0 && !assignment.startsWith('#')) {
      values.set(assignment.slice(0, equals).trim(), unquote(assignment.slice(equals + 1).trim()));
    }
  }
  const set = FIELDS.map(([from, to]) => [to, values.get(from)] as const).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const id = values.get('ID') ?? '';
  const idLike = (values.get('ID_LIKE') ?? '').split(/\s+/).filter(Boolean);
  if (set.length === 0 && id === '' && idLike.length === 0) {
    return undefined;
  }
  return { id, idLike, ...Object.fromEntries(set) };
}

function unquote(value: string): string {
  const quote = value[0];
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  const bare = isQuoted ? value.slice(1, -1) : value;
  return isQuoted && quote === "'" ? bare : bare.replace(/\\(["$\\`])/g, '$1');
}
