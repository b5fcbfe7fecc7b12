import { countDays } from '../dates.ts';
import {
  createFact,
  createUnknownFact,
  type FactValue,
  type PolicyInput,
  type SubjectKind,
} from '../fact.ts';
import { isSameTarget, RESULT_KINDS, type ResultKind, type ToolRun } from '../tool-results.ts';

interface RunSubject {
  readonly kind: ResultKind;
  /** Absent if no run of the kind was given. */
  readonly run?: ToolRun;
}

/** A run of another tool. */
export const runSubject: SubjectKind<RunSubject> = {
  id: 'run',
  about:
    'a run of another tool, in a file of --results; if malware or stig has none, one run that was not given',
  facts: [
    {
      name: 'kind',
      type: { kind: 'word', words: RESULT_KINDS },
      about: 'the kind of the tool',
      absence: 'always known',
      read: ({ kind }) => createFact(kind),
    },
    {
      name: 'given',
      type: { kind: 'flag' },
      about: 'whether its results were given with --results',
      absence: 'they were not given: false',
      read: ({ run }) => createFact(run !== undefined, run === undefined ? {} : { file: run.file }),
    },
    {
      name: 'tool',
      type: { kind: 'text' },
      about: 'the tool, as the file names it',
      absence: 'no run was given: unknown',
      read: ({ kind, run }) => (run === undefined ? toAbsent(kind) : createFact(run.tool)),
    },
    {
      name: 'age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since it ran',
      absence: 'no run was given, or its file states no time: unknown',
      read: ({ kind, run }, { now }) => {
        if (run === undefined) {
          return toAbsent(kind);
        }
        return run.ranAt === undefined
          ? createUnknownFact(`${run.file} does not state when the tool ran`)
          : createFact(countDays(run.ranAt, now), { ran: run.ranAt });
      },
    },
    {
      name: 'same-target',
      type: { kind: 'flag' },
      about: 'whether the file states a digest of this image as its target',
      absence: 'no run was given, or its file states no target: unknown',
      read: ({ kind, run }, { assessment }) => {
        if (run === undefined) {
          return toAbsent(kind);
        }
        const isSame = isSameTarget(run, assessment.target);
        return isSame === undefined
          ? createUnknownFact(`${run.file} does not state the digest of its target`)
          : createFact(isSame);
      },
    },
  ],
  list: ({ toolRuns = [] }: PolicyInput) => {
    const kinds = new Set(toolRuns.map(({ kind }) => kind));
    const absent = (['malware', 'stig'] as const).filter((kind) => !kinds.has(kind));
    return {
      subjects: [
        ...toolRuns.map((run): RunSubject => ({ kind: run.kind, run })),
        ...absent.map((kind) => ({ kind })),
      ],
      missing: [],
    };
  },
  describe: ({ kind, run }) => (run === undefined ? `a run of ${kind}` : `${run.tool} (${kind})`),
  identify: ({ kind, run }) => ({ key: `run ${kind} ${run?.digest ?? ''}`.trim() }),
};

function toAbsent(kind: ResultKind): FactValue {
  return createUnknownFact(`no run of the kind ${kind} was given: add --results FILE`);
}
