import { toText } from '../../../core/to-text.ts';
import type { FeedProvider } from '../contract.ts';
import { createRollingRule, createRollingSystem } from '../rolling-system.ts';
import { readSecdb } from '../secdb.ts';

/** Where Chainguard publishes its packages: the documents do not name the distribution. */
const REPOSITORY = /^https:\/\/[a-z]+\.cgr\.dev(?:\/|$)/;

/** The fixes of Chainguard's packages. */
export const chainguardSecdb: FeedProvider = {
  kind: 'feed',
  id: 'chainguard-secdb',
  title: 'Chainguard security database',
  spec: 'https://packages.cgr.dev/chainguard/security.json',
  sources: [{ url: 'https://packages.cgr.dev/chainguard/security.json', form: 'document' }],
  license: { expression: 'NONE', attribution: 'Chainguard' },
  marks: ['never-shipped'],
  version: 1,
  rules: { systemOverrides: [createRollingRule('chainguard')] },
  recognize: ({ text }) => /"urlprefix":\s*"https:\/\/[a-z]+\.cgr\.dev/.test(text),
  read: readSecdb({
    provider: 'chainguard',
    tracker: 'https://images.chainguard.dev/security/',
    findSystem: (repository) =>
      REPOSITORY.test(toText(repository['urlprefix']))
        ? createRollingSystem('chainguard')
        : undefined,
  }),
};
