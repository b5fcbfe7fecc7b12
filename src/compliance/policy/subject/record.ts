import { createFact, createUnknownFact, type FactValue, type SubjectKind } from '../fact.ts';
import { identifyPackage } from '../package-identity.ts';
import {
  COMPARISONS,
  CONTENT_STATES,
  listRecords,
  type RecordSubject,
} from '../package-records.ts';

/** A file in the record of a system package. */
export const recordSubject: SubjectKind<RecordSubject> = {
  id: 'record',
  about: 'a file that a record in the target lists for a dpkg, rpm or apk package',
  facts: [
    {
      name: 'path',
      type: { kind: 'text' },
      about: 'its path in the record',
      absence: 'always known',
      read: ({ path }) => createFact(path),
    },
    {
      name: 'content',
      type: { kind: 'word', words: CONTENT_STATES },
      about: 'whether the file has the recorded content',
      absence: 'the record has no digest, or no digest of the file is known: unknown',
      read: ({ content }) => toFact(content),
    },
    {
      name: 'mode',
      type: { kind: 'word', words: CONTENT_STATES },
      about: 'whether the file has the recorded mode',
      absence: 'the record has no mode, as records of dpkg: unknown',
      read: ({ mode }) => toFact(mode),
    },
    {
      name: 'comparison',
      type: { kind: 'word', words: COMPARISONS },
      about: 'the strongest part of the record that was compared',
      absence: 'always known',
      read: ({ comparison }) => createFact(comparison),
    },
    {
      name: 'configuration',
      type: { kind: 'flag' },
      about: 'whether the record marks it as configuration, which users change',
      absence: 'the record does not mark it: false; of apk: whether it is below /etc',
      read: ({ isConfiguration }) => createFact(isConfiguration),
    },
    {
      name: 'package',
      type: { kind: 'text' },
      about: 'the name of the package',
      absence: 'every package has a name',
      read: ({ item }) => createFact(item.name),
    },
    {
      name: 'package-type',
      type: { kind: 'text' },
      about: 'the type of the package: deb, rpm or apk',
      absence: 'every package has a type',
      read: ({ item }) => createFact(item.type),
    },
  ],
  list: listRecords,
  describe: ({ path, item }) => `${path} of ${item.name}`,
  identify: ({ path, item }) => ({
    key: `record ${item.key} ${path}`,
    packages: identifyPackage(item),
  }),
  needs: ['files', 'digests'],
};

function toFact(answer: RecordSubject['content' | 'mode']): FactValue {
  if (answer.state === undefined) {
    return createUnknownFact(answer.reason);
  }
  return createFact(answer.state, answer.detail === undefined ? {} : { found: answer.detail });
}
