import { crc32 } from 'node:zlib';
import { isSecretName } from '../../foundation/core/secret-name.ts';

/** One kind of secret, recognized by content rather than by name. */
interface SecretForm {
  readonly kind: string;
  isPresent(text: string): boolean;
}

/**
 * Forms whose own rules the text can be checked against. Only the kind is reported, never the
 * secret.
 */
const FORMS: readonly SecretForm[] = [
  { kind: 'private key', isPresent: (text) => findPrivateKeys(text).includes('open') },
  {
    kind: 'private key with a passphrase',
    isPresent: (text) => findPrivateKeys(text).includes('locked'),
  },
  { kind: 'cloud credentials', isPresent: (text) => hasCloudKey(text) },
  { kind: 'access token', isPresent: (text) => hasToken(text) },
  { kind: 'registry login', isPresent: (text) => hasLogin(text) },
];
const SETTINGS = 'settings with secrets';

/**
 * Returns the kinds found in a text, in the order above.
 *
 * @param isSettings whether it is a list of variables, whose names identify the kinds of their
 *   values
 */
export function detectSecretKinds(
  text: string,
  { isSettings }: { readonly isSettings: boolean },
): readonly string[] {
  const kinds = FORMS.filter(({ isPresent }) => isPresent(text)).map(({ kind }) => kind);
  return isSettings && hasSecretSetting(text) ? [...kinds, SETTINGS] : kinds;
}

const KEY_BEGIN =
  /-----BEGIN ((?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?)PRIVATE KEY(?: BLOCK)?-----/g;
const KEYS_MAX = 64;
const KEY_CHARS_MAX = 32_768;
const KEY_BYTES_MIN = 32;
const DER_SEQUENCE = 0x30;
const OPENSSH = Buffer.from('openssh-key-v1\0', 'latin1');
/** The length and the name of the cipher follow the magic. */
const OPENSSH_PLAIN = Buffer.from('\0\0\0\x04none', 'latin1');

/** RFC 7468, RFC 1421 for the headers, and PROTOCOL.key of OpenSSH. */
function findPrivateKeys(text: string): readonly ('open' | 'locked')[] {
  const found: ('open' | 'locked')[] = [];
  for (const { index, 0: begin, 1: kind = '' } of text.matchAll(KEY_BEGIN)) {
    if (found.length >= KEYS_MAX) {
      break;
    }
    const rest = text.slice(index + begin.length, index + begin.length + KEY_CHARS_MAX);
    const state = detectKeyState(
      kind.trim(),
      rest.slice(0, Math.max(0, rest.indexOf('-----END '))),
    );
    if (state !== undefined) {
      found.push(state);
    }
  }
  return found;
}

function detectKeyState(kind: string, inner: string): 'open' | 'locked' | undefined {
  // In settings, its lines may be joined by an escaped line feed.
  const lines = inner.replaceAll('\\n', '\n').split('\n');
  const headers = lines.filter((line) => line.includes(':'));
  const body = Buffer.from(lines.filter((line) => !line.includes(':')).join(''), 'base64');
  if (body.length < KEY_BYTES_MIN) {
    return undefined;
  }
  if (kind === 'ENCRYPTED' || headers.some((line) => line.includes('ENCRYPTED'))) {
    return 'locked';
  }
  if (kind === 'OPENSSH') {
    const cipher = body.subarray(OPENSSH.length, OPENSSH.length + OPENSSH_PLAIN.length);
    const isKey = body.subarray(0, OPENSSH.length).equals(OPENSSH);
    return isKey ? (cipher.equals(OPENSSH_PLAIN) ? 'open' : 'locked') : undefined;
  }
  // The packets of an OpenPGP key record whether it has a passphrase; they are not read.
  return kind === 'PGP' || body[0] === DER_SEQUENCE ? 'open' : undefined;
}

const AWS_ID = /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/;
const AWS_SECRET = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/;
const SERVICE_ACCOUNT = /"type"\s{0,8}:\s{0,8}"service_account"/;

/** Returns whether there is a key ID with its secret, or a service account with its private key. */
function hasCloudKey(text: string): boolean {
  const [id = ''] = AWS_ID.exec(text) ?? [];
  const isAws = id !== '' && !id.endsWith('EXAMPLE') && AWS_SECRET.test(text);
  return isAws || (SERVICE_ACCOUNT.test(text) && findPrivateKeys(text).length > 0);
}

const GITHUB = /\bgh[pousr]_([A-Za-z0-9]{30})([A-Za-z0-9]{6})\b/g;
const TOKENS: readonly RegExp[] = [
  /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/,
  /\bglpat-[A-Za-z0-9_-]{20}\b/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,400}/,
  /\bxox[abprs]-[0-9]{10,13}-[0-9A-Za-z-]{20,200}/,
  /\b[sr]k_live_[A-Za-z0-9]{24,200}\b/,
];
/** Values with fewer distinct characters are placeholders. */
const SIGNS_MIN = 10;

