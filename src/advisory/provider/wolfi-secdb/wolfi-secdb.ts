import { toText } from '../../../core/to-text.ts';
import type { FeedProvider } from '../contract.ts';
import { createRollingRule, createRollingSystem } from '../rolling-system.ts';
import { readSecdb } from '../secdb.ts';

/** Where Wolfi publishes its packages: the documents do not name the distribution. */
const REPOSITORY = /^https:\/\/packages\.wolfi\.dev(?:\/|$)/;

/** The fixes of Wolfi. */
export const wolfiSecdb: FeedProvider = {
  kind: 'feed',
  id: 'wolfi-secdb',
  title: 'Wolfi security database',
  spec: 'https://packages.wolfi.dev/os/security.json',
  sources: [{ url: 'https://packages.wolfi.dev/os/security.json', form: 'document' }],
  license: { expression: 'NONE', attribution: 'Chainguard' },
  marks: ['never-shipped'],
  version: 1,
  rules: { systemOverrides: [createRollingRule('wolfi')] },
  recognize: ({ text }) => text.includes('"https://packages.wolfi.dev'),
  read: readSecdb({
    provider: 'wolfi',
    tracker: 'https://images.chainguard.dev/security/',
    findSystem: (repository) =>
      REPOSITORY.test(toText(repository['urlprefix'])) ? createRollingSystem('wolfi') : undefined,
  }),
};
