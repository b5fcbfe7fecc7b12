import { formatJson } from '../../../../foundation/core/json-document.ts';
import type { VerdictFormat } from '../../../../foundation/core/verdict-format.ts';
import { createOscalFrame } from '../oscal-document.ts';
import { createAssessmentPlan } from '../oscal-plan.ts';

/** The assessment plan that the assessment results import. OSCAL 1.2.1, "assessment-plan". */
export const oscalAp: VerdictFormat = {
  id: 'oscal-ap',
  aliases: [],
  title: 'OSCAL assessment plan',
  carries: ['findings'],
  write(report, sink) {
    const plan = createAssessmentPlan(createOscalFrame(report), report);
    sink.write(`${formatJson(plan, 2)}\n`);
  },
};
