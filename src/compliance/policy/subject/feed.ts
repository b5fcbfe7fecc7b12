import type { DatabaseProvider } from '../../../foundation/core/advisory.ts';
import { countDays } from '../dates.ts';
import { createFact, type SubjectKind } from '../fact.ts';

/** A source of the advisory database. */
export const feedSubject: SubjectKind<DatabaseProvider> = {
  id: 'feed',
  about: 'a source of the advisory database in use',
  facts: [
    {
      name: 'name',
      type: { kind: 'text' },
      about: 'the ID of the source, such as debian',
      absence: 'always known',
      read: ({ id }) => createFact(id),
    },
    {
      name: 'age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since its documents were captured',
      absence: 'always known',
      read: ({ capturedAt }, { now }) =>
        createFact(countDays(capturedAt, now), { captured: capturedAt }),
    },
  ],
  list: ({ assessment: { database } }) =>
    database === undefined
      ? { subjects: [], missing: ['no advisory database is in use'] }
      : {
          subjects: database.providers,
          missing: database.providers.length === 0 ? ['the database names no sources'] : [],
        },
  describe: ({ id }) => `source ${id}`,
  identify: ({ id }) => ({ key: `feed ${id}` }),
};
