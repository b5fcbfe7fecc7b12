import { compareText } from '../../../foundation/core/compare-text.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';

/** Record that Maven puts into an archive about its project. Members are as in Syft's JSON. */
export interface PomProperties {
  /** Path in the archive; empty if it was read elsewhere. */
  readonly path: string;
  readonly name: string;
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  readonly scope?: string;
  readonly extraFields?: Readonly<Record<string, string>>;
}

const MEMBERS: ReadonlySet<string> = new Set([
  'name',
  'groupId',
  'artifactId',
  'version',
  'scope',
  'path',
]);

/** Parses `pom.properties`; lines without a separator are skipped. */
export function parsePomProperties(text: string, path: string): PomProperties {
  const members = new Map<string, string>();
  const extra = new Map<string, string>();
  for (const { text: line } of splitLines(text)) {
    const separator = line.search(/[=:]/);
    if (separator >= 0 && !line.trimStart().startsWith('#')) {
      const key = line.slice(0, separator).trim();
      const value = line.slice(separator + 1).trim();
      (MEMBERS.has(key) ? members : extra).set(key, value);
    }
  }
  const scope = members.get('scope') ?? '';
  return {
    path,
    name: members.get('name') ?? '',
    groupId: members.get('groupId') ?? '',
    artifactId: members.get('artifactId') ?? '',
    version: members.get('version') ?? '',
    ...(scope === '' ? {} : { scope }),
    ...(extra.size === 0 ? {} : { extraFields: toSortedRecord(extra) }),
  };
}

function toSortedRecord(map: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...map].sort(([left], [right]) => compareText(left, right)));
}
