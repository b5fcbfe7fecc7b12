import { createFact, type SubjectKind } from '../fact.ts';
import { describeInstruction, INSTRUCTION_FACTS } from '../instruction-facts.ts';
import { type InstructionSubject, listWritten } from '../instructions.ts';

/** An instruction of the Dockerfile that the user gave. */
export const dockerfileSubject: SubjectKind<InstructionSubject> = {
  id: 'dockerfile',
  about: 'an instruction in the file of --dockerfile, which may have built another image',
  facts: [
    ...INSTRUCTION_FACTS,
    {
      name: 'stage',
      type: { kind: 'amount', unit: 'count' },
      about: 'the number of its stage, from 1; 0 before the first FROM',
      absence: 'always known',
      read: ({ stage = 0 }) => createFact(stage),
    },
    {
      name: 'final-stage',
      type: { kind: 'flag' },
      about: 'whether it belongs to the last stage, which becomes the image',
      absence: 'always known',
      read: ({ isFinalStage = false }) => createFact(isFinalStage),
    },
  ],
  list: listWritten,
  describe: describeInstruction,
  identify: ({ number }) => ({ key: `dockerfile ${number}` }),
};
