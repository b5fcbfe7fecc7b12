/** Parts of names with secret values, with or without separators between their words. */
const SECRET_PART =
  /passw(?:or)?d|passphrase|secret|token|credential|authorization|bearer|connection[-_. ]?string|(?:api|private|access|account|auth|client|encryption|license|master|service|signing|ssh|storage)[-_. ]?key/i;

/** Short words that also occur in other words, so they must end the name. */
const SECRET_END = /(?<!com|by|sur|tres|over|under)pass$|(?:^|[^a-z])(?:auth|dsn|jwt)$|[^a-z]pwd$/i;
const SECRET_END_IN_CAMEL_CASE = /[a-z](?:Pwd|Auth|Dsn|Jwt)$/;

/** Returns whether a variable, label or option of that name probably holds a secret. */
export function isSecretName(name: string): boolean {
  return [SECRET_PART, SECRET_END, SECRET_END_IN_CAMEL_CASE].some((form) => form.test(name));
}

/** Replaces a secret in every output of the program. */
export const MASK = '***';

/**
 * Masks likely secrets in a text: values of secret names (`TOKEN=…`, `--password …`, `"apiKey":
 * "…"`), passwords in URLs, authorization headers, private keys, and tokens of known forms. It
 * masks too much rather than too little.
 */
export function maskSecrets(text: string): string {
  return maskValues(
    text
      .replace(PRIVATE_KEY, MASK)
      .replace(URL_LOGIN, `$1${MASK}@`)
      .replace(URL_SIGNATURE, `$1${MASK}`)
      .replace(AUTHORIZATION, `$1${MASK}`)
      .replace(LOGIN_OPTION, `$1${MASK}`)
      .replace(KNOWN_TOKEN, MASK),
  );
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY[^]*?(?:-----END [A-Z ]{0,30}-----|$)/g;

/** The user of an HTTP address may be a token; image names have an `@` before their digest. */
const URL_LOGIN =
  /\b((?:(?:git\+)?https?:\/\/)(?=[^\s/"']{0,1024}@)|(?!docker|oci|pkg)[a-z][a-z0-9+.-]{0,31}:\/\/(?=[^\s/"':@]{0,256}:[^\s/"']{0,1024}@))[^\s/"']{0,1280}@/gi;

const URL_SIGNATURE = /([?&](?:sig|signature|key|code|auth)=)[^&\s"']{1,4096}/gi;

const AUTHORIZATION =
  /((?:\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:[a-z]{1,20}\s{1,4})?)|\bbearer\s{1,4})[^\s"']{1,8192}/gi;

/** `curl --user NAME:PASSWORD`, but not `--user UID:GID`. */
const LOGIN_OPTION = /(\s(?:-u|--user)[ =]?["']?[^\s:"'=]{1,256}:)(?!\d+\b)[^\s"']{1,1024}/g;

const KNOWN_TOKEN =
  /\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}|glpat-[\w-]{20,255}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,400}|xox[abprs]-[\w-]{10,255}|[sr]k_live_[A-Za-z0-9]{24,255}|eyJ[\w-]{10,4096}\.eyJ[\w-]{10,8192}\.[\w-]{0,4096})/g;

/**
 * A name with the separator before its value: a sign, the quotes of a JSON list, or a space after
 * an option or a name with an underscore.
 */
const NAME =
  /(?<![\w.-])([\w.-]+)(?:(["']?\s{0,4}[=:]\s{0,4})|(["']\s{0,4},\s{0,4}(?=["']))|([ \t]{1,8}(?=[^\s-])))/g;

/** Words and quoted parts up to a space or a shell operator. */
const VALUE = /(?:"(?:[^"\\]|\\[^])*"|'[^']*'|\\[^]|[^\s"'\\;&|()])+/y;
/** A JSON value. */
const MEMBER = /"(?:[^"\\]|\\[^])*"|'[^']*'|[^\s"',}\]]+/y;

function maskValues(text: string): string {
  const name = new RegExp(NAME);
  let masked = '';
  let done = 0;
  for (let found = name.exec(text); found !== null; found = name.exec(text)) {
    const [whole, word = '', sign, listed] = found;
    const isNamed = sign !== undefined || listed !== undefined || /^-|_/.test(word);
    const start = found.index + whole.length;
    const end = isNamed && isSecretName(word) ? endOfValue(text, found, start) : start;
    if (end > start) {
      masked += text.slice(done, start) + MASK;
      done = end;
      name.lastIndex = end;
    }
  }
  return masked + text.slice(done);
}

function endOfValue(text: string, found: RegExpExecArray, start: number): number {
  const [, , sign = '', listed] = found;
  const before = text[found.index - 1] ?? '';
  if (/["']/.test(before) && /^[=:]/.test(sign)) {
    // The quotes enclose both name and value.
    const end = text.indexOf(before, start);
    return end === -1 ? text.length : end;
  }
  const form = listed !== undefined || /^["']/.test(sign) ? MEMBER : VALUE;
  form.lastIndex = start;
  const length = form.exec(text)?.[0].length ?? 0;
  const isUnclosed = length === 0 && /["']/.test(text[start] ?? '');
  return isUnclosed ? text.length : start + length;
}
