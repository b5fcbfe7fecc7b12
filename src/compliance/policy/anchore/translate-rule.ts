import {
  translateAccounts,
  translateAttributes,
  translateContent,
  translateEntry,
  translateMissingFile,
  translateNamedContent,
  translateSecrets,
} from './file-rules.ts';
import { translateFinding, translateStale, translateVulnerabilities } from './finding-rules.ts';
import {
  translateInstruction,
  translateMetadata,
  translatePorts,
  translateUser,
} from './instruction-rules.ts';
import {
  translateAbsentList,
  translateAncestry,
  translateDenied,
  translateDistro,
  translateDrift,
  translateLicenses,
  translateListing,
  translatePackageMetadata,
  translateRequired,
  translateVerify,
} from './package-rules.ts';
import {
  type AnchoreParameters,
  type Translation,
  type Translator,
  toAnchored,
} from './parameters.ts';

const RESULTS_NOTE =
  'results of other tools are given with --results; without them, the rule is unknown';

/** Every trigger of anchore-engine 1.1.0, gates/*.py, by `gate.trigger`. */
const TRANSLATORS: ReadonlyMap<string, Translator> = new Map<string, Translator>([
  ['always.always', () => ({ for: 'image' })],
  ['dockerfile.instruction', translateInstruction],
  ['dockerfile.effective_user', translateUser],
  ['dockerfile.exposed_ports', translatePorts],
  ['dockerfile.no_dockerfile_provided', () => ({ for: 'image', when: { dockerfile: false } })],
  ['files.content_regex_match', translateNamedContent],
  [
    'files.name_match',
    (given) => ({
      for: 'file',
      when: { path: `matching /${toAnchored(given.get('regex') ?? '')}/` },
    }),
  ],
  ['files.attribute_match', translateAttributes],
  ['files.suid_or_guid_set', () => ({ for: 'file', when: { setuid: true } })],
  ['licenses.blacklist_exact_match', (given) => translateLicenses(given, false)],
  ['licenses.blacklist_partial_match', (given) => translateLicenses(given, true)],
  [
    'malware.scans',
    () => ({ for: 'result', when: { kind: 'malware', status: 'failed' }, note: RESULTS_NOTE }),
  ],
  ['malware.scan_not_run', () => ({ for: 'run', when: { kind: 'malware', given: false } })],
  ['metadata.attribute', translateMetadata],
  ['npms.newer_version_in_feed', () => translateListing('npm', 'newer-listed', true)],
  ['npms.unknown_in_feeds', () => translateListing('npm', 'listed', false)],
  ['npms.version_not_in_feeds', () => translateListing('npm', 'version-listed', false)],
  ['npms.feed_data_unavailable', () => translateAbsentList('npm')],
  ['npms.blacklisted_name_version', (given) => translateDenied(given, 'npm')],
  ['ruby_gems.newer_version_found_in_feed', () => translateListing('gem', 'newer-listed', true)],
  ['ruby_gems.not_found_in_feed', () => translateListing('gem', 'listed', false)],
  ['ruby_gems.version_not_found_in_feed', () => translateListing('gem', 'version-listed', false)],
  ['ruby_gems.feed_data_unavailable', () => translateAbsentList('gem')],
  ['ruby_gems.blacklist', (given) => translateDenied(given, 'gem')],
  ['packages.required_package', translateRequired],
  ['packages.verify', translateVerify],
  ['packages.blacklist', (given) => translateDenied(given)],
  [
    'passwd_file.content_not_available',
    () => ({ for: 'account', whenNone: { uid: 'at least 0' } }),
  ],
  [
    'passwd_file.blacklist_usernames',
    (given) => translateAccounts('name', given.get('user_names')),
  ],
  ['passwd_file.blacklist_userids', (given) => translateAccounts('uid', given.get('user_ids'))],
  ['passwd_file.blacklist_groupids', (given) => translateAccounts('gid', given.get('group_ids'))],
  ['passwd_file.blacklist_shells', (given) => translateAccounts('shell', given.get('shells'))],
  ['passwd_file.blacklist_full_entry', translateEntry],
  ['retrieved_files.content_not_available', translateMissingFile],
  ['retrieved_files.content_regex', translateContent],
  ['secret_scans.content_regex_checks', translateSecrets],
  ['vulnerabilities.package', translateFinding],
  ['vulnerabilities.stale_feed_data', translateStale],
  [
    'vulnerabilities.vulnerability_data_unavailable',
    () => ({ for: 'coverage', when: { about: ['database', 'findings'] } }),
  ],
  ['vulnerabilities.blacklist', translateVulnerabilities],
]);

