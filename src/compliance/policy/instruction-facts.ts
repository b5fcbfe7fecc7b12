import { createFact, createUnknownFact, type FactDefinition, type FactValue } from './fact.ts';
import type { InstructionSubject } from './instructions.ts';
import { splitCommands } from './shell-commands.ts';

/** Facts of an instruction, in the history of an image or in a Dockerfile. */
export const INSTRUCTION_FACTS: readonly FactDefinition<InstructionSubject>[] = [
  {
    name: 'verb',
    type: { kind: 'text' },
    about: 'its instruction in a Dockerfile, such as RUN or COPY',
    absence: 'the history names no instruction: unknown',
    read: (subject) => readPart(subject, 'verb'),
  },
  {
    name: 'arguments',
    type: { kind: 'text' },
    about: 'its text after the instruction',
    absence: 'the history names no instruction: unknown',
    read: (subject) => readPart(subject, 'arguments'),
  },
  {
    name: 'command',
    type: { kind: 'texts' },
    about: 'each command of RUN with its arguments, such as "apt-get update"',
    absence: 'not a RUN instruction: an empty list; no known instruction: unknown',
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
    about: 'its position, from 1',
    absence: 'always known',
    read: ({ number, place }) => createFact(number, place === undefined ? {} : { place }),
  },
];

function readPart(subject: InstructionSubject, part: 'verb' | 'arguments'): FactValue {
  const text = subject[part];
  return text === undefined
    ? createUnknownFact(`instruction ${subject.number} of the history is of no known kind`)
    : createFact(text);
}

/** Names an instruction by its place and the beginning of its text. */
export function describeInstruction({ number, text, place }: InstructionSubject): string {
  const [line = ''] = text.split('\n', 1);
  return `${place ?? `instruction ${number}`}: ${line.slice(0, 60)}`;
}
