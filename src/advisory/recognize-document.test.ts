import assert from 'node:assert/strict';
import { test } from 'node:test';
import { providers } from './provider/registry.generated.ts';
import { recognizeDocument } from './recognize-document.ts';

const FEEDS = providers.filter((provider) => provider.kind === 'feed');

/** The beginning of a document of each form; details are shortened. */
const BEGINNINGS: readonly (readonly [feed: string | undefined, text: string])[] = [
  ['alpine-secdb', '{"distroversion": "edge", "reponame": "main", "packages": []}'],
  ['alpine-secdb', '{"apkurl": "{{urlprefix}}", "distroversion": "v3.20", "packages": [{"pkg": {'],
  ['alpine-secdb', '---\ndistroversion: v3.5\nreponame: main\npackages:\n  - pkg:\n'],
  [
    'almalinux-errata',
    '{"schema_version": "1.0", "data": [{"id": "ALBA-2021:3049", "issued_date": 1, "updated_date": 2',
  ],
  [
    'amazon-updateinfo',
    '<?xml version="1.0"?>\n<updates>\n<update author="linux-security@amazon.com" status="final"',
  ],
  [
    'arch-avg',
    '[{"name": "AVG-1234", "packages": ["curl"], "affected": "1-1", "issues": ["CVE-2024-1"',
  ],
  ['bottlerocket-advisories', '[advisory]\nid = "BRSA-rrw1j1iyz4iz"\ntitle = "containerd"\n'],
  [
    'chainguard-secdb',
    '{"reponame": "chainguard", "urlprefix": "https://packages.cgr.dev", "packages"',
  ],
  [
    'cve-list',
    '{"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {}, "containers": {',
  ],
  ['cve-list', '{"containers": {"cna": {"affected": [{"product": "n/a", "vendor": "n/a"'],
  ['debian-lists', '[29 Mar 2023] DSA-5380-1 xorg-server - security update\n\t{CVE-2023-1393}\n'],
  ['debian-tracker', '{"389-ds-base": {"CVE-2010-2222": {"description": "The _ger_parse_control'],
  ['debian-tracker', '{ "a" :\n{ "TEMP-0123456-000000": {"releases": {'],
  ['distro-info', 'version,codename,series,created,release,eol\n1.1,Buzz,buzz,1993-08-16,,\n'],
  ['endoflife-date', '---\ntitle: Ubuntu\ncategory: os\ntags: linux\npermalink: /ubuntu\n'],
  ['endoflife-date', '{"result": [{"name": "debian", "releases": [{"name": "12", "isEol": false'],
  [
    'echo-advisories',
    '{"nginx": {"CVE-2021-3618": {"severity": "high", "fixed_version": "1.21.0"}',
  ],
  [
    'euvd',
    '{"items": [{"id": "EUVD-2025-0001", "datePublished": "", "baseScoreVector": "", "aliases"',
  ],
  [
    'nvd',
    '{"vulnerabilities": [{"cve": {"id": "CVE-1", "sourceIdentifier": "a@b.c", "lastModified": ""',
  ],
  ['nvd', '{"_annotation": {"cna": "mitre", "cve_id": "CVE-1999-0037", "description": "x"'],
  ['epss', '#model_version:v2025.03.14,score_date:2025-04-01T00:00:00Z\ncve,epss,percentile\n'],
  ['epss', 'CVE,CVSS3,EPSS,EPSS Percentile,Description\nCVE-2025-62593,8.8,0.01015,0.60644,'],
  ['epss', '{"status": "OK", "data": [{"cve": "CVE-2022-1", "epss": "0.9", "percentile": "0.9"'],
  ['fedora-bodhi', '{"updates": [{"alias": "FEDORA-2025-aaa1111111", "builds": [{"nvr": "a-1-1"'],
  ['haskell-advisories', '```toml\n[advisory]\nid = "HSEC-2023-0001"\ncwe = [328, 400]\n'],
  ['kev', '{"title": "CISA Catalog", "catalogVersion": "2025.08.25", "vulnerabilities": ['],
  ['friendsofphp', 'title: Incorrect token\nbranches:\n  1.x: {}\nreference: composer://a/b\n'],
  ['gentoo-glsa', '<?xml version="1.0"?>\n<!DOCTYPE glsa SYSTEM "x">\n<glsa id="200310-03">'],
  [
    'nodejs-security-wg',
    '{"id": 1, "module_name": "a", "vulnerable_versions": "<1", "patched_versions": ">=1"}',
  ],
  ['nodejs-security-wg', '{"cve": [], "vulnerable": "4.x || 5.x", "patched": "^4.8.4"'],
  ['minimos-secdb', '{"reponame": "os", "urlprefix": "https://packages.mini.dev", "packages": [{'],
  ['ocaml-advisories', '```\nid: OSEC-2026-01\nmodified: "2026-02-27T09:30:00Z"\n'],
  ['osv', '{"schema_version": "1.6.0", "id": "DSA-1-1", "modified": "2024-01-09T20:26:26Z"'],
  ['osv', '[{"id": "SUSE-SU-2023:1-1", "modified": "2023-05-05T20:27:49Z", "details": "This'],
  ['osv', '{\n "affected": [\n  {"package": {"ecosystem": "Maven", "name": "a:b"}'],
  [
    'osv',
    '\u00ef\u00bb\u00bf{"id": "ALSA-2025:1", "summary": "x", "affected": [{"package": {"ecosystem": "AlmaLinux:10"',
  ],
  ['osv', 'id: PYSEC-2018-104\ndetails: x\naffected:\n- package:\n    name: a\n'],
  [
    'redhat-cve',
    '{"name": "CVE-2023-2977", "threat_severity": "Low", "public_date": "2023", "bugzilla": {',
  ],
  [
    'redhat-csaf',
    '{"document": {"aggregate_severity": {"namespace": "https://access.redhat.com/security/"}, "csaf_version": "2.0"',
  ],
  [
    'suse-csaf',
    '{"document": {"aggregate_severity": {"namespace": "https://www.suse.com/support/"}, "csaf_version": "2.0"',
  ],
  [
    'openeuler-csaf',
    '{"document": {"csaf_version": "2.0", "publisher": {"name": "openEuler", "namespace": "https://www.openeuler.org"',
  ],
  ['suse-oval', '<definition id="oval:org.opensuse.security:def:20011267" class="vulnerability">'],
  [
    'oracle-oval',
    '<definition id="oval:com.oracle.elsa:def:20070057" version="501" class="patch">',
  ],
  ['azurelinux-oval', '<definition class="a" id="oval:com.microsoft.cbl-mariner:def:50124">'],
  [
    'ubuntu-vex',
    '{"metadata": {"@context": "https://openvex.dev/ns/v0.2.0", "author": "Canonical Ltd."',
  ],
  ['retirejs', '{"jquery": {"vulnerabilities": [{"below": "1.6.3", "identifiers": {"CVE": []}'],
  ['rocky-errata', '{"affectedProducts": ["Rocky Linux 9"], "cves": [{"name": "CVE-2024-2961"'],
  ['rocky-errata', '{"advisories": [{"name": "RLSA-2025:21816", "red_hat_advisory_id": 27521'],
  [
    'rootio-feed',
    '{"alpine": [{"distroversion": "3.19", "packages": [{"pkg": {"cves": {"CVE-1": {"vulnerable_ranges": [',
  ],
  ['rubysec', '---\ngem: resque\ncve: 2023-50727\nurl: https://a.example\ntitle: Reflected XSS\n'],
  ['rustsec', '```toml\n[advisory]\nid = "RUSTSEC-2026-0074"\npackage = "a"\n'],
  ['secureos-secdb', '{"urlprefix": "https://apk.cve0.io", "distroversion": "v1", "packages": ['],
  ['ubuntu-tracker', 'PublicDateAtUSN: 2010-06-18\nCandidate: CVE-2009-4901\nReferences:\n'],
  ['wolfi-secdb', '{"reponame": "os", "urlprefix": "https://packages.wolfi.dev", "packages": [{'],
  [undefined, ''],
  [
    undefined,
    '# Advisories\n\nThis repository has advisories with "id", "modified" and "summary".\n',
  ],
  [undefined, '{"name": "left-pad", "version": "1.0.0"}'],
  [undefined, '{"bomFormat": "CycloneDX", "vulnerabilities": [{"id": "CVE-2020-1"}]}'],
  [undefined, 'Apache License\nVersion 2.0, January 2004\n'],
  [undefined, 'name: ci\non: [push]\njobs:\n  test: {}\n'],
];

test('each feed recognizes its own documents and no others', () => {
  for (const [feed, text] of BEGINNINGS) {
    const found = recognizeDocument('a/document', Buffer.from(text, 'latin1'), FEEDS);
    assert.deepEqual(
      found.map(({ id }) => id),
      feed === undefined ? [] : [feed],
      text,
    );
  }
});

test('recognition takes a short time for any text', () => {
  for (const text of ['{ "', '{"a":', '\n\n', ' ', '"id"', '---\n#\n', '{"\\"'].map((part) =>
    part.repeat(4_096 / part.length),
  )) {
    const start = process.cpuUsage().user;
    recognizeDocument('a/document', Buffer.from(text), FEEDS);
    assert.ok(process.cpuUsage().user - start < 500_000, text.slice(0, 10));
  }
});
