import { createFact, listReadingProblems, type SubjectKind } from '../fact.ts';

export interface SecretSubject {
  /** As in the attack surface: the path, with more details. */
  readonly title: string;
  readonly isVerified: boolean;
}

/** A file that contains a secret, or looks like one by its name. */
export const secretSubject: SubjectKind<SecretSubject> = {
  id: 'secret',
  about: 'a file in any layer that contains a secret, or has the name of one',
  facts: [
    {
      name: 'place',
      type: { kind: 'text' },
      about: 'the path of the file, with the kind of the secret if its content shows it',
      absence: 'always known',
      read: ({ title }) => createFact(title),
    },
    {
      name: 'verified',
      type: { kind: 'flag' },
      about: 'whether the content of the file shows that it is a secret',
      absence: 'only the name was recognized: false',
      read: ({ isVerified }) => createFact(isVerified),
    },
  ],
  list: ({ assessment }) => {
    const dimensions = assessment.inventory.surface?.dimensions ?? [];
    const byName = dimensions.find(({ id }) => id === 'secrets');
    const verified = dimensions.find(({ id }) => id === 'verified-secrets');
    if (byName?.value === undefined || verified?.value === undefined) {
      return { subjects: [], missing: ['the target was not searched for secrets'] };
    }
    return {
      subjects: [
        ...verified.items.map((title) => ({ title, isVerified: true })),
        ...byName.items.map((title) => ({ title, isVerified: false })),
      ],
      missing: listReadingProblems(assessment),
    };
  },
  describe: ({ title }) => title,
  identify: ({ title }) => ({ key: `secret ${title}` }),
  needs: ['surface'],
};
