import type { Limits } from '../../core/limits.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText, toTexts } from '../../syntax/json/member.ts';
import { isShallow } from '../../syntax/json/parse-json.ts';
import type { ListedPackage } from '../package-list.ts';

/**
 * Members of an entry that say something of the package itself. Composer, "composer.json schema".
 */
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
 * One package as Composer writes it in its lock and beside what it installed. `undefined` without
 * a name or a version, or where it is nested too deep. Members that metadata has are kept as they
 * are.
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
    provides: [name.toLowerCase(), ...namesIn(entry['provide']), ...namesIn(entry['replace'])],
    requires: namesIn(entry['require']),
    metadata,
  };
}

/** Composer takes names in any case for the same. */
function namesIn(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value).map((name) => name.toLowerCase()) : [];
}

/** The vendor is the namespace. */
export function composerPurl(name: string, version: string): string {
  const slash = name.indexOf('/');
  return writePurl({
    type: 'composer',
    namespace: slash < 0 ? undefined : name.slice(0, slash),
    name: name.slice(slash + 1),
    version,
  });
}
