/** Parameters of a rule of anchore-engine by name; all values are texts. */
export type AnchoreParameters = ReadonlyMap<string, string>;

/** The part of one of our rules that replaces a trigger. */
export interface TranslatedRule {
  readonly for: string;
  readonly when?: Readonly<Record<string, unknown>>;
  readonly whenNone?: Readonly<Record<string, unknown>>;
  readonly cel?: string;
  /** A difference that the reader must know, as a sentence without a full stop. */
  readonly note?: string;
}

/** Returns the rule, or the reason why there is none. */
type Translation = TranslatedRule | string;
type Translator = (parameters: AnchoreParameters) => Translation;

const NO_FEED = 'plimsoll has no feed of all packages of this registry';
const NO_CONTENT = 'the content of files is not a fact of plimsoll';

/** Every trigger of anchore-engine 1.1.0, gates/*.py, by `gate.trigger`. */
const TRANSLATORS: ReadonlyMap<string, Translator> = new Map<string, Translator>([
  ['always.always', () => ({ for: 'image' })],
  ['dockerfile.instruction', translateInstruction],
  ['dockerfile.effective_user', translateUser],
  ['dockerfile.exposed_ports', translatePorts],
  ['dockerfile.no_dockerfile_provided', () => 'plimsoll reads the history of the image instead'],
  ['files.content_regex_match', () => NO_CONTENT],
  [
    'files.name_match',
    (given) => ({ for: 'file', when: { path: toAnchored(given.get('regex') ?? '') } }),
  ],
  ['files.attribute_match', translateAttributes],
  ['files.suid_or_guid_set', () => ({ for: 'file', when: { setuid: true } })],
  [
    'licenses.blacklist_exact_match',
    (given) => ({ for: 'package', when: { 'license-text': splitList(given.get('licenses')) } }),
  ],
  ['licenses.blacklist_partial_match', translateLicensePart],
  ['malware.scans', () => 'plimsoll does not search for malware'],
  ['malware.scan_not_run', () => 'plimsoll does not search for malware'],
  ['metadata.attribute', translateMetadata],
  ['npms.newer_version_in_feed', () => NO_FEED],
  ['npms.unknown_in_feeds', () => NO_FEED],
  ['npms.version_not_in_feeds', () => NO_FEED],
  ['npms.feed_data_unavailable', () => NO_FEED],
  ['npms.blacklisted_name_version', (given) => translateDenied(given, 'npm')],
  ['ruby_gems.newer_version_found_in_feed', () => NO_FEED],
  ['ruby_gems.not_found_in_feed', () => NO_FEED],
  ['ruby_gems.version_not_found_in_feed', () => NO_FEED],
  ['ruby_gems.feed_data_unavailable', () => NO_FEED],
  ['ruby_gems.blacklist', (given) => translateDenied(given, 'gem')],
  ['packages.required_package', translateRequired],
  ['packages.verify', () => 'plimsoll does not compare files with package records in rules yet'],
  ['packages.blacklist', (given) => translateDenied(given)],
  [
    'passwd_file.content_not_available',
    () => ({ for: 'account', whenNone: { uid: 'at least 0' } }),
  ],
  [
    'passwd_file.blacklist_usernames',
    (given) => createAccountRule('name', given.get('user_names')),
  ],
  ['passwd_file.blacklist_userids', (given) => createAccountRule('uid', given.get('user_ids'))],
  ['passwd_file.blacklist_groupids', (given) => createAccountRule('gid', given.get('group_ids'))],
  ['passwd_file.blacklist_shells', (given) => createAccountRule('shell', given.get('shells'))],
  [
    'passwd_file.blacklist_full_entry',
    () => 'an account has facts, and never its line, which may contain a hash',
  ],
  ['retrieved_files.content_not_available', translateMissingFile],
  ['retrieved_files.content_regex', () => NO_CONTENT],
  ['secret_scans.content_regex_checks', translateSecrets],
  ['vulnerabilities.package', translateFinding],
  ['vulnerabilities.stale_feed_data', translateStale],
  [
    'vulnerabilities.vulnerability_data_unavailable',
    () => ({ for: 'coverage', when: { about: ['database', 'findings'] } }),
  ],
  [
    'vulnerabilities.blacklist',
    (given) => ({ for: 'finding', when: { id: splitList(given.get('vulnerability_ids')) } }),
  ],
]);

