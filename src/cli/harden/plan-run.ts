import { assess, type OpenAssessment } from '../../assess/assess.ts';
import { planRemoval } from '../../assess/plan-removal.ts';
import type { ReadingRequest } from '../../assess/request.ts';
import { assessCompleteness, type Completeness } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import {
  KEEP_LEVELS,
  type PlanRequest,
  type PlanRule,
  type RemovalPlan,
} from '../../hardening/harden/removal-plan.ts';
import type { ReachAdditions } from '../../hardening/reach/reach-additions.ts';
import type { Context } from '../command.ts';
import { getBaseStoreDirectory } from '../folders.ts';
import { reportProjectRules } from '../project-file.ts';
import { createPorts, createRequest, runWithCommandHint } from '../request.ts';
import { readDeclaredRules } from './declared-rules.ts';
import { type ManifestUse, readManifestUse } from './kubernetes.ts';

/** A plan with the assessment that it is based on. */
export interface PlanRun {
  readonly target: string;
  readonly plan: RemovalPlan;
  readonly assessment: OpenAssessment;
  readonly completeness: Completeness;
}

type PlanRunOptions = Pick<ReadingRequest, 'onRead' | 'onAbi'> & {
  /** Whether to identify the base image of the image. */
  readonly isBaseWanted?: boolean;
};

/**
 * Reads the image of `harden ACTION IMAGE` and plans the removal of what it does not need.
 *
 * @throws UserError `E_USAGE`, also with `--exclude`
 */
export async function createPlanRun(
  context: Context,
  { isBaseWanted = false, ...more }: PlanRunOptions = {},
): Promise<PlanRun> {
  const [action = '', target] = context.positionals;
  if (target === undefined || target === '') {
    throw new UserError('E_USAGE', 'missing image', {
      hint: `name one, for example: plimsoll harden ${action} app.tar`,
    });
  }
  requireAllFiles(action, context);
  const request = await createRequest(context, { isRecordsOnly: true });
  const planRequest = createPlanRequest(context);
  const reachAdditions = createAdditions(planRequest, target, context);
  const reading = {
    ...request.reading,
    ...more,
    // The files of one platform are not evidence of those of another.
    isPlatformRequired: true,
    isReachRequested: true,
    isSurfaceRequested: true,
    reachAdditions,
    files: { ...request.reading?.files, selection: 'all' as const },
  };
  const folder = getBaseStoreDirectory(context.resolved.values, context.environment);
  const base = isBaseWanted ? { base: { folder } } : {};
  const assessment = await runWithCommandHint(target, () =>
    assess(target, { ...request, reading, ...base }, createPorts(context)),
  );
  reportProjectRules(assessment.projectRules, [assessment.findings], context);
  const plan = planRemoval(assessment, target, planRequest);
  const completeness = addUndecided(assessCompleteness(assessment), plan);
  return { target, plan, assessment, completeness };
}

/** Files that the user hides would be dropped although something may need them. */
function requireAllFiles(action: string, { resolved: { values } }: Context): void {
  if (values.exclude.length > 0) {
    throw new UserError('E_USAGE', `--exclude cannot be used with "plimsoll harden ${action}"`, {
      hint: 'leave out --exclude; to keep or drop files, use --keep and --drop',
    });
  }
}

function addUndecided(completeness: Completeness, { undecided }: RemovalPlan): Completeness {
  if (undecided === undefined) {
    return completeness;
  }
  const reason = `it cannot be decided what the image needs: ${undecided}`;
  const added = { about: 'problems', verdict: 'partial', reason } as const;
  return { isComplete: false, reasons: [...completeness.reasons, added] };
}

function createPlanRequest(context: Context): PlanRequest {
  const { values } = context.resolved;
  const { user, kubernetes: manifest } = values;
  const keepLevel = KEEP_LEVELS.find((level) => level === values.keepLevel) ?? 'careful';
  const rules = listRules(context);
  const listValues = (kind: PlanRule['kind']): readonly string[] => [
    ...values[kind],
    ...rules.filter((rule) => rule.kind === kind).map(({ value }) => value),
  ];
  return {
    keepLevel,
    keep: listValues('keep'),
    drop: listValues('drop'),
    also: listValues('also'),
    ...defined({ user, manifest }),
    ...(rules.length === 0 ? {} : { rules }),
  };
}

/** Returns the declared rules that have not expired; the others are reported. */
function listRules(context: Context): readonly PlanRule[] {
  const { configurationFiles, resolved, now } = context;
  const rules = configurationFiles.flatMap((file) =>
    readDeclaredRules(file, resolved.values.limits),
  );
  const expired = rules.filter(
    ({ expiresAt }) => expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(now),
  );
  for (const { origin, value, expiresAt = '' } of expired) {
    context.notify(`warning: ${origin}: "${value}" expired on ${expiresAt} and does not count`);
  }
  return rules.filter((rule) => !expired.includes(rule));
}

function createAdditions(
  { also, user, manifest }: PlanRequest,
  target: string,
  { resolved: { values } }: Context,
): ReachAdditions {
  const use: ManifestUse =
    manifest === undefined ? {} : readManifestUse(manifest, values.name ?? target, values.limits);
  return {
    ...use,
    isEveryStepListed: true,
    commands: [
      ...also.map((line) => ({ words: splitWords(line), rule: 'also' })),
      ...(use.commands ?? []),
    ],
    ...defined({ user: user ?? use.user }),
  };
}

/** Splits a command at blanks; quotes group words as in a shell. */
function splitWords(line: string): readonly string[] {
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) => (/^(["']).*\1$/.test(word) ? word.slice(1, -1) : word));
}
