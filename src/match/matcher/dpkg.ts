import { CODE_FREE_RULES } from '../code-free-rule.ts';
import { findExtendedSystems } from '../extended-systems.ts';
import { HOST_KERNEL } from '../host-kernel.ts';
import { joinOutcomes, type Matcher, type SupportChannel } from '../matcher.ts';
import { searchChannel } from '../search/channel-search.ts';
import { searchSystem } from '../search/system-search.ts';
import { listSources } from '../subject.ts';

/** Expanded Security Maintenance of Ubuntu Pro: fixes in addition to those of the release. */
const EXPANDED_MAINTENANCE: SupportChannel = { channel: 'esm', system: 'ubuntu' };

/**
 * Maintainers of packages in third-party repositories, by the `Maintainer` field of their control
 * files. No field names the builder; packages of other maintainers count as the distribution's.
 */
const MAINTAINERS_ELSEWHERE = new RegExp(
  [
    '@(?:docker|nvidia|hashicorp|microsoft|mongodb|konghq|cloudflare|datadoghq|nodesource|sap)\\.com>',
    '@(?:elastic\\.co|openrobotics\\.org|osrfoundation\\.org|oss\\.oracle\\.com)>',
    '<(?:nginx-packaging@f5|support@influxdb|support@gitlab|contact@grafana|info@tailscale)\\.com>',
    '<(?:developers@lists\\.mariadb\\.org|dev@couchdb\\.apache\\.org|chromium-dev@chromium\\.org)>',
    '^(?:GitHub|HashiCorp|Google Cloud CLI Authors)\\b',
  ].join('|'),
);

/** Version marks of repositories that rebuild packages of a distribution. */
const VERSIONS_ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/\.pgdg[0-9]/, 'the PostgreSQL Global Development Group'],
  [/deb\.sury\.org/, 'deb.sury.org'],
  [/[0-9]nodesource[0-9]/, 'NodeSource'],
];

/**
 * Packages of dpkg. Statements of Debian and Ubuntu name source packages; a binary package of
 * another name is looked up by its source, with the source's version.
 */
export const dpkg: Matcher = {
  id: 'dpkg',
  title: 'Debian and Ubuntu packages',
  spec: 'https://www.debian.org/doc/debian-policy/ch-controlfields.html#source',
  types: ['deb'],
  isSystem: true,
  scheme: 'deb',
  detectOtherBuilder({ metadata, version }) {
    const maintainer = metadata?.value['maintainer'];
    const stated = typeof maintainer === 'string' ? maintainer : '';
    return MAINTAINERS_ELSEWHERE.test(stated)
      ? stated
      : VERSIONS_ELSEWHERE.find(([mark]) => mark.test(version))?.[1];
  },
  channels: [EXPANDED_MAINTENANCE],
  rebuildMarks: { prefixes: ['rootio-'], version: /\.root\.io\./ },
  ignoreRules: [
    ...CODE_FREE_RULES,
    {
      ...HOST_KERNEL,
      packageName: /^linux-(?:image|modules)-/,
    },
    {
      id: 'zlib-without-minizip',
      reason: 'the vulnerability is in minizip, which these packages do not contain',
      vulnerabilities: ['CVE-2023-45853'],
      packageName: /^zlib(1g)?$/,
    },
    {
      id: 'kernel-headers',
      reason: 'the package contains headers, not the kernel that the advisory is about',
      packageName: /^linux(-.*)?-headers-/,
      sourceName: /^linux/,
      kind: 'indirect',
    },
    {
      id: 'kernel-headers',
      reason: 'the package contains headers, not the kernel that the advisory is about',
      packageName: /^linux-libc-dev$/,
      sourceName: /^linux$/,
      kind: 'indirect',
    },
    {
      id: 'kernel-headers',
      reason: 'the package contains build tools, not the kernel that the advisory is about',
      packageName: /^linux-kbuild-/,
      sourceName: /^linux/,
      kind: 'indirect',
    },
  ],
  partTypes: [],
  match(subject, context) {
    const sources = listSources(subject, context);
    const channel = findExtendedSystems(EXPANDED_MAINTENANCE, context);
    return joinOutcomes(
      [...sources, subject].map((one) =>
        channel === undefined ? searchSystem(one, context) : searchChannel(one, channel, context),
      ),
    );
  },
};
