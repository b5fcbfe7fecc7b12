import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PolicyOutcome } from '../../../foundation/core/policy-verdict.ts';
import { readDockerfile } from '../dockerfile.ts';
import { readPackageFeed } from '../package-feeds.ts';
import { readToolRuns } from '../read-tool-runs.ts';
import { ANCHORE_TRIGGERS, ENTERPRISE_TRIGGERS } from './translate-rule.ts';
import {
  FIXED_FINDING,
  judgeTrigger,
  UNRATED_FINDING,
  USUAL_CONFIG,
  WITH_UNRATED,
  type World,
} from './world.fixture.ts';

type Row = readonly [
  trigger: string,
  params: Readonly<Record<string, string>>,
  expected: PolicyOutcome | 'lost',
  world?: World | undefined,
];

const DOCKERFILE = readDockerfile(
  Buffer.from('FROM a\nEXPOSE 22 80\nRUN x\nUSER app\n'),
  'Dockerfile',
);
const LICENSED: World = {
  packages: [
    {
      name: 'curl',
      type: 'deb',
      licenses: [{ value: 'ISC', expression: 'ISC', kind: 'declared', urls: [], locations: [] }],
    },
  ],
};
const WRITTEN: World = { input: { dockerfile: DOCKERFILE } };
const createScanned = (status: string): World => ({
  input: {
    toolRuns: readToolRuns(
      Buffer.from(
        JSON.stringify({
          tool: 'clamav',
          kind: 'malware',
          ran: '2026-11-28T00:00:00Z',
          results: [{ id: 'Eicar', status, path: '/tmp/eicar' }],
        }),
      ),
      'clamav.json',
    ),
  },
});
const createListed = (type: string, packages: object): World => ({
  input: {
    packageFeeds: [
      readPackageFeed(Buffer.from(JSON.stringify({ type, packages })), `${type}.json`),
    ],
  },
});
const createInstructionRow = (
  check: string,
  value: string,
  expected: PolicyOutcome,
  verb = 'CMD',
): Row => ['dockerfile.instruction', { instruction: verb, check, value }, expected];
const createMetadataRow = ([attribute, check, value, expected, world]: readonly [
  attribute: string,
  check: string,
  value: string,
  expected: Row[2],
  world?: World,
]): Row => ['metadata.attribute', { attribute, check, value }, expected, world];
const createScoreRow = (
  name: string,
  check: string,
  value: string,
  expected: PolicyOutcome,
): Row => [
  'vulnerabilities.package',
  { package_type: 'all', [`${name}_comparison`]: check, [name]: value },
  expected,
];
const createSeverityRow = (check: string, word: string, expected: Row[2], world?: World): Row => [
  'vulnerabilities.package',
  { package_type: 'all', severity_comparison: check, severity: word, vendor_only: 'false' },
  expected,
  world,
];

const NO_DISTRO: World = { distro: undefined };
const ONLY_UNRATED: World = { findings: [UNRATED_FINDING] };
const UNKNOWN_KEY = { findings: [{ ...FIXED_FINDING, severity: 'unknown' as const }] };

