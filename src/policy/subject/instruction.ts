import { createFact, createUnknownFact, type SubjectKind } from '../fact.ts';
import { type HistoryEntry, readImageFacts } from '../image-facts.ts';
import { getArguments, getVerb } from '../instruction-verb.ts';

/** An instruction of the image's history, with those that created no layer. */
export const instructionSubject: SubjectKind<HistoryEntry> = {
  id: 'instruction',
  about: 'an instruction in the history of the image; builders may shorten or omit them',
  facts: [
    {
      name: 'verb',
      type: { kind: 'text' },
      about: 'its instruction in a Dockerfile, such as RUN or COPY',
      absence: 'the history has no such word: unknown',
      read: ({ text, number }) => {
        const verb = getVerb(text);
        return verb === undefined
          ? createUnknownFact(`instruction ${number} of the history is of no known kind`)
          : createFact(verb);
      },
    },
    {
      name: 'arguments',
      type: { kind: 'text' },
      about: 'its text behind the instruction',
      absence: 'the history has no such word: unknown',
      read: ({ text, number }) => {
        const words = getArguments(text);
        return words === undefined
          ? createUnknownFact(`instruction ${number} of the history is of no known kind`)
          : createFact(words);
      },
    },
    {
      name: 'text',
      type: { kind: 'text' },
      about: 'its text as in the history, with likely secrets masked',
      absence: 'the history has none: an empty text',
      read: ({ text }) => createFact(text),
    },
    {
      name: 'number',
      type: { kind: 'amount', unit: 'count' },
      about: 'its position in the history, from 1',
      absence: 'always known',
      read: ({ number }) => createFact(number),
    },
  ],
  list: ({ assessment }) => {
    const facts = readImageFacts(assessment.inventory);
    if (facts === undefined) {
      return { subjects: [], missing: ['the target is not an image'] };
    }
    return {
      subjects: facts.history,
      missing: [
        ...facts.problems,
        ...(facts.history.length === 0 ? ['the image has no history'] : []),
      ],
    };
  },
  describe: ({ number, text }) => `instruction ${number}: ${text.slice(0, 60)}`,
  identify: ({ number }) => ({ key: `instruction ${number}` }),
};
