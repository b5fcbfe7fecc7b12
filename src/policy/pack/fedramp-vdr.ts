import type { PolicyPack } from '../pack-contract.ts';

/** The force of each rule is kept: "should" warns, "must" fails. */
export const fedrampVdr: PolicyPack = {
  id: 'fedramp-vdr',
  version: '1',
  title: 'vulnerability detection and response of FedRAMP, with facts that people declare',
  text: `policy: fedramp-vdr
version: "1"
rules:
  - id: fedramp-vdr-overdue
    for: finding
    when: { overdue-fedramp-vdr: over 0 days }
    then: warn
    recommendation: mitigate {package}, or declare the facts that are missing (VDR-TFR-PVR, VDR-TFR-KEV)
  - id: fedramp-vdr-not-evaluated
    for: finding
    when: { overdue-fedramp-evaluation: over 0 days }
    then: warn
    recommendation: evaluate the vulnerability, and add the time to the ledger (VER-TFR-EVU)
  - id: fedramp-vdr-exploited
    for: finding
    when: { exploited: true }
    then: warn
    recommendation: do not deploy {package} anew (VDR-CSO-AKE)
`,
};
