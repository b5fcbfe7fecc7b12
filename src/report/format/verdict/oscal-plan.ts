import type { VerdictReport } from '../../../foundation/core/verdict-format.ts';
import {
  createComponents,
  createMetadata,
  createReviewedControls,
  formatMarkup,
  getObjectiveId,
  type OscalFrame,
} from './oscal-document.ts';

/**
 * Creates the plan that the results of a verdict import: the controls, the objective of each, and
 * the program that evaluates them. It states that the system security plan is not known.
 */
export function createAssessmentPlan(frame: OscalFrame, report: VerdictReport): object {
  const { controls, identify, toolUuid, imageUuid, title } = frame;
  const planUuid = identify('system security plan');
  const platform = {
    uuid: identify('platform'),
    title: 'command line',
    'uses-components': [{ 'component-uuid': toolUuid }],
  };
  return {
    'assessment-plan': {
      uuid: identify('assessment plan'),
      metadata: createMetadata(frame, `Assessment plan for ${title}`),
      'import-ssp': {
        href: `#${planUuid}`,
        remarks: 'The system security plan is not known to the program.',
      },
      ...(controls.length === 0
        ? {}
        : {
            'local-definitions': {
              'objectives-and-methods': controls.map((control) => ({
                'control-id': control.token,
                parts: [
                  {
                    id: getObjectiveId(control),
                    name: 'assessment-objective',
                    title: formatMarkup(`${control.key}: ${control.title}`),
                    prose: formatMarkup(control.requirement),
                  },
                ],
              })),
            },
          }),
      'reviewed-controls': createReviewedControls(frame),
      'assessment-subjects': [
        {
          type: 'component',
          'include-subjects': [{ 'subject-uuid': imageUuid, type: 'component' }],
        },
      ],
      'assessment-assets': {
        components: createComponents(frame, report),
        'assessment-platforms': [platform],
      },
      'back-matter': {
        resources: [
          {
            uuid: planUuid,
            title: 'System security plan',
            description: 'Not available: add the plan of the system that the image is part of.',
          },
        ],
      },
    },
  };
}
