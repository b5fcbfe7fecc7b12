import type { PolicyPack } from '../pack-contract.ts';

export const bod2604: PolicyPack = {
  id: 'bod-26-04',
  version: '1',
  title: 'due dates of CISA BOD 26-04, with facts that a deployment declares',
  text: `policy: bod-26-04
version: "1"
rules:
  - id: bod-26-04-overdue
    for: finding
    when: { overdue-bod-26-04: over 0 days }
    then: fail
    recommendation: update {package}, or remove it
  - id: bod-26-04-due-soon
    for: finding
    cel: finding.overdue_bod_26_04 > -7.0 && finding.overdue_bod_26_04 <= 0.0
    then: warn
    recommendation: update {package} within a week
`,
};
