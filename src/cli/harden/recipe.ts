import { readManagerState } from '../../assess/read-manager-state.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import { readImageConfig } from '../../foundation/core/image-config.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import { isSecretName } from '../../foundation/core/secret-name.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { writeTransplant } from '../../hardening/harden/check/write-transplant.ts';
import { ImageFiles } from '../../hardening/harden/image-files.ts';
import { Predictor } from '../../hardening/harden/prediction.ts';
import { recipeFormats } from '../../hardening/harden/recipe/registry.generated.ts';
import type { RecipeFormat, RecipeProcess } from '../../hardening/harden/recipe-contract.ts';
import { processConfig } from '../../hardening/reach/process-config.ts';
import type { Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { writeTextFile } from '../output-file.ts';
import { announceFile, getOutputFileOptions } from '../report-run.ts';
import { createScanOptions } from '../request.ts';
import { findBaseImage, runCheck } from './check.ts';
import { createPlanRun, type PlanRun } from './plan-run.ts';
import { readSlices } from './slices.ts';

/** `harden recipe IMAGE -o KIND[=FILE]`. */
export async function printRecipe(context: Context): Promise<ExitStatus> {
  const { on } = context.resolved.values;
  if (on !== undefined) {
    return await printTransplant(on, context);
  }
  const outputs = chooseRecipes(context);
  const { slices: folder, limits } = context.resolved.values;
  const slices = folder === undefined ? [] : readSlices(folder, limits);
  const run = await createPlanRun(context);
  const { plan, assessment, target } = run;
  const { inventory } = assessment;
  const predictor = new Predictor(assessment, new ImageFiles(inventory.files));
  const state = await readManagerState(target, await createScanOptions(context));
  const process = describeProcess(run);
  context.resources.dispose();
  for (const { format, file } of outputs) {
    const recipe = format.create({
      plan,
      inventory,
      state,
      process,
      computeLoss: (paths, packages) => predictor.computeLoss(paths, packages),
      slices,
    });
    if ('refusal' in recipe) {
      throw new UserError('E_USAGE', `no ${format.id} recipe for "${target}": ${recipe.refusal}`, {
        hint: 'a Dockerfile works for every image: -o dockerfile',
      });
    }
    if (file === undefined) {
      context.print(recipe.text);
    } else {
      writeTextFile(file, getOutputFileOptions(context), (sink) => sink.write(recipe.text));
      announceFile(file, context);
    }
  }
  reportOutcome(run, context);
  return plan.undecided === undefined ? chooseExitStatus(run, context) : EXIT_STATUS.incomplete;
}

/** `harden recipe IMAGE --on BASE`: the application on another base image. */
async function printTransplant(word: string, context: Context): Promise<ExitStatus> {
  const base = await findBaseImage(word, context);
  const { run, check } = await runCheck(base, context);
  const { result, doubts, items } = check;
  if (result === 'no' || result === 'unknown') {
    const missing = items.filter(({ state }) => state === 'missing').map(({ name }) => name);
    const reason = result === 'no' ? `it lacks ${missing.slice(0, 3).join(', ')}` : doubts[0];
    throw new UserError('E_UNSUPPORTED', `the application does not run on "${word}": ${reason}`, {
      hint: `see "plimsoll harden check IMAGE ${word}"`,
    });
  }
  const { names, id, manifestDigest } = base.image.head;
  const text = writeTransplant(check, {
    plan: run.plan,
    process: describeProcess(run),
    base: manifestDigest === undefined ? (names[0] ?? id) : `${names[0] ?? id}@${manifestDigest}`,
  });
  context.print(text);
  reportOutcome(run, context);
  return chooseExitStatus(run, context);
}

interface RecipeOutput {
  readonly format: RecipeFormat;
  readonly file?: string;
}

function chooseRecipes({ resolved: { values } }: Context): readonly RecipeOutput[] {
  const ids = recipeFormats.map(({ id }) => id);
  return (values.output.length === 0 ? ['dockerfile'] : values.output).map((text) => {
    const [word = '', ...rest] = text.split('=');
    const format = recipeFormats.find(({ id }) => id === word);
    if (format === undefined) {
      throw new UserError('E_FORMAT', `unknown recipe "${word}"`, { hint: suggestWord(word, ids) });
    }
    return rest.length === 0 ? { format } : { format, file: rest.join('=') };
  });
}

/** The values of variables come from the reading itself; no document has them. */
function describeProcess({ assessment, plan }: PlanRun): RecipeProcess {
  const { target, environment = new Map<string, string>() } = assessment.inventory;
  if (target.kind !== 'image') {
    throw new TypeError('a plan is always of an image');
  }
  const config = processConfig(target);
  const { process, healthcheck } = readImageConfig(target.config);
  const names = [...environment.keys()];
  return {
    ...config,
    user: plan.request.user ?? config.user,
    entrypoint: config.entrypoint,
    arguments: config.arguments,
    environment: new Map([...environment].filter(([name]) => !isSecretName(name))),
    secretNames: names.filter(isSecretName),
    healthcheck: {
      test: config.healthcheck,
      durations: new Map(
        DURATIONS.map(([name, member]) => [name, toNumber(healthcheck[member])] as const),
      ),
      retries: toNumber(healthcheck['Retries']),
    },
    labels: new Map(
      Object.entries(isRecord(process['Labels']) ? process['Labels'] : {}).flatMap(
        ([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []),
      ),
    ),
  };
}

/** Options of HEALTHCHECK in a Dockerfile, and the members that hold them. */
const DURATIONS = [
  ['interval', 'Interval'],
  ['timeout', 'Timeout'],
  ['start-period', 'StartPeriod'],
  ['start-interval', 'StartInterval'],
] as const;

function toNumber(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
