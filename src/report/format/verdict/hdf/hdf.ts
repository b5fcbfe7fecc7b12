import { hash } from 'node:crypto';
import { formatJson } from '../../../../foundation/core/json-document.ts';
import { formatTargetTitle } from '../../../../foundation/core/target-title.ts';
import type { VerdictFormat, VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import {
  type AssessedControl,
  listAssessedControls,
  listFirst,
  toLine,
} from '../assessed-controls.ts';

/**
 * Results in the Heimdall Data Format. An unknown or unanswered control has skipped results only,
 * which readers show as "Not Reviewed": one passed result beside them would make it "Passed". Only
 * a control that does not apply has the impact 0.
 */
export const hdf: VerdictFormat = {
  id: 'hdf',
  aliases: [],
  title: 'Heimdall Data Format',
  carries: ['findings'],
  write(report, sink) {
    sink.write(`${formatJson(createExecution(report), 2)}\n`);
  },
};

function createExecution(report: VerdictReport): object {
  const { tool, verdict, assessment } = report;
  const groups = Map.groupBy(listAssessedControls(verdict), ({ group }) => group);
  const { target } = assessment;
  return {
    platform: {
      name: tool.name,
      release: tool.version,
      target_id: target.kind === 'image' ? target.manifestDigest : formatTargetTitle(target),
    },
    version: tool.version,
    statistics: { duration: null },
    profiles: [...groups].map(([group, controls]) => createProfile(group, controls, report)),
  };
}

function createProfile(
  group: string,
  controls: readonly AssessedControl[],
  { verdict }: VerdictReport,
): object {
  const pack = verdict.packs?.find(({ id }) => id === group);
  const used = verdict.policies.map(({ name, digest }) => `${name} ${digest}`).join('\n');
  const policy = verdict.policies.find(({ name }) => name === group);
  const digest = policy?.digest.replace(/^sha256:/, '') ?? hash('sha256', used);
  return {
    name: group,
    title: toLine(pack?.title ?? 'rules of policies'),
    version: pack?.version ?? '1',
    sha256: digest,
    supports: [],
    attributes: [],
    groups: [],
    status: 'loaded',
    controls: controls.map((control) => createControl(control, verdict.evaluatedAt)),
  };
}

const IMPACTS = { MUST: 0.7, SHOULD: 0.5 } as const;

function createControl(control: AssessedControl, time: string): object {
  const { id, key, title, requirement, force, status, source, dueAt, isEnforced } = control;
  const impact = force.startsWith('MUST') ? IMPACTS.MUST : IMPACTS.SHOULD;
  return {
    id: key,
    title: toLine(title),
    desc: toLine(requirement),
    impact: status === 'not-applicable' ? 0 : impact,
    refs: source === undefined ? [] : [{ ref: toLine(source) }],
    tags: {
      control: id,
      force,
      status,
      ...(dueAt === undefined ? {} : { due: dueAt }),
      ...(isEnforced ? {} : { mode: 'log' }),
    },
    code: '',
    source_location: {},
    results: createResults(control, time),
  };
}

function createResults(control: AssessedControl, time: string): readonly object[] {
  const { status, requirement, reasons, violations } = control;
  const description = { code_desc: toLine(requirement), start_time: time };
  if (status === 'passed') {
    return [{ status: 'passed', ...description, message: toLine(reasons.join('; ')) }];
  }
  if (status !== 'failed') {
    const message = toLine(`not evaluated (${status}): ${reasons.join('; ')}`);
    return [{ status: 'skipped', ...description, skip_message: message }];
  }
  const causes = violations.length === 0 ? [reasons.join('; ')] : listFirst(violations);
  return causes.map((cause) => ({
    status: 'failed',
    ...description,
    message: toLine(cause),
  }));
}
