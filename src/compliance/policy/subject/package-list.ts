import { compareText } from '../../../foundation/core/compare-text.ts';
import { countDays } from '../dates.ts';
import { createFact, createUnknownFact, listPackageProblems, type SubjectKind } from '../fact.ts';
import type { PackageFeed } from '../package-feed.ts';

interface PackageListSubject {
  readonly type: string;
  /** Absent if the target has packages of the type, but no list was given. */
  readonly feed?: PackageFeed;
}

/** A list of the packages of a registry. */
export const packageListSubject: SubjectKind<PackageListSubject> = {
  id: 'package-list',
  about:
    'a list of the packages of a registry, in a file of --package-list; each type of package in the target has one, even if it was not given',
  facts: [
    {
      name: 'type',
      type: { kind: 'text' },
      about: 'the type of its packages, such as npm',
      absence: 'always known',
      read: ({ type }) => createFact(type),
    },
    {
      name: 'given',
      type: { kind: 'flag' },
      about: 'whether the list was given',
      absence: 'it was not given: false',
      read: ({ feed }) => createFact(feed !== undefined),
    },
    {
      name: 'age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since it was captured',
      absence: 'it was not given, or does not state a time: unknown',
      read: ({ feed, type }, { now }) =>
        feed?.capturedAt === undefined
          ? createUnknownFact(`the time of the list of ${type} packages is not known`)
          : createFact(countDays(feed.capturedAt, now), { captured: feed.capturedAt }),
    },
  ],
  list: ({ assessment, packageFeeds = [] }) => {
    const types = new Set([
      ...assessment.inventory.packages.map(({ type }) => type),
      ...packageFeeds.map(({ type }) => type),
    ]);
    return {
      subjects: [...types].toSorted(compareText).map((type): PackageListSubject => {
        const feed = packageFeeds.find((one) => one.type === type);
        return feed === undefined ? { type } : { type, feed };
      }),
      // Packages that were missed may be of further types.
      missing: listPackageProblems(assessment),
    };
  },
  describe: ({ type }) => `list of ${type} packages`,
  identify: ({ type }) => ({ key: `package-list ${type}` }),
};
