import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { type Expectation, parseExpectation } from '../../hardening/trial/expectation.ts';
import type { TrialResult } from '../../hardening/trial/verify-slim.ts';
import { readNamedDocument } from '../../image/source/named-file.ts';
import type { Context } from '../command.ts';
import { chooseFlagFormat } from '../flag-format.ts';
import { createTemporaryDirectory } from '../folders.ts';
import { findNodePath } from '../node-path.ts';
import { emitRepaired, splitVerifyOutputs } from './repaired-image.ts';
import { openTrialImage } from './trial-image.ts';
import { findBet, type TrialPlan, toTrialPlan } from './trial-plan.ts';
import { writeTrialReport } from './trial-report.ts';

const FORMATS = ['table', 'json'] as const;
/** Name and version of the JSON output. */
const TRIAL_SCHEMA = { id: 'plimsoll-trial', version: 1 } as const;
const SECOND_MS = 1_000;
/** As in `docker stop`. */
const STOP_MS = 10_000;

/** Runs an original and its slim image side by side, and reports how they differ. */
export async function verifyHardened(context: Context): Promise<ExitStatus> {
  const [, originalName, slimName, ...command] = context.positionals;
  if (originalName === undefined || slimName === undefined) {
    throw new UserError('E_USAGE', 'missing image', {
      hint: 'name the original and its slim image: plimsoll harden verify app.tar oci-dir:slim',
    });
  }
  const { image, rest } = splitVerifyOutputs(context);
  const format = chooseFlagFormat(FORMATS, '"plimsoll harden verify"', rest);
  const { values } = context.resolved;
  const { limits } = values;
  const expected = readExpectation(values.trialExpect, limits);
  const plan = readPlan(values.trialPlan, limits);
  const { verifySlimImage } = await import('../../hardening/trial/verify-slim.ts');
  await using original = await openTrialImage(originalName, context);
  await using slim = await openTrialImage(slimName, context);
  const result = await verifySlimImage({
    original: original.image,
    slim: slim.image,
    folder: createTemporaryDirectory(context.resources),
    platform: process.platform,
    expected,
    repairsMax: values.trialRepair,
    command,
    environment: process.env,
    nodePath: findNodePath(),
    runtime: values.trialRuntime,
    now: () => performance.now(),
    startMs: values.trialStart * SECOND_MS,
    commandMs: values.trialCommand * SECOND_MS,
    stopMs: STOP_MS,
    limits,
    resources: context.resources,
    onStep: (text) => context.notify(text),
  });
  if (format === 'json') {
    context.print(`${formatJson(toDocument(result, [originalName, slimName], plan), 2)}\n`);
  } else {
    writeTrialReport(result, { names: [originalName, slimName], plan }, context);
  }
  if (image !== undefined) {
    await emitRepaired(image, { original: originalName, result, request: plan?.request }, context);
  }
  if (!result.isSame) {
    return EXIT_STATUS.gateFailed;
  }
  return result.cuts.length > 0 ? EXIT_STATUS.incomplete : EXIT_STATUS.fine;
}

type NamedDocument = Parameters<typeof readNamedDocument>[1];

function readJsonFile(name: string, wanted: NamedDocument): unknown {
  const document = parseJson(Buffer.from(readNamedDocument(name, wanted)).toString('utf8'));
  if (document === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', `"${name}" is not valid JSON`, { hint: wanted.hint });
  }
  return document;
}

function readExpectation(name: string | undefined, limits: Limits): Expectation | undefined {
  const hint = 'write one with: plimsoll harden verify IMAGE IMAGE -o json > expected.json';
  return name === undefined
    ? undefined
    : parseExpectation(readJsonFile(name, { title: 'the expectation', hint, limits }), name);
}

function readPlan(name: string | undefined, limits: Limits): TrialPlan | undefined {
  const hint = 'write one with: plimsoll harden plan IMAGE -o json > plan.json';
  return name === undefined
    ? undefined
    : toTrialPlan(readJsonFile(name, { title: 'the plan', hint, limits }), name);
}

function toDocument(
  result: TrialResult,
  [original, slim]: readonly [string, string],
  plan: TrialPlan | undefined,
): object {
  const { missing, ...rest } = result;
  const bet = missing === undefined ? undefined : findBet(plan, missing.path);
  return {
    schema: TRIAL_SCHEMA,
    images: { original, slim },
    ...rest,
    ...(missing === undefined
      ? {}
      : { missing: { ...missing, ...(bet === undefined ? {} : { bet }) } }),
  };
}
