import { readText } from '../../foundation/core/bytes.ts';
import type { Extractor, FileView, LayerFacts } from '../../foundation/core/cataloger.ts';
import type { Account } from '../../foundation/core/surface.ts';
import { createFactFinder } from '../../image/view/fact-finder.ts';

const PASSWD = '/etc/passwd';
const SHADOW = '/etc/shadow';

/** Accounts of `/etc/passwd`, or the states of passwords of `/etc/shadow` by name. */
type AccountFacts = readonly Account[];

/**
 * Reads the accounts of a system, and whether each has a password; never a hash. passwd(5),
 * shadow(5).
 */
export const accountFiles: Extractor<AccountFacts> = {
  id: 'surface-accounts',
  version: 3,
  wants: [
    { role: 'passwd', paths: [PASSWD], maxBytes: 'reachTextBytesMax' },
    { role: 'shadow', paths: [SHADOW], maxBytes: 'reachTextBytesMax' },
  ],
  extract: ({ role, content }) => {
    const lines = readText(content).split('\n');
    return { fact: lines.flatMap(role === 'passwd' ? parsePasswdLine : parseShadowLine) };
  },
};

/**
 * Reads a line as container engines do, which trim it and take a malformed number for 0: skipping
 * it would hide an account with all rights. Lines with `+` and `-` refer to NIS.
 */
function parsePasswdLine(line: string): readonly Account[] {
  const [name = '', password = 'x', uid = '', gid = '', comment = '', home = '', shell = ''] = line
    .trim()
    .split(':');
  return name === '' || /^[#+-]/.test(name)
    ? []
    : [
        {
          name,
          uid: parseId(uid),
          gid: parseId(gid),
          shell,
          password: readPassword(password),
          home,
          comment,
        },
      ];
}

function parseId(text: string): number {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : 0;
}

function parseShadowLine(line: string): readonly Account[] {
  const [name = '', password] = line.split(':');
  return password === undefined || name.startsWith('#')
    ? []
    : [{ name, uid: 0, gid: 0, shell: '', password: readPassword(password) }];
}

/** `x` refers to the shadow file; a hash never starts with `!` or `*`. */
function readPassword(field: string): Account['password'] {
  if (field === '') {
    return 'empty';
  }
  if (field === 'x') {
    return 'unknown';
  }
  return /^[!*]/.test(field) ? 'locked' : 'set';
}

/**
 * Returns the accounts of the visible `/etc/passwd`; none if it does not exist, and `undefined` if
 * it was not read. A password in the shadow file replaces an `x`.
 */
export function collectAccounts(
  view: FileView,
  layers: readonly LayerFacts[],
): readonly Account[] | undefined {
  const findFact = createFactFinder(view, layers);
  const read = (path: string): AccountFacts | undefined => {
    const real = view.resolve(path)?.path;
    return real === undefined
      ? undefined
      : (findFact(accountFiles.id, real) as AccountFacts | undefined);
  };
  const accounts = read(PASSWD);
  if (accounts === undefined) {
    return view.find(PASSWD) === undefined ? [] : undefined;
  }
  // Of several entries, the first counts.
  const passwords = new Map(
    (read(SHADOW) ?? []).toReversed().map(({ name, password }) => [name, password]),
  );
  return accounts.map((account) => ({
    ...account,
    password:
      account.password === 'unknown'
        ? (passwords.get(account.name) ?? 'unknown')
        : account.password,
  }));
}
