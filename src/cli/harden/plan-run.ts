import { assess, type OpenAssessment } from '../../assess/assess.ts';
import type { ReadingRequest } from '../../assess/request.ts';
import { assessCompleteness, type Completeness } from '../../core/assessment.ts';
import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/error.ts';
import type { InventoryPackage } from '../../core/inventory.ts';
import { createRemovalPlan } from '../../harden/create-removal-plan.ts';
import {
  KEEP_LEVELS,
  type PlanRequest,
  type PlanRule,
  type RemovalPlan,
} from '../../harden/removal-plan.ts';
import type { ReachAdditions } from '../../reach/reach-additions.ts';
import { isPathGlobMatch, parsePathGlob } from '../../syntax/path-glob/path-glob.ts';
import type { Context } from '../command.ts';
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

/**
 * Reads the image of `harden ACTION IMAGE` and plans the removal of what it does not need.
 *
 * @throws UserError `E_USAGE` if the target is not an image
 */
export async function createPlanRun(
  context: Context,
  more: Pick<ReadingRequest, 'onRead'> = {},
): Promise<PlanRun> {
  const [action = '', target] = context.positionals;
  if (target === undefined || target === '') {
    throw new UserError('E_USAGE', 'missing image', {
      hint: `name one, for example: plimsoll harden ${action} app.tar`,
    });
  }
  const request = await createRequest(context);
  const planRequest = createPlanRequest(context);
  const reachAdditions = createAdditions(planRequest, target, context);
  const reading = {
    ...request.reading,
    ...more,
    // The files of one platform say nothing about those of another.
    isPlatformRequired: true,
    isReachRequested: true,
    isSurfaceRequested: true,
    reachAdditions,
    files: { ...request.reading?.files, selection: 'all' as const },
  };
  const assessment = await runWithCommandHint(target, () =>
    assess(target, { ...request, reading }, createPorts(context)),
  );
  reportProjectRules(assessment.projectRules, [assessment.findings], context);
  const { inventory } = assessment;
  if (inventory.target.kind !== 'image') {
    throw new UserError(
      'E_USAGE',
      `"${target}" is not an image, so nothing can be removed from it`,
      {
        hint: 'name an image, for example: plimsoll harden plan oci-archive:app.tar',
      },
    );
  }
  const path = inventory.environment?.get('PATH') ?? DEFAULT_PATH;
  const plan = createRemovalPlan({
    assessment,
    image: { ...inventory.target, userInput: target },
    commandFolders: path.split(':').filter((folder) => folder.startsWith('/')),
    request: planRequest,
    isRequested: createPathTest(planRequest.keep),
    isDropped: createPathTest(planRequest.drop.filter((value) => value.includes('/'))),
    droppedPackages: checkPackageNames(planRequest.drop, inventory.packages),
  });
  return { target, plan, assessment, completeness: assessCompleteness(assessment) };
}

/** Linux's default, as for an image that sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

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

function createPathTest(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.map(parsePathGlob);
  return (path) => globs.some((glob) => isPathGlobMatch(glob, path));
}

/** Returns the names of packages among the values of `--drop`: those without a slash. */
function checkPackageNames(
  values: readonly string[],
  packages: readonly InventoryPackage[],
): ReadonlySet<string> {
  const names = values.filter((value) => !value.includes('/'));
  const known = new Set(packages.map(({ name }) => name));
  const missing = names.find((name) => !known.has(name));
  if (missing !== undefined) {
    throw new UserError('E_USAGE', `no package "${missing}" in the image, for --drop`, {
      hint: "a pattern of paths starts with a slash: --drop '/usr/bin/**'",
    });
  }
  return new Set(names);
}