/** Further triggers of Anchore Enterprise, by its documentation. */
const ENTERPRISE: ReadonlyMap<string, Translator> = new Map<string, Translator>([
  [
    'ancestry.allowed_base_image_digest',
    (given) => translateAncestry('base-digest', given.get('base_digest'), true),
  ],
  [
    'ancestry.allowed_base_image_tag',
    (given) => translateAncestry('base-name', given.get('base_tag'), true),
  ],
  [
    'ancestry.denylist_ancestor_image_digest',
    (given) => translateAncestry('base-digest', given.get('ancestor_digest'), false),
  ],
  [
    'ancestry.denylist_ancestor_image_tag',
    (given) => translateAncestry('base-name', given.get('ancestor_tag'), false),
  ],
  ['ancestry.no_ancestors_analyzed', () => ({ for: 'image', when: { 'base-known': false } })],
  ['distro.deny', translateDistro],
  ['tag_drift.packages_added', (given) => translateDrift(['added'], given)],
  ['tag_drift.packages_removed', (given) => translateDrift(['removed'], given)],
  [
    'tag_drift.packages_modified',
    (given) => translateDrift(['upgraded', 'downgraded', 'changed', 'rebuilt'], given),
  ],
  ['image_source_drift.package_downgraded', (given) => translateDrift(['downgraded'], given)],
  ['image_source_drift.package_removed', (given) => translateDrift(['removed'], given)],
  [
    'image_source_drift.no_related_sources',
    () => ({ for: 'image', when: { 'baseline-given': false } }),
  ],
  [
    'stig.no_stig_evaluations_available',
    () => ({ for: 'run', when: { kind: 'stig', given: false } }),
  ],
  [
    'stig.stig_evaluations_outdated',
    (given) => ({
      for: 'run',
      when: {
        kind: 'stig',
        age: `over ${given.get('max_days') ?? given.get('max days') ?? ''} days`,
      },
      note: RESULTS_NOTE,
    }),
  ],
  ['vulnerabilities.kev_list', () => ({ for: 'finding', when: { exploited: true } })],
  ['packages.metadata', translatePackageMetadata],
]);

/** The triggers of anchore-engine, translated or not. */
export const ANCHORE_TRIGGERS: readonly string[] = [...TRANSLATORS.keys()];

/** The further triggers of Enterprise. */
export const ENTERPRISE_TRIGGERS: readonly string[] = [...ENTERPRISE.keys()];

/**
 * Translates one rule of a policy of anchore-engine or of Enterprise, which writes "denylist" for
 * "blacklist". Returns the reason if it has no counterpart.
 */
export function translateAnchoreRule(
  gate: string,
  trigger: string,
  parameters: AnchoreParameters,
): Translation {
  const name = `${gate}.${trigger}`.toLowerCase().replaceAll(' ', '_');
  const translator =
    TRANSLATORS.get(name) ??
    ENTERPRISE.get(name) ??
    TRANSLATORS.get(name.replace('denylist', 'blacklist'));
  return (
    translator?.(parameters) ??
    'the gate is not one of anchore-engine 1.1.0 or Enterprise, which removed it or never had it'
  );
}
