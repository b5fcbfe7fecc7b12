/* Origin: our own. */

import type { OptionName } from './option-table.data.ts';

export interface OptionTopic {
  readonly title: string;
  readonly options: readonly OptionName[];
}

/**
 * Options by what they are about, in the order of the help; a test holds that each is here once.
 */
export const OPTION_TOPICS: readonly OptionTopic[] = [
  {
    title: 'output',
    options: [
      'output',
      'privateOutput',
      'template',
      'sortBy',
      'showSuppressed',
      'grade',
      'name',
      'targetVersion',
      'targetSupplier',
      'reproducible',
      'vexProduct',
      'answered',
      'minutesPerFinding',
    ],
  },
  { title: 'target', options: ['from', 'platform', 'sbomFrom', 'merge'] },
  {
    title: 'what is looked at',
    options: [
      'scope',
      'exclude',
      'oneFileSystem',
      'selectCatalogers',
      'overrideDefaultCatalogers',
      'fileSelection',
      'fileDigests',
      'licenseContent',
      'reach',
      'surface',
    ],
  },
  {
    title: 'which findings count',
    options: [
      'severity',
      'onlyFixed',
      'onlyNotfixed',
      'ignoreStates',
      'ignoreFile',
      'vex',
      'vexFrom',
      'vexKey',
      'derive',
      'assertUnreachable',
      'accept',
    ],
  },
  {
    title: 'how is judged',
    options: ['distro', 'byCve', 'addCpesIfNone', 'parity'],
  },
  {
    title: 'gates',
    options: ['failOn', 'failOnNew', 'baseline', 'failOnDifference', 'failIncomplete'],
  },
  {
    title: 'advisory database',
    options: ['db', 'dbUrl', 'dbDigest', 'insecureDbHttp', 'dbAutoUpdate', 'dbMaxAge', 'earlierDb'],
  },
  {
    title: 'network',
    options: [
      'offline',
      'caFile',
      'insecureSkipTlsVerify',
      'insecureUseHttp',
      'allowHost',
      'registryMirror',
    ],
  },
  {
    title: 'cache and limits',
    options: ['cache', 'verify', 'cacheDir', 'limits', 'maxMemory'],
  },
  {
    title: 'every command',
    options: ['color', 'quiet', 'verbose', 'config', 'help', 'version'],
  },
];
