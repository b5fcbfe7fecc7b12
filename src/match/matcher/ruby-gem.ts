import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

const NAMESAKE = 'the advisory is about another program of the same name';

/** Ruby gems, by name. */
export const rubyGem = createEcosystemMatcher({
  id: 'ruby-gem',
  title: 'Ruby gems',
  spec: 'https://guides.rubygems.org/specification-reference/#name',
  types: ['gem'],
  scheme: 'gem',
  ignoreRules: [
    {
      id: 'gem-namesake',
      reason: NAMESAKE,
      packageName: /^matrix$/,
      vulnerabilities: [
        'CVE-2017-14196',
        'CVE-2017-14197',
        'CVE-2017-14198',
        'CVE-2019-19373',
        'CVE-2019-19374',
      ],
    },
    {
      id: 'gem-namesake',
      reason: NAMESAKE,
      packageName: /^delegate$/,
      vulnerabilities: [
        'CVE-1999-1338',
        'CVE-2001-1202',
        'CVE-2002-1781',
        'CVE-2004-0789',
        'CVE-2004-2003',
        'CVE-2005-0036',
        'CVE-2005-0861',
        'CVE-2006-2072',
        'CVE-2015-7556',
      ],
    },
    {
      id: 'gem-namesake',
      reason: NAMESAKE,
      packageName: /^observer$/,
      vulnerabilities: ['CVE-2008-4318'],
    },
    {
      id: 'gem-namesake',
      reason: NAMESAKE,
      packageName: /^logger$/,
      vulnerabilities: ['CVE-2017-14727'],
    },
  ],
});
