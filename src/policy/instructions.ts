import { countBaseLayers, isBuiltOn } from './base-layers.ts';
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
 * Reads whether an instruction belongs to the base. Builders copy the history of the base, so that
 * the first entries are its own; if they differ, the layers decide.
 */
export function readInstructionInBase(
  { number }: InstructionSubject,
  input: PolicyInput,
): FactValue {
  const layers = countBaseLayers(input);
  const { base, assessment } = input;
  if (typeof layers !== 'number' || base === undefined) {
    return typeof layers === 'number' ? createUnknownFact('the base is not known') : layers;
  }
  const history = readImageFacts(assessment.inventory)?.history ?? [];
  const isCopied =
    isBuiltOn(assessment.target, base) &&
    base.instructions.length > 0 &&
    base.instructions.every((text, index) => history[index]?.text === text);
  const lastOfBase = history.findLastIndex(({ layer }) => layer !== undefined && layer <= layers);
  const count = isCopied ? base.instructions.length : lastOfBase + 1;
  return createFact(number <= count, { base: base.name });
}
