import type { Package } from '../core/package.ts';
import type { CpeName } from './cpe-name/cpe.ts';

/** Whether the guess names a product that the package, by its type or name, is known not to be. */
export function isMisleading(name: CpeName, subject: Package): boolean {
  return MISLEADING.some((rule) => rule.test(name, subject));
}

interface MisleadingRule {
  /** Reason why such a guess is dropped, as a sentence. */
  readonly why: string;
  test(name: CpeName, subject: Package): boolean;
}

const MISLEADING: readonly MisleadingRule[] = [
  {
    why: 'a Jira client is not the Jira server',
    test: (name, subject) =>
      name.product === 'jira' &&
      ['jira', 'atlassian'].includes(name.vendor) &&
      subject.name.toLowerCase().includes('client'),
  },
  {
    why: 'a Jenkins plug-in is not the Jenkins server',
    test: (name, subject) => name.product === 'jenkins' && subject.type === 'jenkins-plugin',
  },
  {
    why: 'a package without Jenkins in its name is not the Jenkins server',
    test: (name, subject) =>
      name.product === 'jenkins' &&
      ['jenkins', 'cloudbees'].includes(name.vendor) &&
      !subject.name.toLowerCase().includes('jenkins'),
  },
];
