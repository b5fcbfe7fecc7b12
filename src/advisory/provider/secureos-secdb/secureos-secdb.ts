import { toText } from '../../../core/to-text.ts';
import type { FeedProvider } from '../contract.ts';
import { createRollingRule, createRollingSystem } from '../rolling-system.ts';
import { readSecdb } from '../secdb.ts';

/** Where SecureOS publishes its packages: the documents do not name the distribution. */
const REPOSITORY = /^https:\/\/apk\.cve0\.io(?:\/|$)/;

/** The fixes of SecureOS. */
export const secureosSecdb: FeedProvider = {
  kind: 'feed',
  id: 'secureos-secdb',
  title: 'SecureOS security database',
  spec: 'https://security.secureos.io/v1/secdb.json.gz',
  sources: [{ url: 'https://security.secureos.io/v1/secdb.json.gz', form: 'document' }],
  license: { expression: 'NONE', attribution: 'SecureOS' },
  marks: ['never-shipped'],
  version: 1,
  rules: { systemOverrides: [createRollingRule('secureos')] },
  recognize: ({ text }) => text.includes('"https://apk.cve0.io'),
  read: readSecdb({
    provider: 'secureos',
    tracker: 'https://security.secureos.io/',
    findSystem: (repository) =>
      REPOSITORY.test(toText(repository['urlprefix']))
        ? createRollingSystem('secureos')
        : undefined,
  }),
};
