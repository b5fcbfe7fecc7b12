import { UserError } from '../../foundation/core/error.ts';
import type { Observation } from './observation.ts';

/** A recorded result that the original must have; lists are strings that must appear. */
export interface Expectation {
  /** Exit status of a program that ends. */
  readonly status?: number;
  /** In the standard output or standard error of the program. */
  readonly output?: readonly string[];
  /** In the output of the command. */
  readonly response?: readonly string[];
  readonly listeners?: readonly string[];
  /** Beginnings of paths that the program writes. */
  readonly files?: readonly string[];
}

const LISTS = ['output', 'response', 'listeners', 'files'] as const;

/**
 * Checks a recorded result: an object with the member `expected`, as in the JSON of an earlier run.
 *
 * @param document parsed JSON
 * @throws UserError `E_DOCUMENT_INVALID`
 */
export function parseExpectation(document: unknown, name: string): Expectation {
  const expected = toObject(toObject(document)?.['expected']);
  const fail = (text: string): UserError =>
    new UserError('E_DOCUMENT_INVALID', `invalid expectation in "${name}": ${text}`, {
      hint: 'write {"expected": {"status": 0, "output": ["text"], "response": ["text"], "listeners": ["tcp 0.0.0.0:80"]}}',
    });
  if (expected === undefined) {
    throw fail('missing object "expected"');
  }
  const unknown = Object.keys(expected).find(
    (key) => key !== 'status' && !LISTS.some((list) => list === key),
  );
  if (unknown !== undefined) {
    throw fail(`unknown member "${unknown}"`);
  }
  const status = expected['status'];
  if (status !== undefined && !Number.isInteger(status)) {
    throw fail('"status" must be a whole number');
  }
  for (const list of LISTS) {
    const value = expected[list];
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
    if (value !== undefined && !isList) {
      throw fail(`"${list}" must be a list of strings`);
    }
  }
  return expected;
}

function toObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Lists the parts of the expected result that a run does not have. */
export function listUnmet(expected: Expectation, run: Observation): readonly string[] {
  const unmet: string[] = [];
  const [status = ''] = run.status;
  if (expected.status !== undefined && status !== `exit status ${expected.status}`) {
    unmet.push(`expected exit status ${expected.status}, but: ${status}`);
  }
  const places = {
    output: [...run.output, ...run.errors].join('\n'),
    response: run.response.join('\n'),
    listeners: run.listeners.join('\n'),
    files: `\n${run.files.join('\n')}`,
  };
  for (const list of LISTS) {
    for (const text of expected[list] ?? []) {
      if (!places[list].includes(list === 'files' ? `\n${text}` : text)) {
        unmet.push(`expected in ${list}: "${text}"`);
      }
    }
  }
  return unmet;
}

/** Returns the recorded form of a run: only the lines that all runs have. */
export function recordExpectation(runs: readonly Observation[]): Expectation {
  const [first, ...others] = runs;
  const keepCommon = (select: (run: Observation) => readonly string[]): readonly string[] =>
    (first === undefined ? [] : select(first)).filter(
      (line) => line !== '' && others.every((run) => select(run).includes(line)),
    );
  const [, status] = /^exit status ([0-9]+)$/u.exec(first?.status[0] ?? '') ?? [];
  return {
    ...(status === undefined ? {} : { status: Number(status) }),
    output: keepCommon((run) => [...run.output, ...run.errors]),
    response: keepCommon(({ response }) => response),
    listeners: keepCommon(({ listeners }) => listeners),
    files: keepCommon(({ files }) => files).map((line) => line.replace(/ .*$/u, '')),
  };
}
