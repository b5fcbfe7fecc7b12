import { toText } from '../../../core/to-text.ts';
import type { FeedProvider } from '../contract.ts';
import { createRollingRule, createRollingSystem } from '../rolling-system.ts';
import { readSecdb } from '../secdb.ts';

/** Where MinimOS publishes its packages: the documents do not name the distribution. */
const REPOSITORY = /^https:\/\/packages\.mini\.dev(?:\/|$)/;

/** The fixes of MinimOS. */
export const minimosSecdb: FeedProvider = {
  kind: 'feed',
  id: 'minimos-secdb',
  title: 'MinimOS security database',
  spec: 'https://packages.mini.dev/advisories/secdb/security.json',
  sources: [{ url: 'https://packages.mini.dev/advisories/secdb/security.json', form: 'document' }],
  license: { expression: 'NONE', attribution: 'Minimus' },
  marks: ['never-shipped'],
  version: 1,
  rules: { systemOverrides: [createRollingRule('minimos')] },
  recognize: ({ text }) => text.includes('"https://packages.mini.dev'),
  read: readSecdb({
    provider: 'minimos',
    findSystem: (repository) =>
      REPOSITORY.test(toText(repository['urlprefix'])) ? createRollingSystem('minimos') : undefined,
  }),
};
