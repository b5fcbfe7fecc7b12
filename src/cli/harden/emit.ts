import { emitTarget } from '../../assess/emit-target.ts';
import { createAbsenceReport } from '../../assess/emitted-image.ts';
import type { ReadTarget } from '../../assess/read-target.ts';
import { documentWriters } from '../../document/writers.generated.ts';
import { present } from '../../foundation/core/assert.ts';
import { EXIT_STATUS, type ExitStatus, UserError } from '../../foundation/core/error.ts';
import type { Report } from '../../foundation/core/format.ts';
import { suggestWord } from '../../foundation/core/option-suggestion.ts';
import { escapeText, formatBytes, formatCount } from '../../foundation/core/screen-text.ts';
import type { EmitOptions, EmittedImage } from '../../hardening/emit/emit-image.ts';
import { COMPRESSIONS, LAYER_FORMS } from '../../hardening/emit/emit-source.ts';
import { requireAbsent } from '../../hardening/emit/stage.ts';
import { IMAGE_FORMS, type ImageForm } from '../../hardening/emit/write-image.ts';
import { digestJson } from '../../hardening/harden/digest-json.ts';
import type { RemovalPlan } from '../../hardening/harden/removal-plan.ts';
import type { Context } from '../command.ts';
import { chooseExitStatus, reportOutcome } from '../exit-status.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { createReportFrame, writeOutputs } from '../report-run.ts';
import { createScanOptions } from '../request.ts';
import { assessEmitted, type EmittedAssessment } from './assess-emitted.ts';
import { createPlanRun, type PlanRun } from './plan-run.ts';

/** The new image and the documents about it. */
interface EmitOutputs {
  readonly form: ImageForm;
  readonly place: string;
  readonly documents: readonly Output[];
}

/** `harden emit IMAGE`. */
export async function emitSlimImage(context: Context): Promise<ExitStatus> {
  const outputs = await chooseEmitOutputs(context);
  checkReading(context);
  let read: ReadTarget | undefined;
  const onRead = (found: ReadTarget): void => {
    read = found;
  };
  const run = await createPlanRun(context, { onRead });
  const { target, plan, assessment } = run;
  if (plan.undecided !== undefined) {
    throw new UserError('E_UNSUPPORTED', `no slim image can be emitted: ${plan.undecided}`, {
      hint: 'see "plimsoll harden plan" for what can be removed all the same',
    });
  }
  const emitted = await emitTarget(
    {
      userInput: target,
      read: present(read, 'the files of an image that was read'),
      inventory: assessment.inventory,
      plan,
    },
    await createScanOptions(context),
    createEmitOptions(outputs, plan, context),
  );
  const result =
    outputs.documents.length === 0 ? undefined : await assessSlim(outputs, run, context);
  printSummary(outputs, { emitted, plan }, context);
  if (result !== undefined) {
    writeDocuments(outputs, { run, result }, context);
  }
  reportOutcome(run, context);
  return result === undefined || isAsPlanned(result)
    ? chooseExitStatus(run, context)
    : EXIT_STATUS.incomplete;
}

/** @throws UserError `E_USAGE`, `E_FORMAT` or `E_OUTPUT` before anything is read */
async function chooseEmitOutputs({ resolved: { values } }: Context): Promise<EmitOutputs> {
  const split = values.output.map((text) => {
    const [word = '', ...rest] = text.split('=');
    return { text, form: IMAGE_FORMS.find((form) => form === word), place: rest.join('=') };
  });
  const images = split.filter(({ form }) => form !== undefined);
  const [image] = images;
  if (image?.form === undefined || image.place === '' || images.length > 1) {
    throw new UserError('E_USAGE', 'name one image to write: -o FORM=PATH', {
      hint: 'for example: -o oci-dir=slim; forms are oci-dir, oci-archive and docker-archive',
    });
  }
  const { compress } = values;
  if (image.form === 'docker-archive' && compress === 'zstd') {
    throw new UserError('E_USAGE', 'layers of a docker-archive are not compressed', {
      hint: 'leave out --compress, or write an oci-archive',
    });
  }
  const texts = split.filter(({ form }) => form === undefined).map(({ text }) => text);
  const loaders = documentWriters.filter(({ id }) => DOCUMENTS.includes(id));
  const documents =
    texts.length === 0
      ? []
      : await chooseOutputs(texts, loaders, {
          command: 'harden',
          carries: ['inventory', 'decisions'],
          defaultFormat: 'cyclonedx-json',
        });
  for (const { format, file } of documents) {
    if (file === undefined) {
      throw new UserError('E_USAGE', `missing file name: -o ${format.id}`, {
        hint: `name a file: -o ${format.id}=FILE`,
      });
    }
    requireAbsent(file);
  }
  requireAbsent(image.place);
  return { form: image.form, place: image.place, documents };
}

