import { createHash } from 'node:crypto';
import {
  type AnchoreParameters,
  quote,
  splitList,
  type TranslatedRule,
  type Translation,
  toAnchored,
} from './parameters.ts';

const MODE_OPERATORS: readonly string[] = ['=', '!=', '>', '<', '>=', '<='];
const ALGORITHMS: readonly string[] = ['sha256', 'sha1', 'md5'];

/** Gate `files`, trigger `attribute_match`: a digest, a mode, or a missing file. */
export function translateAttributes(given: AnchoreParameters): Translation {
  const path = given.get('filename') ?? '';
  const algorithm = given.get('checksum_algorithm') ?? 'sha256';
  const checksum = given.get('checksum');
  const mode = given.get('mode');
  const operator = given.get('mode_op') ?? '=';
  if (!ALGORITHMS.includes(algorithm)) {
    return `the algorithm "${algorithm}" has no counterpart`;
  }
  if (!MODE_OPERATORS.includes(operator)) {
    return `the comparison "${operator}" of modes is unknown`;
  }
  const isOther = given.get('checksum_match') === 'not_equals';
  const parts = [
    `file.path == ${quote(path)}`,
    ...(checksum === undefined
      ? []
      : [`file.${algorithm} ${isOther ? '!=' : '=='} ${quote(checksum.toLowerCase())}`]),
    ...(mode === undefined
      ? []
      : [`file.mode ${operator === '=' ? '==' : operator} ${quote(formatMode(mode))}`]),
  ];
  const found: TranslatedRule = { for: 'file', cel: parts.join(' && ') };
  return given.get('skip_missing') === 'false' ? [found, createMissingFile(path)] : found;
}

/** Modes have four octal digits, so that their order as texts is that of the numbers. */
function formatMode(text: string): string {
  return text.replace(/^0o?/, '').padStart(4, '0');
}

function createMissingFile(path: string): TranslatedRule {
  return { for: 'file', whenNone: { path: toMatching(`^${escapePattern(path)}$`) } };
}

function toMatching(pattern: string): string {
  return `matching /${pattern}/`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/** Gate `retrieved_files`, trigger `content_not_available`. */
export function translateMissingFile(given: AnchoreParameters): Translation {
  return createMissingFile(given.get('path') ?? '');
}

/** Trigger `content_regex`; the engine compares words, and this program lines. */
export function translateContent(given: AnchoreParameters): Translation {
  const [path = '', pattern = ''] = [given.get('path'), given.get('regex')];
  const check = given.get('check') ?? '';
  if (check !== 'match' && check !== 'no_match') {
    return `the check "${check}" is unknown`;
  }
  const digest = createHash('sha256').update(`${path}\n${pattern}`).digest('hex').slice(0, 8);
  const id = `content-${digest}`;
  return {
    for: 'content',
    when: { search: id, hidden: false, lines: check === 'match' ? 'at least 1' : 0 },
    search: { id, path, pattern },
    note: 'the pattern is compared with each line of the file, not with the beginning of each word',
  };
}

/** Trigger `content_regex_match` of the gate `files`: the pattern is not in the bundle. */
export function translateNamedContent(given: AnchoreParameters): Translation {
  return `the pattern "${given.get('regex_name') ?? '*'}" is in the configuration of the analyzer; add it to "content", and a rule with: for: content`;
}

/** Names of patterns in the default configuration of the analyzer, and our kinds. */
const SECRETS: ReadonlyMap<string, readonly string[]> = new Map([
  ['AWS_ACCESS_KEY', ['cloud credentials']],
  ['AWS_SECRET_KEY', ['cloud credentials']],
  ['PRIV_KEY', ['private key', 'private key with a passphrase']],
  ['DOCKER_AUTH', ['registry login']],
  ['API_KEY', ['access token', 'settings with secrets']],
]);

/** Gate `secret_scans`, trigger `content_regex_checks`. */
export function translateSecrets(given: AnchoreParameters): Translation {
  const pattern = given.get('filename_regex');
  const name = given.get('content_regex_name');
  const kinds = SECRETS.get(name ?? '');
  const when = {
    verified: true,
    ...(kinds === undefined ? {} : { kind: kinds }),
    ...(pattern === undefined ? {} : { path: toMatching(toAnchored(pattern)) }),
  };
  const note =
    name === undefined || kinds !== undefined
      ? 'the kinds of secrets are those of plimsoll'
      : `the pattern "${name}" is in the configuration of the analyzer: every kind of secret counts`;
  return given.get('match_type') === 'notfound'
    ? { for: 'secret', whenNone: when, note }
    : { for: 'secret', when, note };
}

/** Gate `passwd_file`: rules about one field of the accounts. */
export function translateAccounts(fact: string, list: string | undefined): Translation {
  const values = splitList(list);
  const isNumber = fact === 'uid' || fact === 'gid';
  const numbers = values.map(Number);
  if (values.length === 0 || (isNumber && numbers.some(Number.isNaN))) {
    return `"${list ?? ''}" is not a list`;
  }
  return { for: 'account', when: { [fact]: isNumber ? numbers : values } };
}

/** Trigger `blacklist_full_entry`: each field of the line is a condition, except a hash. */
export function translateEntry(given: AnchoreParameters): Translation {
  const fields = (given.get('entry') ?? '').split(':');
  const [name = '', password = '', uid = '', gid = '', comment = '', home = '', shell = ''] =
    fields;
  if (fields.length !== 7 || ![uid, gid].every((text) => /^\d{1,10}$/.test(text))) {
    return 'the entry does not have the seven fields of /etc/passwd, so that it matches no line';
  }
  const isHash = password.length > 2;
  const cel = [
    `account.name == ${quote(name)}`,
    `account.uid == ${uid}.0`,
    `account.gid == ${gid}.0`,
    `account.comment == ${quote(comment)}`,
    `account.home == ${quote(home)}`,
    `account.shell == ${quote(shell)}`,
    ...(password === '' ? ['account.password == "empty"'] : []),
  ].join(' && ');
  const note = 'the field of the password is not compared, because it may be a hash';
  return isHash || password !== '' ? { for: 'account', cel, note } : { for: 'account', cel };
}
