import type { PolicyPack } from '../pack-contract.ts';

export const pci633: PolicyPack = {
  id: 'pci-6-3-3',
  version: '1',
  title: 'due dates of PCI DSS 4.0.1 for critical patches, by your own ranking',
  text: `policy: pci-6-3-3
version: "1"
rules:
  - id: pci-patch-overdue
    for: finding
    when: { overdue-pci-6-3-3: over 0 days }
    then: fail
    recommendation: update {package}, or declare its ranking
`,
};