/** The triggers that are known, translated or not. */
export const ANCHORE_TRIGGERS: readonly string[] = [...TRANSLATORS.keys()];

/**
 * Translates one rule of a policy of anchore-engine. Returns the reason if it has no counterpart.
 */
export function translateAnchoreRule(
  gate: string,
  trigger: string,
  parameters: AnchoreParameters,
): Translation {
  const translator = TRANSLATORS.get(`${gate}.${trigger}`.toLowerCase());
  return (
    translator?.(parameters) ??
    'the gate is not one of anchore-engine 1.1.0, which removed it or never had it'
  );
}

function splitList(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Patterns of the engine must match from the start. */
function toAnchored(pattern: string): string {
  return `matching /^(?:${pattern})/`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function translateInstruction(given: AnchoreParameters): Translation {
  const verb = (given.get('instruction') ?? '').toUpperCase();
  const value = given.get('value') ?? '';
  const note = 'instructions are those of the history, which a builder may shorten';
  switch (given.get('check')) {
    case 'exists':
      return { for: 'instruction', when: { verb }, note };
    case 'not_exists':
      return { for: 'instruction', whenNone: { verb }, note };
    case '=':
      return { for: 'instruction', when: { verb, arguments: value }, note };
    case '!=':
      return { for: 'instruction', when: { verb, arguments: `not ${value}` }, note };
    case 'in':
      return { for: 'instruction', when: { verb, arguments: splitList(value) }, note };
    case 'not_in': {
      const list = splitList(value).map(quote).join(', ');
      return {
        for: 'instruction',
        when: { verb },
        cel: `!(instruction.arguments in [${list}])`,
        note,
      };
    }
    case 'like':
      return { for: 'instruction', when: { verb, arguments: toAnchored(value) }, note };
    case 'not_like':
      return { for: 'instruction', when: { verb, arguments: `not ${toAnchored(value)}` }, note };
    default:
      return `the check "${given.get('check') ?? ''}" is unknown`;
  }
}

function translateUser(given: AnchoreParameters): Translation {
  const users = splitList(given.get('users'));
  return isDenied(given)
    ? { for: 'image', when: { 'effective-user': users } }
    : { for: 'image', cel: `!(image.effective_user in [${users.map(quote).join(', ')}])` };
}

/** The engine calls lists "blacklist" and "whitelist", Enterprise "denylist" and "allowlist". */
function isDenied(given: AnchoreParameters): boolean {
  return /^(?:black|deny)/.test(given.get('type') ?? '');
}

function translatePorts(given: AnchoreParameters): Translation {
  const ports = splitList(given.get('ports')).map((port) => Number.parseInt(port, 10));
  if (ports.some(Number.isNaN)) {
    return `"${given.get('ports') ?? ''}" is not a list of ports`;
  }
  const list = ports.map((port) => `${port}.0`).join(', ');
  return { for: 'port', cel: `${isDenied(given) ? '' : '!'}(port.number in [${list}])` };
}

function translateAttributes(given: AnchoreParameters): Translation {
  const path = given.get('filename') ?? '';
  const checksum = given.get('checksum');
  const mode = given.get('mode');
  if (checksum !== undefined && (given.get('checksum_algorithm') ?? 'sha256') !== 'sha256') {
    return 'only SHA-256 is a fact of plimsoll';
  }
  if (mode !== undefined && !['=', '!='].includes(given.get('mode_op') ?? '=')) {
    return `the comparison "${given.get('mode_op') ?? ''}" of modes has no counterpart`;
  }
  const isOtherMode = given.get('mode_op') === '!=';
  const isOtherChecksum = given.get('checksum_match') === 'not_equals';
  return {
    for: 'file',
    when: {
      path,
      ...(checksum === undefined ? {} : { sha256: isOtherChecksum ? `not ${checksum}` : checksum }),
      ...(mode === undefined
        ? {}
        : { mode: `${isOtherMode ? 'not ' : ''}${mode.replace(/^0o?/, '').padStart(4, '0')}` }),
    },
    ...(given.get('skip_missing') === 'false'
      ? { note: 'a missing file does not fire the rule; add one with "when-none"' }
      : {}),
  };
}

function translateLicensePart(given: AnchoreParameters): Translation {
  const parts = splitList(given.get('licenses')).map(
    (part) => `pkg.license_text.exists(text, text.contains(${quote(part)}))`,
  );
  return parts.length === 0 ? 'the list is empty' : { for: 'package', cel: parts.join(' || ') };
}

const METADATA: ReadonlyMap<string, string> = new Map([
  ['size', 'size'],
  ['architecture', 'architecture'],
  ['os_type', 'os'],
  ['distro', 'distro'],
  ['distro_version', 'distro-version'],
  ['like_distro', 'distro-like'],
  ['layer_count', 'layers'],
]);
const AMOUNTS: ReadonlyMap<string, string> = new Map([
  ['>', 'over'],
  ['<', 'under'],
  ['>=', 'at least'],
  ['<=', 'at most'],
]);

function translateMetadata(given: AnchoreParameters): Translation {
  const fact = METADATA.get(given.get('attribute') ?? '');
  const check = given.get('check') ?? '';
  const value = given.get('value') ?? '';
  if (fact === undefined) {
    return `the attribute "${given.get('attribute') ?? ''}" is unknown`;
  }
  const isNumber = fact === 'size' || fact === 'layers';
  const amount = AMOUNTS.get(check);
  if (isNumber) {
    const unit = fact === 'size' && /^\d+$/.test(value) ? `${value} bytes` : value;
    return amount === undefined
      ? `the check "${check}" of a number has no counterpart`
      : { for: 'image', when: { [fact]: `${amount} ${unit}` } };
  }
  switch (check) {
    case '=':
      return { for: 'image', when: { [fact]: value } };
    case '!=':
      return { for: 'image', when: { [fact]: `not ${value}` } };
    case 'in':
      return { for: 'image', when: { [fact]: splitList(value) } };
    case 'like':
      return { for: 'image', when: { [fact]: toAnchored(value) } };
    case 'not_like':
      return { for: 'image', when: { [fact]: `not ${toAnchored(value)}` } };
    case 'exists':
      return { for: 'image', when: { [fact]: 'like *' } };
    default:
      return `the check "${check}" of a text has no counterpart`;
  }
}

function translateDenied(given: AnchoreParameters, type?: string): Translation {
  const name = given.get('name') ?? '';
  const version = given.get('version');
  return {
    for: 'package',
    when: {
      ...(type === undefined ? {} : { type }),
      name,
      ...(version === undefined ? {} : { version }),
    },
  };
}

function translateRequired(given: AnchoreParameters): Translation {
  const { when = {} } = translateDenied(given) as TranslatedRule;
  return given.has('version') && given.get('version_match_type') === 'minimum'
    ? 'a lowest version has no counterpart yet'
    : { for: 'package', whenNone: when };
}

function createAccountRule(fact: string, list: string | undefined): Translation {
  const values = splitList(list);
  const isNumber = fact === 'uid' || fact === 'gid';
  return { for: 'account', when: { [fact]: isNumber ? values.map(Number) : values } };
}

function translateMissingFile(given: AnchoreParameters): Translation {
  return { for: 'file', whenNone: { path: given.get('path') ?? '' } };
}

function translateSecrets(given: AnchoreParameters): Translation {
  const pattern = given.get('filename_regex');
  const when = {
    verified: true,
    ...(pattern === undefined ? {} : { place: `matching /${pattern}/` }),
  };
  const note = 'the kinds of secrets are those of plimsoll, not the named pattern';
  return given.get('match_type') === 'notfound'
    ? { for: 'secret', whenNone: when, note }
    : { for: 'secret', when, note };
}

const SEVERITIES = ['negligible', 'low', 'medium', 'high', 'critical'];
const SCORES: readonly (readonly [parameter: string, fact: string])[] = [
  ['cvss_v3_base_score', 'cvss'],
  ['cvss_v3_exploitability_score', 'cvss-exploitability'],
  ['cvss_v3_impact_score', 'cvss-impact'],
  ['vendor_cvss_v3_base_score', 'cvss'],
  ['vendor_cvss_v3_exploitability_score', 'cvss-exploitability'],
  ['vendor_cvss_v3_impact_score', 'cvss-impact'],
];

function translateFinding(given: AnchoreParameters): Translation {
  const severity = translateSeverity(given);
  if (typeof severity === 'string') {
    return severity;
  }
  const when: Record<string, unknown> = { ...severity };
  const notes: string[] = [];
  const type = given.get('package_type') ?? 'all';
  if (type !== 'all') {
    when['system-package'] = type === 'os';
  }
  for (const [parameter, fact] of SCORES) {
    const value = given.get(parameter);
    const amount = AMOUNTS.get(given.get(`${parameter}_comparison`) ?? '>=');
    if (value !== undefined && amount !== undefined) {
      when[fact] = `${amount} ${value}`;
      notes.push('a missing score is unknown, not -1');
    }
  }
  if (given.has('fix_available')) {
    when['fix'] = given.get('fix_available') === 'true';
  } else if (given.get('vendor_only') !== 'false') {
    when['fix-state'] = 'not wont-fix';
  }
  if (given.has('max_days_since_fix')) {
    when['fix-age'] = `over ${given.get('max_days_since_fix') ?? ''} days`;
  }
  if (given.has('max_days_since_creation')) {
    when['published-age'] = `over ${given.get('max_days_since_creation') ?? ''} days`;
    notes.push('days count from the publication, not from the first detection');
  }
  if (given.has('package_path_exclude')) {
    when['path'] = `not matching /${given.get('package_path_exclude') ?? ''}/`;
  }
  return { for: 'finding', when, ...(notes.length === 0 ? {} : { note: notes.join('; ') }) };
}

function translateSeverity(given: AnchoreParameters): Readonly<Record<string, string>> | string {
  const severity = given.get('severity');
  const check = given.get('severity_comparison') ?? '=';
  if (severity === undefined || (severity === 'unknown' && check === '>=')) {
    return {};
  }
  const at = SEVERITIES.indexOf(severity);
  if (at === -1) {
    return 'a missing severity is unknown, not a severity';
  }
  const [worse, better] = [SEVERITIES[at + 1], SEVERITIES[at - 1]];
  switch (check) {
    case '=':
      return { severity };
    case '!=':
      return { severity: `not ${severity}` };
    case '>=':
      return { severity: `${severity} or worse` };
    case '<=':
      return { severity: `${severity} or better` };
    case '>':
      return worse === undefined
        ? 'nothing is worse than critical'
        : { severity: `${worse} or worse` };
    case '<':
      return better === undefined
        ? 'nothing is better than negligible'
        : { severity: `${better} or better` };
    default:
      return `the comparison "${check}" is unknown`;
  }
}

function translateStale(given: AnchoreParameters): Translation {
  const days = given.get('max_days_since_sync') ?? '';
  return {
    for: 'feed',
    when: { age: `over ${days} days` },
    note: 'the age of every source counts, not only of the one for the distribution',
  };
}
