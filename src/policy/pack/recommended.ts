import type { PolicyPack } from '../pack-contract.ts';

/** Rules that most teams want; nothing in it needs settings. */
export const recommended: PolicyPack = {
  id: 'recommended',
  version: '1',
  title: 'rules that most teams want',
  text: `policy: recommended
version: "1"
rules:
  - id: exploited
    for: finding
    when: { exploited: true }
    then: fail
    recommendation: update {package}, or justify why the exploited code cannot run
  - id: critical-with-fix
    for: finding
    when: { severity: critical, fix: true }
    then: fail
    recommendation: update {package}
  - id: high-with-fix
    for: finding
    when: { severity: high, fix: true }
    then: warn
    recommendation: update {package}
  - id: secret-in-image
    for: secret
    when: { verified: true }
    then: fail
    recommendation: remove the file from every layer, and replace the secret
  - id: secret-in-variable
    for: variable
    when: { secret-name: true }
    then: warn
    recommendation: pass the secret when the container starts
  - id: end-of-life
    for: image
    when: { end-of-life: true }
    then: fail
    recommendation: change to a supported release of the distribution
  - id: runs-as-root
    for: image
    when: { runs-as-root: true }
    then: warn
    recommendation: set a user with a number in the image
  - id: old-advisories
    for: feed
    when: { age: over 30 days }
    then: warn
    recommendation: update the database with "plimsoll db update"
`,
};