function hasToken(text: string): boolean {
  return (
    [...text.matchAll(GITHUB)].some(
      ([, random = '', sum]) => computeGithubChecksum(random) === sum,
    ) || TOKENS.some((form) => new Set(form.exec(text)?.[0]).size >= SIGNS_MIN)
  );
}

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The last six characters of a token: CRC-32 of the others. GitHub, "Behind GitHub's new token
 * formats".
 */
function computeGithubChecksum(random: string): string {
  let digits = '';
  for (let rest = crc32(random); rest > 0; rest = Math.floor(rest / BASE_62.length)) {
    digits = `${BASE_62[rest % BASE_62.length] ?? ''}${digits}`;
  }
  return digits.padStart(6, '0');
}

const DOCKER_AUTH = /"auth"\s{0,8}:\s{0,8}"([A-Za-z0-9+/=]{4,4096})"/;
const NPM_LOGIN =
  /(?:^|\n)[^\n#;]{0,300}:_(?:authToken|auth|password)[ \t]{0,8}=[ \t]{0,8}([^\s${]{8,4096})/;
const NETRC_LOGIN =
  /(?:^|\s)machine\s{1,8}\S{1,300}\s{1,8}login\s{1,8}\S{1,300}\s{1,8}password\s{1,8}(\S{1,300})/;
const ADDRESS_LOGIN = /(?:^|\s)https?:\/\/[^\s:@/]{1,300}:([^\s@/]{4,300})@/;

/**
 * Returns whether there are credentials: config.json of Docker, .npmrc, netrc(5), and addresses as
 * in git-credential-store(1).
 */
function hasLogin(text: string): boolean {
  const auth = Buffer.from(DOCKER_AUTH.exec(text)?.[1] ?? '', 'base64').toString('latin1');
  const found = [NPM_LOGIN, NETRC_LOGIN, ADDRESS_LOGIN].map((form) => form.exec(text)?.[1]);
  return /^[^:]+:./.test(auth) || found.some((value) => value !== undefined && !isLeftOpen(value));
}

const SETTING =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]{0,100})[ \t]*[=:][ \t]*["']?([^\s"']{6,400})["']?[ \t]*$/;
const LINES_MAX = 20_000;

/** Returns whether a variable is named like a secret and its value is not a placeholder. */
function hasSecretSetting(text: string): boolean {
  return text
    .split('\n', LINES_MAX)
    .filter((line) => line.length < 600)
    .some((line) => {
      const [, name = '', value = ''] = SETTING.exec(line) ?? [];
      return isSecretName(name) && !/(?:FILE|PATH|DIR|URL|NAME)$/i.test(name) && !isLeftOpen(value);
    });
}

const LEFT_OPEN =
  /^[<{[$%(]|^(?:true|false|null|none|undefined|required|optional)$|change|example|replace|placeholder|dummy|your|todo|secret$|password$|token$|^\/|^(.)\1+$|\*\*|xxx/i;

function isLeftOpen(value: string): boolean {
  return LEFT_OPEN.test(value);
}
