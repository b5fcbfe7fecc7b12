import type { Environment } from '../foundation/config/environment.ts';
import type { SendingRun } from '../foundation/core/format.ts';
import type { Context } from './command.ts';
import type { Output } from './output.ts';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const REF = /^refs\/./;

/**
 * Returns the run that GitHub Actions describes in the environment; `undefined` if it names no
 * commit or no branch. GitHub Docs, "Variables reference".
 */
export function readSendingRun(environment: Environment): SendingRun | undefined {
  const getVariable = (name: string): string => environment[`GITHUB_${name}`] ?? '';
  const [sha, ref, id] = [
    getVariable('SHA').toLowerCase(),
    getVariable('REF'),
    getVariable('RUN_ID'),
  ];
  if (!COMMIT.test(sha) || !REF.test(ref)) {
    return undefined;
  }
  const parts = [getVariable('SERVER_URL'), getVariable('REPOSITORY'), id];
  const [server, repository] = parts;
  return {
    sha,
    ref,
    id,
    correlator: `${getVariable('WORKFLOW')}_${getVariable('JOB')}`,
    ...(parts.includes('') ? {} : { url: `${server}/${repository}/actions/runs/${id}` }),
  };
}

/** Warns if outputs need a run and there is none, since receivers reject them without one. */
export function reportMissingRun(outputs: readonly Output[], context: Context): void {
  const naming = outputs.find(({ format }) => format.namesRun);
  const { parity } = context.resolved.values;
  if (naming !== undefined && !parity && readSendingRun(context.environment) === undefined) {
    context.notify(
      `note: ${naming.format.id} does not name a commit, because GITHUB_SHA and GITHUB_REF are not set:` +
        ' add job, sha and ref before you submit it',
    );
  }
}
