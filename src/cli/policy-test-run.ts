import { existsSync } from 'node:fs';
import {
  listUntestedRules,
  type PolicyTestResult,
  runPolicyTests,
} from '../compliance/policy/policy-test/run-policy-tests.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../foundation/core/error.ts';
import { suggestWord } from '../foundation/core/option-suggestion.ts';
import { escapeText, formatCount } from '../foundation/core/screen-text.ts';
import { fitLines } from '../foundation/present/fitted-lines.ts';
import { type TestCase, writeTestSuite } from '../foundation/present/test-suite.ts';
import { BufferedSink } from './buffered-sink.ts';
import type { Context } from './command.ts';
import { listFlagOutputs } from './flag-format.ts';
import { writeTextFile } from './output-file.ts';
import { readPolicies, readTestFile } from './policy-file.ts';

const FILE_ENDING = /(\.test)?(\.(?:ya?ml|json))$/;

interface FileResult {
  readonly file: string;
  readonly results: readonly PolicyTestResult[];
}

/**
 * Checks the names and values in policies, and evaluates their tests: those in files that end in
 * `.test.yaml`, and those beside a policy.
 */
export function testPolicies(context: Context): ExitStatus {
  const [, ...files] = context.positionals;
  if (files.length === 0) {
    throw new UserError('E_USAGE', '"plimsoll check policy test" needs a file', {
      hint: 'name it, for example: plimsoll check policy test shop.yaml',
    });
  }
  const outputs = listFlagOutputs(context).map(readOutput);
  const reports = outputs.filter(({ format }) => format === 'junit');
  const isOccupied = reports.some(({ file }) => file === undefined);
  const print = (line: string): void => {
    if (isOccupied) {
      context.notify(escapeText(line));
    } else {
      context.print(fitLines(`${escapeText(line)}\n`, context.terminal.resultColumns));
    }
  };
  const tests = [...new Set(files.flatMap((file) => listTestFiles(file, print)))];
  const all = tests.map((file) => runFile(file, print));
  const cases = all.flatMap(listCases);
  for (const { file } of reports) {
    writeReport(cases, file, context);
  }
  return all.some(({ results }) => results.some(isFailed))
    ? EXIT_STATUS.toolError
    : EXIT_STATUS.fine;
}

function isFailed({ differences }: PolicyTestResult): boolean {
  return differences.length > 0;
}

/** A policy is checked, and its tests are those in the file beside it. */
function listTestFiles(file: string, print: (line: string) => void): readonly string[] {
  const [ending = '', marker] = FILE_ENDING.exec(file) ?? [];
  if (marker !== undefined) {
    return [file];
  }
  const policies = readPolicies([file]);
  const rules = policies.flatMap((one) => one.rules);
  const exceptions = policies.flatMap((one) => one.exceptions);
  const counts = `${formatCount(rules.length, 'rule')}, ${formatCount(exceptions.length, 'exception')}`;
  print(`${file}: valid: ${counts}`);
  const beside = `${file.slice(0, file.length - ending.length)}.test${ending}`;
  return ending !== '' && existsSync(beside) ? [beside] : [];
}

function runFile(name: string, print: (line: string) => void): FileResult {
  const { file, policies } = readTestFile(name);
  const results = runPolicyTests(policies, file.tests);
  for (const { test, differences } of results) {
    print(`${differences.length === 0 ? 'ok  ' : 'FAIL'}  ${test.name}`);
    differences.forEach((line) => print(`      ${line}`));
  }
  const failed = results.filter(isFailed).length;
  print(`${name}: ${formatCount(results.length, 'test')}, ${failed} failed`);
  const { neverFire, neverPass } = listUntestedRules(policies, file, results);
  if (neverFire.length > 0) {
    print(`no test lets these rules fire: ${neverFire.join(', ')}`);
  }
  if (neverPass.length > 0) {
    print(`no test lets these rules pass: ${neverPass.join(', ')}`);
  }
  return { file: name, results };
}

const FORMATS = ['text', 'junit'];

interface TestOutput {
  readonly format: string;
  /** Absent for standard output. */
  readonly file?: string;
}

function readOutput(text: string): TestOutput {
  const [format = '', ...rest] = text.split('=');
  const file = rest.join('=');
  if (!FORMATS.includes(format) || (format === 'text' && rest.length > 0)) {
    throw new UserError(
      'E_FORMAT',
      `unsupported format "${text}" for "plimsoll check policy test"`,
      {
        hint: suggestWord(format, FORMATS),
      },
    );
  }
  if (rest.length > 0 && file === '') {
    throw new UserError('E_USAGE', `missing file name: -o ${text}`);
  }
  return rest.length === 0 ? { format } : { format, file };
}

function listCases({ file, results }: FileResult): readonly TestCase[] {
  return results.map(({ test, differences: [first = '', ...others] }): TestCase => {
    const isPassed = first === '';
    return {
      suite: file,
      name: test.name,
      outcome: isPassed ? 'passed' : 'failure',
      kind: 'policy',
      message: first,
      detail: others.join('\n'),
    };
  });
}

function writeReport(cases: readonly TestCase[], file: string | undefined, context: Context): void {
  const suite = { name: 'policy test', cases };
  if (file === undefined) {
    const sink = new BufferedSink((text) => context.print(text));
    writeTestSuite(suite, sink);
    sink.flush();
  } else {
    writeTextFile(file, { isPrivate: false }, (sink) => writeTestSuite(suite, sink));
  }
}
