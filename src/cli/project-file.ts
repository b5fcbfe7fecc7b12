import type { CommandName } from '../foundation/config/command-names.data.ts';
import { describeSkipped, describeUse } from '../foundation/config/found-file.ts';
import { OPTION_LIST, OPTIONS } from '../foundation/config/option-table.ts';
import { isNarrowing, type ResolvedOptions } from '../foundation/config/resolve-options.ts';
import type { Findings } from '../foundation/core/finding.ts';
import type { IgnoreRule } from '../foundation/core/ignore-rule.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { formatCount } from '../foundation/core/screen-text.ts';
import type { PeerProject } from '../report/compat/peer/translation.ts';
import type { Context } from './command.ts';
import type { Configuration } from './configuration-file.ts';

/**
 * Returns lines that report that a found configuration file is used, or is not. They are always
 * printed, since the author of the file may be anybody.
 */
export function describeFoundFile({ files, skipped }: Configuration): readonly string[] {
  const found = files.find(({ place }) => place === 'working-directory');
  return [
    ...(found === undefined ? [] : [`note: ${describeUse(found.path, listKeys(found.content))}`]),
    ...(skipped === undefined ? [] : [`note: ${describeSkipped(skipped)}`]),
  ];
}

function listKeys(content: unknown): readonly string[] {
  return typeof content === 'object' && content !== null ? Object.keys(content) : [];
}

/** Returns the effective options that a file in the working directory set. */
export function describeProject(
  { values, origins, narrowedBy }: ResolvedOptions,
  command: CommandName,
  peerProject: PeerProject | undefined,
): Pick<Context, 'narrowedBy' | 'projectRuleFiles'> {
  const ofPeer = OPTION_LIST.filter(
    ({ name, spec }) =>
      peerProject?.flags.includes(spec.flag) === true && isNarrowing(spec, values[name]),
  ).map(({ name }) => name);
  const ruleFiles = origins.ignoreFile === 'project' ? values.ignoreFile : [];
  return {
    narrowedBy: [...narrowedBy, ...ofPeer].filter((name) =>
      OPTIONS[name].commands.some((each) => each === command),
    ),
    projectRuleFiles: [...ruleFiles, ...(peerProject?.ruleFiles ?? [])],
  };
}

/** Returns one problem for each option by which the file leaves something out. */
export function listProjectProblems({ narrowedBy }: Context): readonly Problem[] {
  return narrowedBy.map((name) => ({
    code: 'P_CONFIGURATION',
    message: `a discovered configuration file sets "${OPTIONS[name].flag}"`,
  }));
}

const RULES_SHOWN_MAX = 10;

/** Prints the ignore rules of such a file, and how many findings they ignore. */
export function reportProjectRules(
  rules: readonly IgnoreRule[],
  results: readonly Findings[],
  { warn, notify }: Context,
): void {
  if (rules.length === 0) {
    return;
  }
  const sources = new Set(rules.map(({ source }) => source));
  const ignored = results
    .flatMap(({ dispositioned = [] }) => dispositioned)
    .filter(({ decisions }) =>
      decisions.some(({ source, effect }) => effect === 'set-aside' && sources.has(source)),
    );
  const count = formatCount(rules.length, 'ignore rule');
  warn(
    `note: ${count} of the working directory suppressed ${formatCount(ignored.length, 'finding')}`,
  );
  for (const rule of rules.slice(0, RULES_SHOWN_MAX)) {
    notify(`  ${describeRule(rule)}`);
  }
  if (rules.length > RULES_SHOWN_MAX) {
    notify(`  and ${formatCount(rules.length - RULES_SHOWN_MAX, 'more rule', 'more rules')}`);
  }
}

function describeRule({ source, vulnerabilities, package: item, reason }: IgnoreRule): string {
  const names = Object.values(item).map((part) => (typeof part === 'string' ? part : part.value));
  const subject = [...vulnerabilities, ...names].join(', ') || 'every finding';
  return `${source}: ${subject}: ${reason ?? 'no reason given'}`;
}
