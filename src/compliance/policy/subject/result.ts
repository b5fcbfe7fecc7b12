import { createFact, createUnknownFact, type PolicyInput, type SubjectKind } from '../fact.ts';
import {
  isSameTarget,
  RESULT_KINDS,
  RESULT_STATES,
  type ResultKind,
  type ToolResult,
} from '../tool-results.ts';

interface ResultSubject {
  readonly kind: ResultKind;
  readonly tool: string;
  readonly file: string;
  /** Digests of the target that the file states. */
  readonly targets: readonly string[];
  /** Absent if no result of the kind, or only that of another target, was given. */
  readonly result?: ToolResult;
}

/** A result of another tool, such as a detection of malware. */
export const resultSubject: SubjectKind<ResultSubject> = {
  id: 'result',
  about:
    'a result of another tool, in a file of --results; if malware or stig has none, one unknown result',
  facts: [
    {
      name: 'kind',
      type: { kind: 'word', words: RESULT_KINDS },
      about: 'the kind of the tool',
      absence: 'always known',
      read: ({ kind }) => createFact(kind),
    },
    {
      name: 'status',
      type: { kind: 'word', words: RESULT_STATES },
      about: 'its status; of several tests, the worst',
      absence:
        'no result of the kind was given, it states no status, or it states the digest of another target: unknown',
      read: ({ kind, result, targets, file }, { assessment }) => {
        if (isSameTarget({ targets }, assessment.target) === false) {
          return createUnknownFact(`${file} has the results of another target`);
        }
        if (result === undefined) {
          return createUnknownFact(`no result of the kind ${kind} was given: add --results FILE`);
        }
        return result.state === undefined
          ? createUnknownFact(`the result ${result.id} states no status`)
          : createFact(result.state);
      },
    },
    {
      name: 'id',
      type: { kind: 'text' },
      about: 'the ID of the check, or the name of the malware',
      absence: 'no result was given: unknown',
      read: ({ kind, result }) => readResultText(kind, result?.id),
    },
    {
      name: 'title',
      type: { kind: 'text' },
      about: 'its title',
      absence: 'no result was given: unknown; without a title: an empty text',
      read: ({ kind, result }) => readResultText(kind, result?.title),
    },
    {
      name: 'path',
      type: { kind: 'text' },
      about: 'the file that it is about',
      absence: 'no result was given: unknown; about no file: an empty text',
      read: ({ kind, result }) => readResultText(kind, result?.path),
    },
    {
      name: 'tool',
      type: { kind: 'text' },
      about: 'the tool, as the file names it',
      absence: 'no result was given: an empty text',
      read: ({ tool, file }) => createFact(tool, file === '' ? {} : { file }),
    },
  ],
  list: ({ toolRuns = [], assessment }: PolicyInput) => {
    const given = toolRuns.flatMap((run): ResultSubject[] => {
      const { kind, tool, file, targets, results } = run;
      const frame = { kind, tool, file, targets };
      // That another target has no detections proves nothing.
      const isUnproven = results.length === 0 && isSameTarget(run, assessment.target) === false;
      return isUnproven ? [frame] : results.map((result) => ({ ...frame, result }));
    });
    const kinds = new Set(toolRuns.map(({ kind }) => kind));
    const absent = (['malware', 'stig'] as const).filter((kind) => !kinds.has(kind));
    return {
      subjects: [...given, ...absent.map((kind) => ({ kind, tool: '', file: '', targets: [] }))],
      missing: [],
    };
  },
  describe: ({ kind, tool, result }) =>
    result === undefined
      ? `results of ${kind}`
      : [tool, result.id || result.title, result.path].filter(Boolean).join(' '),
  identify: ({ kind, tool, result }) => ({
    key: `result ${kind} ${tool} ${result?.id ?? ''} ${result?.path ?? ''}`.trim(),
  }),
};

function readResultText(kind: ResultKind, text: string | undefined): ReturnType<typeof createFact> {
  return text === undefined
    ? createUnknownFact(`no result of the kind ${kind} was given: add --results FILE`)
    : createFact(text);
}
