import type { Environment } from '../config/environment.ts';
import type { SendingRun } from '../core/format.ts';
import type { Context } from './command.ts';
import type { Output } from './output.ts';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const REF = /^refs\/./;

/**
 * Returns the run that GitHub Actions describes in the environment; `undefined` if it names no
 * commit or no branch. GitHub Docs, "Variables reference".
 */
export function sendingRunOf(environment: Environment): SendingRun | undefined {
  const text = (name: string): string => environment[`GITHUB_${name}`] ?? '';
  const [sha, ref, id] = [text('SHA').toLowerCase(), text('REF'), text('RUN_ID')];
  if (!COMMIT.test(sha) || !REF.test(ref)) {
    return undefined;
  }
  const parts = [text('SERVER_URL'), text('REPOSITORY'), id];
  const [server, repository] = parts;
  return {
    sha,
    ref,
    id,
    correlator: `${text('WORKFLOW')}_${text('JOB')}`,
    ...(parts.includes('') ? {} : { url: `${server}/${repository}/actions/runs/${id}` }),
  };
}

/** Warns if outputs need a run and there is none, since receivers reject them without one. */
export function tellMissingRun(outputs: readonly Output[], context: Context): void {
  const naming = outputs.find(({ format }) => format.namesRun);
  const { parity } = context.resolved.values;
  if (naming !== undefined && !parity && sendingRunOf(context.environment) === undefined) {
    context.tell(
      `note: ${naming.format.id} does not name a commit, because GITHUB_SHA and GITHUB_REF are not set:` +
        ' add job, sha and ref before you submit it',
    );
  }
}
