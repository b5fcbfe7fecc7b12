import { VERSION } from '../../../foundation/core/package-version.ts';
import type { Peer } from './peer-flag.ts';
import type { Line } from './peer-line.ts';

/** The schema that a tool prints with its version. */
export interface PeerSchema {
  /** Its name in the tool's JSON. */
  readonly member: string;
  /** Its name in the tool's text. */
  readonly title: string;
  readonly version: string | number;
}

/** Returns a tool's version information, as the flag or the command requests it. */
export function formatVersionInfo<Command extends string>(
  { command, flags }: Line<Command | 'version'>,
  { name }: Peer<Command>,
  schema: PeerSchema,
): string {
  if (command !== 'version') {
    return `${name} ${VERSION} (plimsoll)\n`;
  }
  const facts = [
    ['application', 'Application', `${name} (plimsoll)`],
    ['version', 'Version', VERSION],
    ['platform', 'Platform', `${process.platform}/${process.arch}`],
    [schema.member, schema.title, schema.version],
  ] as const;
  if (flags.get('output')?.at(-1) === 'json') {
    const members = facts.map(([member, , value]) => [member, value]);
    return `${JSON.stringify(Object.fromEntries(members))}\n`;
  }
  const width = Math.max(...facts.map(([, title]) => title.length)) + 1;
  const label = (title: string): string => `${title}:`.padEnd(width);
  return facts.map(([, title, value]) => `${label(title)} ${value}\n`).join('');
}
