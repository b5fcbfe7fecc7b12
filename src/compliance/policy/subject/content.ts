import type { SearchedFile } from '../../../foundation/core/content-search.ts';
import { readInBase } from '../base-layers.ts';
import { createFact, listReadingProblems, type SubjectKind } from '../fact.ts';

interface ContentSubject {
  readonly file: SearchedFile;
  /** ID of the search in the policies. */
  readonly search: string;
}

/** A file that a search of the policy read. */
export const contentSubject: SubjectKind<ContentSubject> = {
  id: 'content',
  about:
    'a file of any layer that a search of the policy ("content") read; archives are not opened',
  facts: [
    {
      name: 'search',
      type: { kind: 'text' },
      about: 'the ID of the search in the policy',
      absence: 'always known',
      read: ({ search }) => createFact(search),
    },
    {
      name: 'path',
      type: { kind: 'text' },
      about: 'its path',
      absence: 'always known',
      read: ({ file }) => createFact(file.path),
    },
    {
      name: 'lines',
      type: { kind: 'amount', unit: 'count' },
      about: 'the number of its lines that match the pattern; their text is never kept',
      absence: 'no line matches: 0',
      read: ({ file: { count, lines } }) =>
        createFact(count, count === 0 ? {} : { lines: lines.join(', ') }),
    },
    {
      name: 'hidden',
      type: { kind: 'flag' },
      about: 'whether a later layer hides it, so that only someone who pulls the image can read it',
      absence: 'always known',
      read: ({ file: { isHidden, layer } }) =>
        createFact(isHidden, layer === undefined ? {} : { layer }),
    },
    {
      name: 'in-base',
      type: { kind: 'flag' },
      about: 'whether it is from a layer of the base image',
      absence: 'the base was not identified with --base, or only by its contents: unknown',
      read: ({ file }, input) => readInBase(file.layer, input),
    },
  ],
  list: ({ assessment, searches = [] }) => {
    const { content } = assessment.inventory;
    const done = searches.filter(({ digest }) => content?.searches.includes(digest) === true);
    const left = searches.filter((search) => !done.includes(search));
    return {
      subjects: done.flatMap(({ id, digest }) =>
        (content?.files ?? [])
          .filter((file) => file.search === digest)
          .map((file) => ({ file, search: id })),
      ),
      missing: [
        ...left.map(({ id }) => `the files of the search "${id}" were not read`),
        ...(searches.length === 0 ? ['no policy has a search'] : []),
        ...listReadingProblems(assessment),
      ],
    };
  },
  describe: ({ file: { path, lines } }) => (lines.length === 0 ? path : `${path}:${lines[0]}`),
  identify: ({ file: { path, layer }, search }) => ({
    key: ['content', search, path, layer ?? ''].join(' ').trim(),
  }),
  needs: ['content'],
};
