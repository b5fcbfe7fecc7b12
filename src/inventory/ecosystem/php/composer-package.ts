import type { Limits } from '../../../foundation/core/limits.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { isShallow } from '../../../foundation/syntax/json/parse-json.ts';
import type { ListedPackage } from '../package-list.ts';

/** Members of an entry that describe the package itself. Composer, "composer.json schema". */
const KEPT_MEMBERS = [
  'name',
  'version',
  'source',
  'dist',
  'require',
  'provide',
  'require-dev',
  'suggest',
  'type',
  'notification-url',
  'bin',
  'authors',
  'description',
  'homepage',
  'keywords',
  'time',
] as const;

/**
 * Parses one package as Composer writes it in its lock and next to installed packages. Returns
 * `undefined` if it has no name or version, or is nested too deep. Members used as metadata are
 * kept unchanged.
 */
export function readComposerPackage(entry: unknown, limits: Limits): ListedPackage | undefined {
  if (!isRecord(entry)) {
    return undefined;
  }
  const name = getText(entry, 'name');
  const version = getText(entry, 'version');
  const kept = KEPT_MEMBERS.filter((member) => entry[member] !== undefined);
  const metadata = Object.fromEntries(kept.map((member) => [member, entry[member]]));
  if (name === '' || version === '' || !isShallow(metadata, limits.documentDepthMax)) {
    return undefined;
  }
  return {
    name,
    version,
    licenses: toTexts([entry['license']].flat()),
    provides: [
      name.toLowerCase(),
      ...listLowerCaseNames(entry['provide']),
      ...listLowerCaseNames(entry['replace']),
    ],
    requires: listLowerCaseNames(entry['require']),
    metadata,
  };
}

/** Composer ignores the case of names. */
function listLowerCaseNames(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value).map((name) => name.toLowerCase()) : [];
}

/** The vendor is the namespace. */
export function toComposerPurl(name: string, version: string): string {
  const slash = name.indexOf('/');
  return writePurl({
    type: 'composer',
    namespace: slash < 0 ? undefined : name.slice(0, slash),
    name: name.slice(slash + 1),
    version,
  });
}
