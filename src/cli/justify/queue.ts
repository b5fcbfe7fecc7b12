import { queueTarget } from '../../assess/justify-target.ts';
import { EXIT_STATUS, type ExitStatus } from '../../foundation/core/error.ts';
import { formatTargetTitle } from '../../foundation/core/target-title.ts';
import type { Context } from '../command.ts';
import { createPolicyRequest, readAttestationTrust } from '../policy-request.ts';
import { reportDatabase } from '../report-database.ts';
import { getTarget } from '../report-run.ts';
import { createPorts, createRequest, runWithCommandHint } from '../request.ts';
import { chooseQueueOutputs, writeQueueOutputs } from './queue-output.ts';

/** Prints everything that is left to justify about a target. */
export async function printQueue(context: Context): Promise<ExitStatus> {
  const [, ...positionals] = context.positionals;
  const target = getTarget({ ...context, positionals }, 'justify queue');
  const outputs = chooseQueueOutputs(context);
  const policy = { ...createPolicyRequest(context), ...(await readAttestationTrust(context)) };
  const request = await createRequest(context);
  const { assessment, summary, queue } = await runWithCommandHint(target, () =>
    queueTarget(target, policy, request, createPorts(context)),
  );
  reportDatabase(assessment.findings === undefined ? [] : [assessment.findings], context);
  reportNotCompared(context);
  const title = formatTargetTitle(assessment.target);
  writeQueueOutputs({ target: title, summary, queue }, outputs, context);
  return EXIT_STATUS.fine;
}

/** Without an approved result, nothing is known about differences. */
function reportNotCompared({ resolved, notify }: Context): void {
  if (resolved.values.baseline === undefined) {
    notify('note: differences are not listed without an approved result: add --baseline FILE');
  }
}
