import { CODE_FREE_RULES } from '../code-free-rule.ts';
import { extendedSystems, type SupportChannel } from '../extended-systems.ts';
import { HOST_KERNEL } from '../host-kernel.ts';
import { joinOutcomes, type Matcher } from '../matcher.ts';
import { searchChannel } from '../search/channel-search.ts';
import { searchSystem } from '../search/system-search.ts';
import { sourcesOf } from '../subject.ts';

/** Expanded Security Maintenance of Ubuntu Pro: fixes beside those of the release itself. */
const EXPANDED_MAINTENANCE: SupportChannel = { channel: 'esm', system: 'ubuntu' };

/**
 * Packages of dpkg. Debian and Ubuntu name source packages in their statements; a binary package of
 * another name is searched by its source, with the source's version.
 */
export const dpkg: Matcher = {
  id: 'dpkg',
  title: 'Debian and Ubuntu packages',
  spec: 'https://www.debian.org/doc/debian-policy/ch-controlfields.html#source',
  types: ['deb'],
  isSystem: true,
  scheme: 'deb',
  rebuildMarks: { prefixes: ['rootio-'], version: /\.root\.io\./ },
  ignoreRules: [
    ...CODE_FREE_RULES,
    {
      ...HOST_KERNEL,
      packageName: /^linux-(?:image|modules)-/,
    },
    {
      id: 'zlib-without-minizip',
      reason: 'the flaw is in minizip, which these packages do not hold',
      vulnerabilities: ['CVE-2023-45853'],
      packageName: /^zlib(1g)?$/,
    },
    {
      id: 'kernel-headers',
      reason: 'the package holds headers, not the kernel that the statement is about',
      packageName: /^linux(-.*)?-headers-/,
      sourceName: /^linux/,
      kind: 'indirect',
    },
    {
      id: 'kernel-headers',
      reason: 'the package holds headers, not the kernel that the statement is about',
      packageName: /^linux-libc-dev$/,
      sourceName: /^linux$/,
      kind: 'indirect',
    },
    {
      id: 'kernel-headers',
      reason: 'the package holds build tools, not the kernel that the statement is about',
      packageName: /^linux-kbuild-/,
      sourceName: /^linux/,
      kind: 'indirect',
    },
  ],
  comprehensiveSystems: ['debian', 'ubuntu'],
  notComprehensiveSystems: [],
  partTypes: [],
  match(subject, context) {
    const sources = sourcesOf(subject, context);
    const channel = extendedSystems(EXPANDED_MAINTENANCE, context);
    return joinOutcomes(
      [...sources, subject].map((one) =>
        channel === undefined ? searchSystem(one, context) : searchChannel(one, channel, context),
      ),
    );
  },
};
