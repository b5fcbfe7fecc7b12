import type { PolicyPack } from '../pack-contract.ts';

export const cra14: PolicyPack = {
  id: 'cra-14',
  version: '1',
  title: 'reports by Article 14 of the Cyber Resilience Act, with times of the ledger',
  text: `policy: cra-14
version: "1"
rules:
  - id: cra-warning-overdue
    for: finding
    when: { overdue-cra-14-warning: over 0 days }
    then: fail
    recommendation: submit the early warning, and add "warned" to the ledger
  - id: cra-notification-overdue
    for: finding
    when: { overdue-cra-14-notification: over 0 days }
    then: fail
    recommendation: submit the notification, and add "notified" to the ledger
  - id: cra-report-overdue
    for: finding
    when: { overdue-cra-14-report: over 0 days }
    then: fail
    recommendation: submit the final report, and add "reported" to the ledger
`,
};
