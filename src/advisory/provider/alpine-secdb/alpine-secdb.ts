import { toText } from '../../../core/to-text.ts';
import type { FeedProvider, FeedSource, FeedSystem } from '../contract.ts';
import { createFeedSystem } from '../feed-system.ts';
import type { FeedObject } from '../feed-value.ts';
import { readSecdb } from '../secdb.ts';
import { POSTMARKETOS_RULES } from './postmarketos.data.ts';

/** Names of releases in JSON and YAML; other publishers of the form have none, or other names. */
const DOCUMENT_START =
  /"distroversion":\s*"(?:edge|v\d+\.\d+)"|^distroversion: (?:edge|v?\d+\.\d+)$/m;
const RELEASE = /^v?(\d{1,4})\.(\d{1,4})$/;

/** Minor number of the first published release: 3.2. */
const FIRST_RELEASE = 2;
const LAST_RELEASE = 24;

const SOURCES: readonly FeedSource[] = [
  ...Array.from(
    { length: LAST_RELEASE - FIRST_RELEASE + 1 },
    (_, index) => `v3.${FIRST_RELEASE + index}`,
  ),
  'edge',
].flatMap((release) =>
  ['main', 'community'].map((repository) => {
    return { url: `https://secdb.alpinelinux.org/${release}/${repository}.json`, form: 'document' };
  }),
);

/** The fixes of one Alpine repository. */
export const alpineSecdb: FeedProvider = {
  kind: 'feed',
  id: 'alpine-secdb',
  title: 'Alpine security database',
  spec: 'https://secdb.alpinelinux.org/',
  sources: SOURCES,
  license: { expression: 'NONE', attribution: 'Alpine Linux' },
  version: 2,
  rules: {
    systemOverrides: [
      {
        alias: 'alpine',
        version: '',
        versionPattern: '.*_alpha.*',
        codename: '',
        isRolling: true,
        label: 'edge',
      },
      ...POSTMARKETOS_RULES,
    ],
  },
  recognize: ({ text }) => DOCUMENT_START.test(text),
  read: readSecdb({
    provider: 'alpine',
    tracker: 'https://security.alpinelinux.org/vuln/',
    findSystem,
  }),
};

function findSystem(repository: FeedObject): FeedSystem | undefined {
  const version = toText(repository['distroversion']);
  const names = { name: 'alpine', releaseId: 'alpine' };
  if (version === 'edge') {
    return createFeedSystem({ ...names, label: 'edge' });
  }
  const [, majorVersion, minorVersion] = RELEASE.exec(version) ?? [];
  return majorVersion === undefined || minorVersion === undefined
    ? undefined
    : createFeedSystem({ ...names, majorVersion, minorVersion });
}
