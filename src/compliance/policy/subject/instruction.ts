import { createFact, type SubjectKind } from '../fact.ts';
import { describeInstruction, INSTRUCTION_FACTS } from '../instruction-facts.ts';
import { type InstructionSubject, listHistory, readInstructionInBase } from '../instructions.ts';

/** An instruction of the image's history, with those that created no layer. */
export const instructionSubject: SubjectKind<InstructionSubject> = {
  id: 'instruction',
  about: 'an instruction in the history of the image; builders may shorten or omit them',
  facts: [
    ...INSTRUCTION_FACTS,
    {
      name: 'layer',
      type: { kind: 'amount', unit: 'count' },
      about: 'the number of the layer that it created, from 1',
      absence: 'it created none: 0',
      read: ({ layer = 0 }) => createFact(layer),
    },
    {
      name: 'in-base',
      type: { kind: 'flag' },
      about: 'whether it belongs to the base image',
      absence: 'the base was not identified with --base, or only by its contents: unknown',
      read: readInstructionInBase,
    },
  ],
  list: listHistory,
  describe: describeInstruction,
  identify: ({ number }) => ({ key: `instruction ${number}` }),
};
