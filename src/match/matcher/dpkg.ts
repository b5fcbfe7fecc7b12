import { CODE_FREE_RULE } from '../code-free-rule.ts';
import { joinOutcomes, type Matcher } from '../matcher.ts';
import { searchSystem } from '../search/system-search.ts';
import { sourcesOf } from '../subject.ts';

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
  ignoreRules: [
    CODE_FREE_RULE,
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
    return joinOutcomes([...sources, subject].map((one) => searchSystem(one, context)));
  },
};
