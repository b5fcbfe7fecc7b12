import { basename } from 'node:path';
import { present } from '../foundation/core/assert.ts';
import { UserError } from '../foundation/core/error.ts';
import type { IgnoreFile, IgnoreRule } from '../foundation/core/ignore-rule.ts';
import type { Limits } from '../foundation/core/limits.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { readRuleFile } from '../image/source/rule-file.ts';
import { ignoreFileReaders } from '../vulnerability/decide/ignore-file/registry.generated.ts';
import { hasExpired } from '../vulnerability/decide/rule/rule-decider.ts';
import type { DecisionRequest, RuleDocument } from './request.ts';

/** ID of the reader for rules in the configuration file. */
const OWN_RULES = 'plimsoll-rules';

/** Ignore rules, and which of them may have an untrusted author. */
export interface RequestedRules {
  readonly files: readonly IgnoreFile[];
  /** Rules from files in the working directory that the user did not name. */
  readonly projectRules: readonly IgnoreRule[];
}

/**
 * Reads the ignore rules of the configuration files, then those of every named file, in that order.
 *
 * @throws UserError `E_CONFIG` if a file cannot be read or is of an unsupported kind
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
 * Returns one problem for each project rule without a reason or past its end date. Such a rule in a
 * file that the user named is the user's decision.
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

/** The file name determines the reader, unless `READER:FILE` names it. */
function readIgnoreFile(named: string, limits: Limits): IgnoreFile {
  const declaredReader = ignoreFileReaders.find(({ id }) => named.startsWith(`${id}:`));
  const file = declaredReader === undefined ? named : named.slice(declaredReader.id.length + 1);
  const reader = declaredReader ?? ignoreFileReaders.find((one) => one.recognize(basename(file)));
  if (reader === undefined) {
    const titles = ignoreFileReaders.map(({ title }) => title).join(', ');
    const ids = ignoreFileReaders.map(({ id }) => id).join(', ');
    throw new UserError('E_CONFIG', `unsupported ignore file name: "${file}"`, {
      hint: `supported files: ${titles}; for another name, add the format, as in ${OWN_RULES}:${file} (formats: ${ids})`,
    });
  }
  return reader.read(readRuleFile(file, limits), { limits, origin: file });
}
