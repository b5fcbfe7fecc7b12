import { createFact, createUnknownFact, type FactValue, type SubjectKind } from '../fact.ts';
import {
  type InstructionSubject,
  listInstructions,
  readInstructionInBase,
} from '../instructions.ts';
import { splitCommands } from '../shell-commands.ts';

/** An instruction of the image's history, with those that created no layer, or of a Dockerfile. */
export const instructionSubject: SubjectKind<InstructionSubject> = {
  id: 'instruction',
  about:
    'an instruction in the history of the image, which builders may shorten or omit, or in the file of --dockerfile',
  facts: [
    {
      name: 'source',
      type: { kind: 'word', words: ['history', 'dockerfile'] },
      about: 'the origin of the instruction: the image itself, or the file of --dockerfile',
      absence: 'always known',
      read: ({ source }) => createFact(source),
    },
    {
      name: 'verb',
      type: { kind: 'text' },
      about: 'its instruction in a Dockerfile, such as RUN or COPY',
      absence: 'the history has no such word: unknown',
      read: (subject) => readPart(subject, 'verb'),
    },
    {
      name: 'arguments',
      type: { kind: 'text' },
      about: 'its text behind the instruction',
      absence: 'the history has no such word: unknown',
      read: (subject) => readPart(subject, 'arguments'),
    },
    {
      name: 'command',
      type: { kind: 'texts' },
      about: 'each command of RUN with its arguments, such as "apt-get update"',
      absence: 'another instruction: an empty list; no known instruction: unknown',
      read: (subject) => {
        const words = readPart(subject, 'arguments');
        return words.isKnown
          ? createFact(subject.verb === 'RUN' ? splitCommands(String(words.value)) : [])
          : words;
      },
    },
    {
      name: 'text',
      type: { kind: 'text' },
      about: 'its whole text, with likely secrets masked',
      absence: 'the history has none: an empty text',
      read: ({ text }) => createFact(text),
    },
    {
      name: 'number',
      type: { kind: 'amount', unit: 'count' },
      about: 'its position in its source, from 1',
      absence: 'always known',
      read: ({ number, place }) => createFact(number, place === undefined ? {} : { place }),
    },
    {
      name: 'layer',
      type: { kind: 'amount', unit: 'count' },
      about: 'the number of the layer that it created, from 1',
      absence: 'it created none, or it is in a Dockerfile: 0',
      read: ({ layer = 0 }) => createFact(layer),
    },
    {
      name: 'final-stage',
      type: { kind: 'flag' },
      about: 'whether it belongs to the stage that becomes the image',
      absence: 'an instruction of the history always does: true',
      read: ({ isFinalStage }) => createFact(isFinalStage),
    },
    {
      name: 'in-base',
      type: { kind: 'flag' },
      about: 'whether it built the image that --base names, so that it is not your own',
      absence: 'no base is named, or its layers are not the first ones of the image: unknown',
      read: readInstructionInBase,
    },
  ],
  list: listInstructions,
  describe: ({ number, text, place }) => {
    const [line = ''] = text.split('\n', 1);
    return `${place ?? `instruction ${number}`}: ${line.slice(0, 60)}`;
  },
  identify: ({ source, number }) => ({
    key: source === 'history' ? `instruction ${number}` : `instruction dockerfile ${number}`,
  }),
};

function readPart(subject: InstructionSubject, part: 'verb' | 'arguments'): FactValue {
  const text = subject[part];
  return text === undefined
    ? createUnknownFact(`instruction ${subject.number} of the history is of no known kind`)
    : createFact(text);
}
