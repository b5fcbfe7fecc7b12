import type { Assessment } from '../../../foundation/core/assessment.ts';
import { type Account, PASSWORD_STATES } from '../../../foundation/core/surface.ts';
import { parseExclusions } from '../../../foundation/syntax/path-glob/exclusion.ts';
import {
  createFact,
  createUnknownFact,
  listExclusions,
  listUnreadFiles,
  type SubjectKind,
} from '../fact.ts';

const NOT_READ = createUnknownFact('an older version, which did not read it, wrote the result');

/** An account in `/etc/passwd`. */
export const accountSubject: SubjectKind<Account> = {
  id: 'account',
  about: 'an account in /etc/passwd of the target',
  facts: [
    {
      name: 'name',
      type: { kind: 'text' },
      about: 'its name',
      absence: 'every account has a name',
      read: ({ name }) => createFact(name),
    },
    {
      name: 'uid',
      type: { kind: 'amount', unit: 'count' },
      about: 'its number; 0 has all rights, whatever the name',
      absence: 'always known',
      read: ({ uid }) => createFact(uid, { file: '/etc/passwd' }),
    },
    {
      name: 'gid',
      type: { kind: 'amount', unit: 'count' },
      about: 'the number of its group',
      absence: 'always known',
      read: ({ gid }) => createFact(gid),
    },
    {
      name: 'shell',
      type: { kind: 'text' },
      about: 'the path of its shell',
      absence: 'none is stated: an empty text, which means /bin/sh',
      read: ({ shell }) => createFact(shell),
    },
    {
      name: 'home',
      type: { kind: 'text' },
      about: 'the path of its home directory',
      absence: 'none is stated: an empty text; a result of an older version: unknown',
      read: ({ home }) => (home === undefined ? NOT_READ : createFact(home)),
    },
    {
      name: 'comment',
      type: { kind: 'text' },
      about: 'its comment, often the name of a person or service',
      absence: 'none is stated: an empty text; a result of an older version: unknown',
      read: ({ comment }) => (comment === undefined ? NOT_READ : createFact(comment)),
    },
    {
      name: 'password',
      type: { kind: 'word', words: PASSWORD_STATES.filter((word) => word !== 'unknown') },
      about: 'whether its password is empty, locked or set; never the password',
      absence: 'it is in a shadow file without an entry for the account: unknown',
      read: ({ name, password }) =>
        password === 'unknown'
          ? createUnknownFact(`/etc/shadow has no entry for ${name}`)
          : createFact(password),
    },
  ],
  list: ({ assessment }) => {
    const accounts = assessment.inventory.surface?.accounts;
    return accounts === undefined
      ? { subjects: [], missing: ['the accounts of the target were not read'] }
      : { subjects: accounts, missing: listAccountProblems(assessment) };
  },
  describe: ({ name, uid }) => `account ${name} (UID ${uid})`,
  identify: ({ name, uid }) => ({ key: `account ${name} ${uid}` }),
  needs: ['surface'],
};

const ACCOUNT_FILES = ['/', '/etc', '/etc/passwd', '/etc/shadow'];

/** Other files may be excluded: no account is in them. */
function listAccountProblems({ coverage, inventory }: Assessment): readonly string[] {
  const isExcluded = parseExclusions(inventory.excluded ?? [], 'image');
  return [
    ...listUnreadFiles(coverage),
    ...(ACCOUNT_FILES.some(isExcluded) ? listExclusions(inventory) : []),
  ];
}
