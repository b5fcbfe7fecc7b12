import { basename } from 'node:path';
import { present } from '../core/assert.ts';
import { UserError } from '../core/error.ts';
import type { IgnoreFile, IgnoreRule } from '../core/ignore-rule.ts';
import type { Limits } from '../core/limits.ts';
import type { Problem } from '../core/problem.ts';
import { ignoreFileReaders } from '../decide/ignore-file/registry.generated.ts';
import { hasExpired } from '../decide/rule/rule-decider.ts';
import { readRuleFile } from '../source/rule-file.ts';
import type { DecisionRequest, RuleDocument } from './request.ts';

/** Id of the reader of rules in the configuration file. */
const OWN_RULES = 'plimsoll-rules';

/** Ignore rules, and those among them whose author may be anybody. */
export interface RequestedRules {
  readonly files: readonly IgnoreFile[];
  /** Rules of files in the working directory that nobody named. */
  readonly projectRules: readonly IgnoreRule[];
}

/**
 * The ignore rules of the configuration files, then those of every file that was named, in that
 * order.
 *
 * @throws UserError `E_CONFIG` where a file cannot be read, or is of no known kind
 */
export function readIgnoreFiles(request: DecisionRequest, limits: Limits): RequestedRules {
  const { configurationFiles = [], ignoreFiles = [], projectIgnoreFiles = [] } = request;
  const files = [
    ...configurationFiles.map((file) => {
      return { isProject: file.isProject, file: readConfiguration(file, limits) };
    }),
    ...ignoreFiles.map((named) => {
      return { isProject: projectIgnoreFiles.includes(named), file: readIgnoreFile(named, limits) };
    }),
  ];
  return {
    files: files.map(({ file }) => file),
    projectRules: files.flatMap(({ isProject, file }) => (isProject ? file.rules : [])),
  };
}

/**
 * One problem for each rule that nobody vouches for: without a reason or past its end. Such a rule
 * in a file that the user named is the user's own affair.
 */
export function listRuleProblems(
  rules: readonly IgnoreRule[],
  now: string | undefined,
): readonly Problem[] {
  return rules.flatMap((rule): readonly Problem[] => {
    const fault = rule.reason === undefined ? 'has no reason' : 'has expired';
    return rule.reason === undefined || hasExpired(rule, now)
      ? [{ code: 'P_CONFIGURATION', message: `the ignore rule ${rule.source} ${fault}` }]
      : [];
  });
}

/** The configuration file may have any name. */
function readConfiguration({ path, bytes }: RuleDocument, limits: Limits): IgnoreFile {
  const reader = present(
    ignoreFileReaders.find(({ id }) => id === OWN_RULES),
    'the reader of our own rules',
  );
  return reader.read(bytes, { limits, origin: path });
}

/** What a file is goes by its name, unless `READER:FILE` says it. */
function readIgnoreFile(named: string, limits: Limits): IgnoreFile {
  const told = ignoreFileReaders.find(({ id }) => named.startsWith(`${id}:`));
  const file = told === undefined ? named : named.slice(told.id.length + 1);
  const reader = told ?? ignoreFileReaders.find((one) => one.recognize(basename(file)));
  if (reader === undefined) {
    const titles = ignoreFileReaders.map(({ title }) => title).join(', ');
    const ids = ignoreFileReaders.map(({ id }) => id).join(', ');
    throw new UserError('E_CONFIG', `unsupported ignore file name: "${file}"`, {
      hint: `use a file of: ${titles}; or name the format, as in ${OWN_RULES}:${file}, with one of ${ids}`,
    });
  }
  return reader.read(readRuleFile(file, limits), { limits, origin: file });
}