/** Each trigger with each parameter and each operator: it fires, and it does not. */
const ROWS: readonly Row[] = [
  ['always.always', {}, 'fail'],

  createInstructionRow('exists', '', 'fail'),
  createInstructionRow('exists', '', 'pass', 'HEALTHCHECK'),
  createInstructionRow('not_exists', '', 'pass'),
  createInstructionRow('not_exists', '', 'fail', 'HEALTHCHECK'),
  createInstructionRow('=', '["sh"]', 'fail'),
  createInstructionRow('=', '["bash"]', 'pass'),
  createInstructionRow('!=', '["bash"]', 'fail'),
  createInstructionRow('!=', '["sh"]', 'pass'),
  createInstructionRow('in', 'a,["sh"]', 'fail'),
  createInstructionRow('in', 'a,b', 'pass'),
  createInstructionRow('not_in', 'a,b', 'fail'),
  createInstructionRow('not_in', 'a,["sh"]', 'pass'),
  createInstructionRow('like', '.*sh', 'fail'),
  createInstructionRow('like', 'sh', 'pass'),
  createInstructionRow('not_like', 'sh', 'fail'),
  createInstructionRow('not_like', '.*sh', 'pass'),
  [
    'dockerfile.instruction',
    { instruction: 'RUN', check: 'exists', actual_dockerfile_only: 'true' },
    'unknown',
  ],
  [
    'dockerfile.instruction',
    { instruction: 'RUN', check: 'exists', actual_dockerfile_only: 'true' },
    'fail',
    WRITTEN,
  ],
  [
    'dockerfile.instruction',
    { instruction: 'ADD', check: 'exists', actual_dockerfile_only: 'true' },
    'pass',
    WRITTEN,
  ],
  ['dockerfile.instruction', { instruction: 'CMD', check: 'no', value: '' }, 'lost'],

  ['dockerfile.effective_user', { users: 'app', type: 'blacklist' }, 'fail'],
  ['dockerfile.effective_user', { users: 'root', type: 'blacklist' }, 'pass'],
  ['dockerfile.effective_user', { users: 'app,x', type: 'whitelist' }, 'pass'],
  ['dockerfile.effective_user', { users: 'docker', type: 'whitelist' }, 'fail'],
  [
    'dockerfile.effective_user',
    { users: 'root', type: 'denylist' },
    'fail',
    { config: { ...USUAL_CONFIG, config: {} } },
  ],

  ['dockerfile.exposed_ports', { ports: '80', type: 'blacklist' }, 'fail'],
  ['dockerfile.exposed_ports', { ports: '53/udp', type: 'blacklist' }, 'fail'],
  ['dockerfile.exposed_ports', { ports: '22', type: 'blacklist' }, 'pass'],
  ['dockerfile.exposed_ports', { ports: '80,53', type: 'whitelist' }, 'pass'],
  ['dockerfile.exposed_ports', { ports: '80', type: 'whitelist' }, 'fail'],
  [
    'dockerfile.exposed_ports',
    { ports: '22', type: 'blacklist', actual_dockerfile_only: 'true' },
    'fail',
    WRITTEN,
  ],
  [
    'dockerfile.exposed_ports',
    { ports: '53', type: 'blacklist', actual_dockerfile_only: 'true' },
    'pass',
    WRITTEN,
  ],
  [
    'dockerfile.exposed_ports',
    { ports: '22,80', type: 'whitelist', actual_dockerfile_only: 'true' },
    'pass',
    WRITTEN,
  ],
  [
    'dockerfile.exposed_ports',
    { ports: '80', type: 'whitelist', actual_dockerfile_only: 'true' },
    'fail',
    WRITTEN,
  ],
  [
    'dockerfile.exposed_ports',
    { ports: '80', type: 'whitelist', actual_dockerfile_only: 'true' },
    'unknown',
  ],
  ['dockerfile.exposed_ports', { ports: 'http', type: 'whitelist' }, 'lost'],

  ['dockerfile.no_dockerfile_provided', {}, 'fail'],
  ['dockerfile.no_dockerfile_provided', {}, 'pass', WRITTEN],

  ['files.content_regex_match', { regex_name: 'x' }, 'lost'],
  ['files.name_match', { regex: '.*\\.pem' }, 'fail'],
  ['files.name_match', { regex: 'key' }, 'pass'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '4755' }, 'fail'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '00755' }, 'pass'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '0755', mode_op: '!=' }, 'fail'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '4755', mode_op: '!=' }, 'pass'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '0755', mode_op: '>' }, 'fail'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '4755', mode_op: '>' }, 'pass'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '4755', mode_op: '>=' }, 'fail'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '7777', mode_op: '>=' }, 'pass'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '7777', mode_op: '<' }, 'fail'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '4755', mode_op: '<' }, 'pass'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '4755', mode_op: '<=' }, 'fail'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '0755', mode_op: '<=' }, 'pass'],
  [
    'files.attribute_match',
    { filename: '/usr/bin/su', checksum: '7e27f3e6c78ac1e8a5dfb4b3f5d6c1f1' },
    'pass',
  ],
  [
    'files.attribute_match',
    {
      filename: '/usr/bin/su',
      checksum: '0b180078d994cb2b5ed89d7ce8e7eea2',
      checksum_algorithm: 'md5',
    },
    'fail',
  ],
  [
    'files.attribute_match',
    { filename: '/usr/bin/su', checksum: 'x', checksum_algorithm: 'sha1' },
    'pass',
  ],
  [
    'files.attribute_match',
    { filename: '/usr/bin/su', checksum: 'x', checksum_match: 'not_equals' },
    'fail',
  ],
  [
    'files.attribute_match',
    { filename: '/usr/bin/su', checksum: 'x', checksum_algorithm: 'crc' },
    'lost',
  ],
  ['files.attribute_match', { filename: '/no/such', mode: '0644' }, 'pass'],
  ['files.attribute_match', { filename: '/no/such', mode: '0644', skip_missing: 'true' }, 'pass'],
  ['files.attribute_match', { filename: '/no/such', mode: '0644', skip_missing: 'false' }, 'fail'],
  ['files.suid_or_guid_set', {}, 'fail'],
  ['files.suid_or_guid_set', {}, 'pass', { files: [] }],

  ['licenses.blacklist_exact_match', { licenses: 'x,MIT OR BSD-3-Clause' }, 'fail'],
  ['licenses.blacklist_exact_match', { licenses: 'MIT' }, 'unknown'],
  ['licenses.blacklist_exact_match', { licenses: 'MIT' }, 'pass', LICENSED],
  ['licenses.blacklist_exact_match', { licenses: 'ISC' }, 'fail', LICENSED],
  ['licenses.blacklist_partial_match', { licenses: 'BSD' }, 'fail'],
  ['licenses.blacklist_partial_match', { licenses: 'BSD', package_type: 'rpm' }, 'pass'],
  ['licenses.blacklist_partial_match', { licenses: '' }, 'lost'],

  ['malware.scans', {}, 'unknown'],
  ['malware.scans', {}, 'fail', createScanned('failed')],
  ['malware.scans', {}, 'pass', createScanned('passed')],
  ['malware.scans', {}, 'unknown', createScanned('what')],
  ['malware.scan_not_run', {}, 'fail'],
  ['malware.scan_not_run', {}, 'pass', createScanned('passed')],

  createMetadataRow(['size', '>', '10', 'fail']),
  createMetadataRow(['size', '>', '1KB', 'pass']),
  createMetadataRow(['size', '<', '1 MB', 'fail']),
  createMetadataRow(['size', '<', '20', 'pass']),
  createMetadataRow(['size', '>=', '20', 'fail']),
  createMetadataRow(['size', '>=', '21', 'pass']),
  createMetadataRow(['size', '<=', '20', 'fail']),
  createMetadataRow(['size', '<=', '19', 'pass']),
  createMetadataRow(['size', '=', '20', 'fail']),
  createMetadataRow(['size', '=', '21', 'pass']),
  createMetadataRow(['size', '!=', '21', 'fail']),
  createMetadataRow(['size', '!=', '20', 'pass']),
  createMetadataRow(['size', 'in', '20,30', 'fail']),
  createMetadataRow(['size', 'not_in', '20,30', 'pass']),
  createMetadataRow(['size', 'exists', '', 'fail']),
  createMetadataRow(['size', 'not_exists', '', 'pass']),
  createMetadataRow(['size', 'like', '2.', 'lost']),
  createMetadataRow(['layer_count', '>', '1', 'fail']),
  createMetadataRow(['layer_count', '>', '2', 'pass']),
  createMetadataRow(['layer_count', '=', '2', 'fail']),
  createMetadataRow(['architecture', '=', 'amd64', 'fail']),
  createMetadataRow(['architecture', '=', 'arm64', 'pass']),
  createMetadataRow(['architecture', '!=', 'arm64', 'fail']),
  createMetadataRow(['architecture', 'in', 'arm64,amd64', 'fail']),
  createMetadataRow(['architecture', 'not_in', 'arm64', 'fail']),
  createMetadataRow(['architecture', 'like', 'amd.*', 'fail']),
  createMetadataRow(['architecture', 'not_like', 'amd.*', 'pass']),
  createMetadataRow(['architecture', 'exists', '', 'fail']),
  createMetadataRow(['architecture', 'not_exists', '', 'pass']),
  createMetadataRow(['os_type', '=', 'linux', 'fail']),
  createMetadataRow(['os_type', '>', '31', 'fail']),
  createMetadataRow(['os_type', '<', '31', 'pass']),
  createMetadataRow(['distro', '=', 'debian', 'fail']),
  createMetadataRow(['distro', '=', 'alpine', 'pass']),
  createMetadataRow(['distro', '=', 'alpine', 'unknown', NO_DISTRO]),
  createMetadataRow(['distro', 'exists', '', 'fail']),
  createMetadataRow(['distro', 'exists', '', 'pass', NO_DISTRO]),
  createMetadataRow(['distro', 'not_exists', '', 'fail', NO_DISTRO]),
  createMetadataRow(['distro', 'not_exists', '', 'pass']),
  createMetadataRow(['distro_version', '=', '12.5', 'fail']),
  createMetadataRow(['distro_version', 'like', '11.*', 'pass']),
  createMetadataRow(['distro_version', '<=', '12.5', 'fail']),
  createMetadataRow(['distro_version', '>=', '13', 'pass']),
  createMetadataRow(['like_distro', '=', 'debian', 'fail']),
  createMetadataRow(['like_distro', '!=', 'debian', 'pass']),
  createMetadataRow(['like_distro', 'not_in', 'rhel', 'fail']),
  createMetadataRow(['like_distro', 'like', 'rh', 'pass']),
  createMetadataRow(['colour', '=', 'x', 'lost']),

  ['npms.newer_version_in_feed', {}, 'unknown'],
  [
    'npms.newer_version_in_feed',
    {},
    'fail',
    createListed('npm', { lodash: ['4.17.9', '4.17.21'] }),
  ],
  [
    'npms.newer_version_in_feed',
    {},
    'pass',
    createListed('npm', { lodash: ['4.17.9', '4.17.20'] }),
  ],
  ['npms.unknown_in_feeds', {}, 'fail', createListed('npm', {})],
  ['npms.unknown_in_feeds', {}, 'pass', createListed('npm', { lodash: [] })],
  ['npms.unknown_in_feeds', {}, 'unknown'],
  ['npms.version_not_in_feeds', {}, 'fail', createListed('npm', { lodash: ['4.17.21'] })],
  ['npms.version_not_in_feeds', {}, 'pass', createListed('npm', { lodash: ['4.17.20'] })],
  ['npms.feed_data_unavailable', {}, 'fail'],
  ['npms.feed_data_unavailable', {}, 'pass', createListed('npm', {})],
  ['npms.blacklisted_name_version', { name: 'lodash' }, 'fail'],
  ['npms.blacklisted_name_version', { name: 'lodash', version: '4.17.20' }, 'fail'],
  ['npms.blacklisted_name_version', { name: 'lodash', version: '1' }, 'pass'],
  ['npms.blacklisted_name_version', { name: 'rails' }, 'pass'],
  ['ruby_gems.newer_version_found_in_feed', {}, 'fail', createListed('gem', { rails: ['7.0.0'] })],
  ['ruby_gems.newer_version_found_in_feed', {}, 'pass', createListed('gem', { rails: ['5.0.0'] })],
  ['ruby_gems.not_found_in_feed', {}, 'fail', createListed('gem', {})],
  ['ruby_gems.not_found_in_feed', {}, 'pass', createListed('gem', { rails: [] })],
  ['ruby_gems.version_not_found_in_feed', {}, 'fail', createListed('gem', { rails: ['7.0.0'] })],
  ['ruby_gems.version_not_found_in_feed', {}, 'pass', createListed('gem', { rails: ['6.0.0'] })],
  ['ruby_gems.feed_data_unavailable', {}, 'fail'],
  ['ruby_gems.feed_data_unavailable', {}, 'pass', createListed('gem', {})],
  ['ruby_gems.blacklist', { name: 'rails', version: '6.0.0' }, 'fail'],
  ['ruby_gems.blacklist', { name: 'lodash' }, 'pass'],

  ['packages.required_package', { name: 'curl' }, 'pass'],
  ['packages.required_package', { name: 'sudo' }, 'fail'],
  ['packages.required_package', { name: 'curl', version: '8.0-1' }, 'pass'],
  [
    'packages.required_package',
    { name: 'curl', version: '8.0-2', version_match_type: 'exact' },
    'fail',
  ],
  [
    'packages.required_package',
    { name: 'curl', version: '7.99-9', version_match_type: 'minimum' },
    'pass',
  ],
  [
    'packages.required_package',
    { name: 'curl', version: '8.0-10', version_match_type: 'minimum' },
    'fail',
  ],
  ['packages.blacklist', { name: 'curl' }, 'fail'],
  ['packages.blacklist', { name: 'curl', version: '8.0-1' }, 'fail'],
  ['packages.blacklist', { name: 'curl', version: '9' }, 'pass'],
  ['packages.verify', {}, 'fail'],
  ['packages.verify', { check: 'changed', only_packages: 'curl' }, 'fail'],
  ['packages.verify', { check: 'changed', only_packages: 'openssl' }, 'pass'],
  ['packages.verify', { check: 'missing', only_directories: '/usr/share' }, 'fail'],
  ['packages.verify', { check: 'missing', only_directories: '/usr/bin,/opt' }, 'pass'],
  ['packages.verify', { check: 'maybe' }, 'lost'],
  ['files.attribute_match', { filename: '/usr/bin/su', mode: '4755', mode_op: '~' }, 'lost'],
  ['vulnerabilities.package', { package_type: 'all', severity: 'awful' }, 'lost'],
  [
    'vulnerabilities.package',
    { package_type: 'all', severity: 'low', severity_comparison: '~' },
    'lost',
  ],
  [
    'vulnerabilities.package',
    { package_type: 'all', cvss_v3_base_score: '7', cvss_v3_base_score_comparison: '~' },
    'lost',
  ],
  ['packages.required_package', { name: 'curl', version: '8 .0' }, 'lost'],

  ['passwd_file.content_not_available', {}, 'pass'],
  ['passwd_file.content_not_available', {}, 'fail', { accounts: [] }],
  ['passwd_file.content_not_available', {}, 'unknown', { accounts: undefined }],
  ['passwd_file.blacklist_usernames', { user_names: 'x,app' }, 'fail'],
  ['passwd_file.blacklist_usernames', { user_names: 'games' }, 'pass'],
  ['passwd_file.blacklist_userids', { user_ids: '1000' }, 'fail'],
  ['passwd_file.blacklist_userids', { user_ids: '5' }, 'pass'],
  ['passwd_file.blacklist_groupids', { group_ids: '0' }, 'fail'],
  ['passwd_file.blacklist_groupids', { group_ids: '7' }, 'pass'],
  ['passwd_file.blacklist_shells', { shells: '/bin/bash' }, 'fail'],
  ['passwd_file.blacklist_shells', { shells: '/bin/zsh' }, 'pass'],
  ['passwd_file.blacklist_full_entry', { entry: 'app:x:1000:1000:App:/app:/bin/bash' }, 'fail'],
  ['passwd_file.blacklist_full_entry', { entry: 'app::1000:1000:App:/app:/bin/bash' }, 'fail'],
  ['passwd_file.blacklist_full_entry', { entry: 'app:x:1000:1000:App:/app:/bin/zsh' }, 'pass'],
  ['passwd_file.blacklist_full_entry', { entry: 'app' }, 'lost'],

  ['retrieved_files.content_not_available', { path: '/etc/httpd.conf' }, 'pass'],
  ['retrieved_files.content_not_available', { path: '/etc/httpdxconf' }, 'fail'],
  [
    'retrieved_files.content_regex',
    { path: '/etc/httpd.conf', check: 'match', regex: '^SSLEnabled on$' },
    'fail',
  ],
  [
    'retrieved_files.content_regex',
    { path: '/etc/httpd.conf', check: 'match', regex: '^SSLEnabled off$' },
    'pass',
  ],
  [
    'retrieved_files.content_regex',
    { path: '/etc/httpd.conf', check: 'no_match', regex: '^SSLEnabled off$' },
    'fail',
  ],
  [
    'retrieved_files.content_regex',
    { path: '/etc/httpd.conf', check: 'no_match', regex: 'SSLEnabled' },
    'pass',
  ],
  ['retrieved_files.content_regex', { path: '/etc/httpd.conf', check: 'x', regex: 'a' }, 'lost'],

  ['secret_scans.content_regex_checks', {}, 'fail'],
  ['secret_scans.content_regex_checks', {}, 'pass', { secrets: [] }],
  ['secret_scans.content_regex_checks', { content_regex_name: 'PRIV_KEY' }, 'fail'],
  ['secret_scans.content_regex_checks', { content_regex_name: 'AWS_ACCESS_KEY' }, 'pass'],
  ['secret_scans.content_regex_checks', { filename_regex: '/opt/.*' }, 'fail'],
  ['secret_scans.content_regex_checks', { filename_regex: 'key' }, 'pass'],
  ['secret_scans.content_regex_checks', { match_type: 'found' }, 'fail'],
  ['secret_scans.content_regex_checks', { match_type: 'notfound' }, 'pass'],
  ['secret_scans.content_regex_checks', { match_type: 'notfound' }, 'fail', { secrets: [] }],

  ['vulnerabilities.package', { package_type: 'all' }, 'fail'],
  ['vulnerabilities.package', { package_type: 'os' }, 'fail'],
  ['vulnerabilities.package', { package_type: 'non-os' }, 'pass'],
  createSeverityRow('=', 'high', 'fail'),
  createSeverityRow('=', 'low', 'pass'),
  createSeverityRow('!=', 'low', 'fail'),
  createSeverityRow('!=', 'high', 'pass'),
  createSeverityRow('>', 'medium', 'fail'),
  createSeverityRow('>', 'high', 'pass'),
  createSeverityRow('>', 'critical', 'lost'),
  createSeverityRow('>=', 'high', 'fail'),
  createSeverityRow('>=', 'critical', 'pass'),
  createSeverityRow('<', 'critical', 'fail'),
  createSeverityRow('<', 'high', 'pass'),
  createSeverityRow('<', 'negligible', 'fail', ONLY_UNRATED),
  createSeverityRow('<=', 'high', 'fail'),
  createSeverityRow('<=', 'medium', 'pass'),
  createSeverityRow('=', 'unknown', 'fail', ONLY_UNRATED),
  createSeverityRow('=', 'unknown', 'pass'),
  createSeverityRow('<=', 'unknown', 'fail', ONLY_UNRATED),
  createSeverityRow('!=', 'unknown', 'fail'),
  createSeverityRow('>', 'unknown', 'pass', ONLY_UNRATED),
  createSeverityRow('>=', 'unknown', 'fail', ONLY_UNRATED),
  createSeverityRow('<', 'unknown', 'lost'),
  createSeverityRow('>=', 'high', 'unknown', UNKNOWN_KEY),
  ...(['cvss_v3', 'vendor_cvss_v3'] as const).flatMap((prefix) => [
    createScoreRow(`${prefix}_base_score`, '=', '7.5', 'fail'),
    createScoreRow(`${prefix}_base_score`, '=', '7', 'pass'),
    createScoreRow(`${prefix}_base_score`, '!=', '7', 'fail'),
    createScoreRow(`${prefix}_base_score`, '!=', '7.5', 'pass'),
    createScoreRow(`${prefix}_base_score`, '>', '7', 'fail'),
    createScoreRow(`${prefix}_base_score`, '>', '7.5', 'pass'),
    createScoreRow(`${prefix}_base_score`, '>=', '7.5', 'fail'),
    createScoreRow(`${prefix}_base_score`, '<', '9', 'fail'),
    createScoreRow(`${prefix}_base_score`, '<', '7.5', 'pass'),
    createScoreRow(`${prefix}_base_score`, '<=', '7.5', 'fail'),
    createScoreRow(`${prefix}_base_score`, '<=', '7', 'pass'),
    createScoreRow(`${prefix}_exploitability_score`, '>=', '3.9', 'fail'),
    createScoreRow(`${prefix}_exploitability_score`, '>', '3.9', 'pass'),
    createScoreRow(`${prefix}_impact_score`, '>=', '3.6', 'fail'),
    createScoreRow(`${prefix}_impact_score`, '>', '3.6', 'pass'),
  ]),
  [
    'vulnerabilities.package',
    {
      package_type: 'all',
      cvss_v3_base_score_comparison: '=',
      cvss_v3_base_score: '7.5',
      vendor_cvss_v3_base_score: '9',
    },
    'pass',
  ],
  ['vulnerabilities.package', { package_type: 'all', fix_available: 'true' }, 'fail'],
  ['vulnerabilities.package', { package_type: 'all', fix_available: 'false' }, 'pass'],
  ['vulnerabilities.package', { package_type: 'all' }, 'pass', ONLY_UNRATED],
  ['vulnerabilities.package', { package_type: 'all', vendor_only: 'true' }, 'pass', ONLY_UNRATED],
  ['vulnerabilities.package', { package_type: 'all', vendor_only: 'false' }, 'fail', ONLY_UNRATED],
  [
    'vulnerabilities.package',
    { package_type: 'all', fix_available: 'true', max_days_since_fix: '30' },
    'fail',
  ],
  [
    'vulnerabilities.package',
    { package_type: 'all', fix_available: 'true', max_days_since_fix: '90' },
    'pass',
  ],
  ['vulnerabilities.package', { package_type: 'all', max_days_since_creation: '30' }, 'unknown'],
  [
    'vulnerabilities.package',
    { package_type: 'non-os', package_path_exclude: '/app/.*', vendor_only: 'false' },
    'unknown',
    { findings: WITH_UNRATED },
  ],
  ['vulnerabilities.package', { package_type: 'os', package_path_exclude: '/app/.*' }, 'fail'],
  ['vulnerabilities.stale_feed_data', { max_days_since_sync: '1' }, 'fail'],
  ['vulnerabilities.stale_feed_data', { max_days_since_sync: '10000' }, 'pass'],
  ['vulnerabilities.vulnerability_data_unavailable', {}, 'pass'],
  ['vulnerabilities.vulnerability_data_unavailable', {}, 'fail', { isWithoutDatabase: true }],
  ['vulnerabilities.blacklist', { vulnerability_ids: 'CVE-1,CVE-2026-1' }, 'fail'],
  ['vulnerabilities.blacklist', { vulnerability_ids: 'CVE-1' }, 'pass'],
  ['vulnerabilities.blacklist', { vulnerability_ids: 'CVE-2026-2' }, 'pass', ONLY_UNRATED],
  [
    'vulnerabilities.blacklist',
    { vulnerability_ids: 'CVE-2026-2', vendor_only: 'false' },
    'fail',
    ONLY_UNRATED,
  ],
  ['vulnerabilities.denylist', { vulnerability_ids: 'CVE-2026-1' }, 'fail'],
];

