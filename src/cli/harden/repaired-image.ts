import { UserError } from '../../foundation/core/error.ts';
import { IMAGE_FORMS } from '../../hardening/emit/write-image.ts';
import { KEEP_LEVELS, type PlanRequest } from '../../hardening/harden/removal-plan.ts';
import type { TrialResult } from '../../hardening/trial/verify-slim.ts';
import type { Context } from '../command.ts';
import { listFlagOutputs } from '../flag-format.ts';
import { emitSlimImage } from './emit.ts';

/** Outputs of `harden verify`: an image with the missing files, and the formats of the result. */
export interface VerifyOutputs {
  /** `oci-dir=DIR`; absent if no image is wanted. */
  readonly image?: string;
  /** The context without that output. */
  readonly rest: Context;
}

/**
 * Separates the image that `-o` names from the formats of the result.
 *
 * @throws UserError `E_USAGE` if it is not repaired, or several images are named
 */
export function splitVerifyOutputs(context: Context): VerifyOutputs {
  const isImage = (text: string): boolean =>
    IMAGE_FORMS.some((form) => text.startsWith(`${form}=`));
  const outputs = listFlagOutputs(context);
  const [image, ...more] = outputs.filter(isImage);
  if (image === undefined) {
    return { rest: context };
  }
  if (more.length > 0 || context.resolved.values.trialRepair === 0) {
    throw new UserError('E_USAGE', 'one image can be written, and only with --repair', {
      hint: 'for example: plimsoll harden verify app.tar oci-dir:slim --repair 10 -o oci-dir=better',
    });
  }
  const { resolved } = context;
  const values = { ...resolved.values, output: outputs.filter((text) => !isImage(text)) };
  return { image, rest: { ...context, resolved: { ...resolved, values } } };
}

/**
 * Emits the original again with the files that a trial added, by the request of the plan of its
 * slim image. Nothing is written if the image would not behave as before.
 */
export async function emitRepaired(
  image: string,
  { original, result, request }: RepairInput,
  context: Context,
): Promise<void> {
  if (!result.isRepaired) {
    const reason = result.isSame
      ? 'nothing is missing'
      : 'it does not behave as before with the added files';
    context.warn(`no image was written: ${reason}`);
    return;
  }
  const { resolved } = context;
  const { values } = resolved;
  const added = result.added.map(escapePattern).flatMap((path) => [path, `${path}/**`]);
  const own = request ?? values;
  await emitSlimImage({
    ...context,
    positionals: ['emit', original],
    resolved: {
      ...resolved,
      values: {
        ...values,
        keepLevel: KEEP_LEVELS.find((level) => level === own.keepLevel) ?? values.keepLevel,
        keep: [...own.keep, ...added],
        drop: [...own.drop],
        also: [...own.also],
        output: [image],
        ...(own.user === undefined ? {} : { user: own.user }),
      },
    },
  });
}

export interface RepairInput {
  /** The original as the user named it. */
  readonly original: string;
  readonly result: TrialResult;
  /** That of the plan; absent if no plan was given. */
  readonly request: PlanRequest | undefined;
}

function escapePattern(path: string): string {
  return path.replaceAll(/[\\*?[\]{},]/g, '\\$&');
}
