import { addAlternatives, findNewerBuild } from '../../assess/patch-alternatives.ts';
import { planPatch } from '../../assess/plan-patch.ts';
import { assessCompleteness } from '../../foundation/core/assessment.ts';
import { defined } from '../../foundation/core/defined.ts';
import { type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { readImageConfig } from '../../foundation/core/image-config.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { getText } from '../../foundation/syntax/json/member.ts';
import { BaseStore } from '../../hardening/base/base-store.ts';
import { checkPackageIndex, readPackageIndex } from '../../hardening/harden/patch/package-index.ts';
import { PATCH_LEVELS } from '../../hardening/harden/patch/patch-plan.ts';
import { readNamedFile } from '../../image/source/named-file.ts';
import type { Command, Context } from '../command.ts';
import { printJson } from '../db-output.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { formatDockerfile, formatScript, printPatch } from '../fix-output.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { getBaseStoreDirectory } from '../folders.ts';
import { reportDatabase } from '../report-database.ts';
import { getTarget } from '../report-run.ts';
import { createPorts, createRequest } from '../request.ts';
import { assessTarget, createMissingDatabaseError } from './scan.ts';

/** Plans the updates that fix the most findings, and checks the plan by matching again. */
export const fix: Command = { run };

const FORMATS = ['table', 'json', 'dockerfile', 'script'] as const;
const INDEX_BYTES_MAX = 512 * 1_024 * 1_024;

async function run(context: Context): Promise<ExitStatus> {
  const target = getTarget(context, 'fix');
  const { after } = context.resolved.values;
  if (after !== undefined) {
    return await compareResult(target, after, context);
  }
  const format = chooseFlagFormat(FORMATS, '"plimsoll fix"', context);
  const { level, maxPackages, checkIndex } = context.resolved.values;
  const index = checkIndex === undefined ? undefined : readIndex(checkIndex);
  const assessment = await assessTarget(target, context, { isBaseWanted: true });
  const { inventory, findings } = assessment;
  if (assessment.advisories === undefined) {
    throw createMissingDatabaseError(context);
  }
  const request = await createRequest(context);
  const planned = planPatch(
    { assessment, request, ports: createPorts(context) },
    {
      level: PATCH_LEVELS.find((one) => one === level) ?? 'minor',
      ...(maxPackages === 0 ? {} : { packagesMax: maxPackages }),
      ...defined({
        checkIndex: index && ((group) => checkPackageIndex(group, index)),
      }),
    },
  );
  const folder = getBaseStoreDirectory(context.resolved.values, context.environment);
  const newer = findNewerBuild(inventory, new BaseStore(folder), (message) =>
    context.notify(message),
  );
  const plan = addAlternatives(planned, inventory, newer);
  const completeness = assessCompleteness(assessment);
  switch (format) {
    case 'json':
      printJson(context, { ...plan, completeness });
      break;
    case 'dockerfile':
      context.print(formatDockerfile(plan, inventory, readUser(inventory.target)));
      break;
    case 'script':
      context.print(formatScript(plan, inventory));
      break;
    default:
      printPatch(plan, { inventory, completeness }, context);
  }
  reportDatabase([findings], context);
  reportOutcome({ completeness }, context);
  return chooseExitStatus({ completeness }, context);
}

/** Both images are scanned with the same database. */
async function compareResult(target: string, after: string, context: Context): Promise<ExitStatus> {
  const { printPatchEffect } = await import('../fix-effect.ts');
  const before = await assessTarget(target, context);
  const result = await assessTarget(after, context);
  if (before.advisories === undefined || result.advisories === undefined) {
    throw createMissingDatabaseError(context);
  }
  reportDatabase([result.findings], context);
  return await printPatchEffect(before, result, context);
}

function readUser(target: TargetDescription): string {
  return target.kind === 'image' ? getText(readImageConfig(target.config).process, 'User') : '';
}

function readIndex(file: string): ReturnType<typeof readPackageIndex> {
  const bytes = readNamedFile(file, {
    maxBytes: INDEX_BYTES_MAX,
    createUnreadableError: (cause) =>
      new UserError('E_USAGE', `could not read the package index "${file}"`, {
        hint: 'name the unpacked Packages file of apt, APKINDEX of apk, or primary.xml of a repository',
        cause,
      }),
    createTooLongError: () => new UserError('E_LIMIT', `the package index "${file}" is too large`),
  });
  return readPackageIndex(bytes.toString('utf8'));
}