const createBasedWorld = (state: 'exact' | 'same'): World => ({
  base: {
    state,
    name: 'registry.example.org/debian:12',
    manifestDigest: 'sha256:aa',
    layers: 1,
  },
});
const PROVEN = createBasedWorld('exact');
const OTHER = createBasedWorld('same');
const createEvaluated = (ran: string): World => ({
  input: {
    toolRuns: readToolRuns(
      Buffer.from(JSON.stringify({ tool: 'openscap', kind: 'stig', ran, results: [] })),
      'stig.json',
    ),
  },
});

const ENTERPRISE_ROWS: readonly Row[] = [
  ['ancestry.allowed_base_image_digest', { base_digest: 'sha256:aa' }, 'pass', PROVEN],
  ['ancestry.allowed_base_image_digest', { base_digest: 'sha256:bb' }, 'fail', PROVEN],
  ['ancestry.allowed_base_image_digest', { base_digest: 'sha256:aa' }, 'fail', OTHER],
  ['ancestry.allowed_base_image_digest', { base_digest: 'sha256:aa' }, 'unknown'],
  ['ancestry.allowed_base_image_tag', { base_tag: 'debian:12' }, 'pass', PROVEN],
  ['ancestry.allowed_base_image_tag', { base_tag: 'alpine:3' }, 'fail', PROVEN],
  ['ancestry.denylist_ancestor_image_digest', { ancestor_digest: 'sha256:aa' }, 'fail', PROVEN],
  ['ancestry.denylist_ancestor_image_digest', { ancestor_digest: 'sha256:bb' }, 'pass', PROVEN],
  ['ancestry.denylist_ancestor_image_tag', { ancestor_tag: 'debian:12' }, 'fail', PROVEN],
  ['ancestry.denylist_ancestor_image_tag', { ancestor_tag: 'alpine:3' }, 'pass', PROVEN],
  ['ancestry.no_ancestors_analyzed', {}, 'fail'],
  ['ancestry.no_ancestors_analyzed', {}, 'pass', PROVEN],
  ['distro.deny', { distro: 'debian' }, 'fail'],
  ['distro.deny', { distro: 'alpine' }, 'pass'],
  ['distro.deny', { distro: 'debian', version: '13', check: '<' }, 'fail'],
  ['distro.deny', { distro: 'debian', version: '12', check: '<' }, 'pass'],
  ['distro.deny', { distro: 'debian', version: '12.10', check: '<' }, 'fail'],
  ['distro.deny', { distro: 'debian', version: '12.5', check: '=' }, 'fail'],
  ['distro.deny', { distro: 'debian', version: '12.5', check: '>' }, 'pass'],
  ['distro.deny', { distro: 'debian', version: '12.5', check: '>=' }, 'fail'],
  ['distro.deny', { distro: 'debian', version: '12.5', check: '<=' }, 'fail'],
  ['tag_drift.packages_added', {}, 'unknown'],
  ['tag_drift.packages_removed', { package_type: 'deb' }, 'unknown'],
  ['tag_drift.packages_modified', {}, 'unknown'],
  ['image_source_drift.package_downgraded', {}, 'unknown'],
  ['image_source_drift.package_removed', { package_types: 'deb,npm' }, 'unknown'],
  ['image_source_drift.no_related_sources', {}, 'fail'],
  ['stig.no_stig_evaluations_available', {}, 'fail'],
  ['stig.no_stig_evaluations_available', {}, 'pass', createEvaluated('2026-11-01T00:00:00Z')],
  [
    'stig.stig_evaluations_outdated',
    { max_days: '10' },
    'fail',
    createEvaluated('2026-11-01T00:00:00Z'),
  ],
  [
    'stig.stig_evaluations_outdated',
    { max_days: '90' },
    'pass',
    createEvaluated('2026-11-01T00:00:00Z'),
  ],
  ['stig.stig_evaluations_outdated', { max_days: '90' }, 'unknown'],
  ['vulnerabilities.kev list', {}, 'fail'],
  ['packages.metadata', { name: 'curl' }, 'fail'],
  ['packages.metadata', { name: 'cu*' }, 'fail'],
  ['packages.metadata', { name: 'x*' }, 'pass'],
  ['packages.metadata', { name: 'curl', version: '8.0-10', version_comparison: '<' }, 'fail'],
  ['packages.metadata', { name: 'curl', version: '8.0-1', version_comparison: '<' }, 'pass'],
  ['packages.metadata', { name: 'cu*', name_comparison: '!=', type: 'deb' }, 'fail'],
  ['packages.metadata', { name: 'curl', name_comparison: '~' }, 'lost'],
  ['packages.metadata', {}, 'lost'],
  ['ancestry.allowed_base_image_digest', {}, 'lost'],
  ['distro.deny', {}, 'lost'],
  ['distro.deny', { distro: 'debian', version: '12', check: '~' }, 'lost'],
  ['distro.deny', { distro: 'debian', version: '13', check: '!=' }, 'fail'],
  ['packages.metadata', { type: 'npm', type_comparison: '!=', name: 'lodash' }, 'pass'],
];

