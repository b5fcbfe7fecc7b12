import { readText } from '../../foundation/core/bytes.ts';
import type { Extractor } from '../../foundation/core/cataloger.ts';

/** Lines of `/etc/passwd` or `/etc/group` as `name:uid` or `name:gid`. passwd(5), group(5). */
export const accountNames: Extractor<readonly string[]> = {
  id: 'account-names',
  version: 1,
  wants: [
    { role: 'users', paths: ['/etc/passwd'], maxBytes: 'reachTextBytesMax' },
    { role: 'groups', paths: ['/etc/group'], maxBytes: 'reachTextBytesMax' },
  ],
  extract: ({ content }) => ({ fact: readText(content).split('\n').flatMap(parseLine) }),
};

function parseLine(line: string): readonly string[] {
  const [, name = '', number = ''] = /^([^:#+-][^:]*):[^:]*:(\d+)(?::|$)/.exec(line.trim()) ?? [];
  return name === '' ? [] : [`${name}:${number}`];
}
