import { countBaseLayers } from './base-layers.ts';
import {
  createFact,
  createUnknownFact,
  type FactValue,
  type PolicyInput,
  type SubjectList,
} from './fact.ts';
import { type HistoryEntry, readImageFacts } from './image-facts.ts';
import { getArguments, getVerb } from './instruction-verb.ts';

/** An instruction of the image's history, or of the Dockerfile that the user gave. */
export interface InstructionSubject {
  /** Position from 1. */
  readonly number: number;
  readonly text: string;
  /** `undefined` if the history has no known instruction. */
  readonly verb: string | undefined;
  readonly arguments: string | undefined;
  /** Number of the layer that it created, from 1; absent if it created none. */
  readonly layer?: number;
  /** File and line; absent for the history. */
  readonly place?: string;
  readonly stage?: number;
  readonly isFinalStage?: boolean;
}

/** Lists the instructions of the history. */
export function listHistory({ assessment }: PolicyInput): SubjectList<InstructionSubject> {
  const facts = readImageFacts(assessment.inventory);
  if (facts === undefined) {
    return { subjects: [], missing: ['the target is not an image'] };
  }
  const { history, problems } = facts;
  return {
    subjects: history.map(toSubject),
    missing: [...problems, ...(history.length === 0 ? ['the image has no history'] : [])],
  };
}

function toSubject({ number, text, layer }: HistoryEntry): InstructionSubject {
  return {
    number,
    text,
    verb: getVerb(text),
    arguments: getArguments(text),
    ...(layer === undefined ? {} : { layer }),
  };
}

/** Lists the instructions of the Dockerfile. */
export function listWritten({ dockerfile }: PolicyInput): SubjectList<InstructionSubject> {
  if (dockerfile === undefined) {
    return { subjects: [], missing: ['the Dockerfile is not known: add --dockerfile FILE'] };
  }
  return {
    subjects: dockerfile.instructions.map((one, index) => ({
      number: index + 1,
      text: `${one.verb} ${one.arguments}`.trim(),
      verb: one.verb,
      arguments: one.arguments,
      place: `${dockerfile.file}:${one.line}`,
      stage: one.stage,
      isFinalStage: one.isFinalStage,
    })),
    missing: [],
  };
}

/**
 * Reads whether an instruction belongs to the base, by the layers before and after it. Between the
 * last layer of the base and the first own one, the history does not show where the base ends.
 */
export function readInstructionInBase(
  { number }: InstructionSubject,
  input: PolicyInput,
): FactValue {
  const layers = countBaseLayers(input);
  if (typeof layers !== 'number') {
    return layers;
  }
  const { inventory } = input.assessment;
  const history = readImageFacts(inventory)?.history ?? [];
  const last = history.find(({ layer }) => layer === layers);
  const first = history.find(({ layer = 0 }) => layer > layers);
  const evidence = { base: inventory.base?.name ?? '' };
  if (last === undefined || number <= last.number) {
    return last === undefined
      ? createUnknownFact('the history does not show the layers of the base')
      : createFact(true, evidence);
  }
  return first !== undefined && number >= first.number
    ? createFact(false, evidence)
    : createUnknownFact(`the history does not show whether instruction ${number} is of the base`);
}