suite('each trigger of anchore-engine, with each parameter and operator', () => {
  for (const [name, params, expected, world] of [...ROWS, ...ENTERPRISE_ROWS]) {
    const [gate = '', trigger = ''] = name.split('.');
    test(`${name} ${JSON.stringify(params)} is ${expected}`, () => {
      assert.equal(judgeTrigger([gate, trigger, params], world), expected);
    });
  }

  test('has rows that fire and rows that do not', () => {
    for (const name of ANCHORE_TRIGGERS) {
      const outcomes = new Set(
        ROWS.filter(([own]) => own === name).map(([, , outcome]) => outcome),
      );
      const isComplete = outcomes.has('fail') && outcomes.has('pass');
      assert.equal(isComplete, !EXPLAINED.has(name), `${name}: ${[...outcomes].join(', ')}`);
    }
    assert.ok([...EXPLAINED].every((name) => ANCHORE_TRIGGERS.includes(name)));
    for (const name of ENTERPRISE_TRIGGERS) {
      const isTested = ENTERPRISE_ROWS.some(([own]) => own.replace(' ', '_') === name);
      assert.ok(isTested, name);
    }
  });
});

/**
 * Triggers without a row that fires and one that does not: the first fires for every image, and the
 * pattern of the second is only in the configuration of the engine, so that its rule is reported as
 * lost.
 */
const EXPLAINED: ReadonlySet<string> = new Set(['always.always', 'files.content_regex_match']);
