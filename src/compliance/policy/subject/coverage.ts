import { assessCompleteness } from '../../../foundation/core/assessment.ts';
import { COVERAGE_VERDICTS, type CoverageReason } from '../../../foundation/core/coverage.ts';
import { createFact, type SubjectKind } from '../fact.ts';

/** A reason why the result is incomplete. */
export const coverageSubject: SubjectKind<CoverageReason> = {
  id: 'coverage',
  about: 'a reason why the result is incomplete',
  facts: [
    {
      name: 'about',
      type: {
        kind: 'word',
        words: ['package-database', 'database', 'findings', 'packages', 'problems', 'executables'],
      },
      about: 'the subject of the reason',
      absence: 'always known',
      read: ({ about }) => createFact(about),
    },
    {
      name: 'verdict',
      type: { kind: 'scale', words: COVERAGE_VERDICTS },
      about: 'its weight',
      absence: 'always known',
      read: ({ verdict }) => createFact(verdict),
    },
    {
      name: 'reason',
      type: { kind: 'text' },
      about: 'the reason as a sentence',
      absence: 'always known',
      read: ({ reason }) => createFact(reason),
    },
  ],
  list: ({ assessment }) => ({
    subjects: assessCompleteness(assessment).reasons,
    missing: [],
  }),
  describe: ({ reason }) => reason,
  identify: ({ about, reason }) => ({ key: `coverage ${about} ${reason}` }),
};