/** Documents that can be written beside an image. */
const DOCUMENTS: readonly string[] = ['cyclonedx-json', 'openvex'];

/** Options that change which files the view has. */
function checkReading({ resolved: { values } }: Context): void {
  const hiding = [
    ...(values.scope === 'squashed' ? [] : ['--scope']),
    ...(values.maxMemory === 0 ? [] : ['--max-memory']),
  ];
  const [first] = hiding;
  if (first !== undefined) {
    throw new UserError('E_USAGE', `${first} cannot be used with "plimsoll harden emit"`, {
      hint: `leave out ${first}; to keep or drop files, use --keep and --drop`,
    });
  }
}

function createEmitOptions(
  { form, place }: EmitOutputs,
  plan: RemovalPlan,
  { resolved: { values }, environment, resources, now }: Context,
): EmitOptions {
  const isTimeGiven = (environment['SOURCE_DATE_EPOCH'] ?? '') !== '';
  return {
    form,
    output: place,
    isPrivate: values.privateOutput,
    layers: chooseWord(values.layers, LAYER_FORMS, '--layers'),
    compression: chooseWord(values.compress, COMPRESSIONS, '--compress'),
    planDigest: digestPlan(plan),
    resources,
    ...(isTimeGiven ? { created: now } : {}),
  };
}

function chooseWord<Word extends string>(
  value: string,
  words: readonly Word[],
  flag: string,
): Word {
  const word = words.find((one) => one === value);
  if (word === undefined) {
    throw new UserError('E_USAGE', `invalid value "${value}" for ${flag}`, {
      hint: suggestWord(value, words),
    });
  }
  return word;
}

/** Only what determines the image: a plan also has findings, which depend on the day. */
function digestPlan({
  image,
  rules,
  request,
  kept,
  packages,
}: RemovalPlan): EmitOptions['planDigest'] {
  const { manifestDigest, imageId, diffIds } = image;
  const stays = packages.filter(({ isKept }) => isKept).map(({ key }) => key);
  return digestJson({ manifestDigest, imageId, diffIds, rules, request, kept, stays });
}

/** Reads the new image like any other, so that documents list what scanners find in it. */
async function assessSlim(
  { form, place }: EmitOutputs,
  { plan }: PlanRun,
  context: Context,
): Promise<EmittedAssessment> {
  const result = await assessEmitted(`${form}:${place}`, plan, context);
  for (const name of result.unexpected) {
    context.warn(`still listed, although the plan drops it: ${escapeText(name)}`);
  }
  for (const name of result.missing) {
    context.warn(`not listed any more, although the plan keeps it: ${escapeText(name)}`);
  }
  const { findings, database } = result.assessment.findings;
  const predicted = plan.after.findings;
  if (database !== undefined && predicted !== undefined && predicted !== findings.length) {
    context.warn(`the new image has ${formatCount(findings.length, 'finding')}, not ${predicted}`);
  }
  return result;
}

/** Returns whether the new image has exactly the packages that the plan keeps. */
function isAsPlanned({ unexpected, missing }: EmittedAssessment): boolean {
  return unexpected.length === 0 && missing.length === 0;
}

function writeDocuments(
  { documents }: EmitOutputs,
  { run, result }: { readonly run: PlanRun; readonly result: EmittedAssessment },
  context: Context,
): void {
  const frame = createReportFrame(context);
  const isStatements = ({ format }: Output): boolean => !format.carries.includes('inventory');
  const statements = documents.filter(isStatements);
  const inventories = documents.filter((output) => !isStatements(output));
  if (inventories.length > 0) {
    const report: Report = { ...frame, ...result.assessment };
    writeOutputs(report, inventories, context);
  }
  if (statements.length > 0) {
    writeOutputs(
      { ...frame, ...createAbsenceReport(run.plan, run.assessment, result.assessment) },
      statements,
      context,
    );
  }
}

function printSummary(
  { form, place }: EmitOutputs,
  { emitted, plan }: { readonly emitted: EmittedImage; readonly plan: RemovalPlan },
  context: Context,
): void {
  const { before, after } = plan;
  const findings = [after.findings, before.findings].filter((count) => count !== undefined);
  context.print(`${escapeText(`${form}:${place}`)}  ${emitted.manifestDigest}\n`);
  const counts = [
    formatCount(emitted.files, 'file'),
    formatBytes(emitted.contentBytes),
    `${after.packages} of ${formatCount(before.packages, 'package')}`,
    ...(findings.length < 2
      ? []
      : [`${findings[0]} of ${formatCount(findings[1] ?? 0, 'finding')}`]),
  ];
  context.print(`Kept: ${counts.join(', ')}; ${formatBytes(emitted.blobBytes)} to pull\n`);
}
