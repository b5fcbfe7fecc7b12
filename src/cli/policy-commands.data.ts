/* Origin: our own. */

import type { CommandDescription } from './command.ts';

/** Commands about policies, in the order of the help. */
export const POLICY_COMMANDS: readonly CommandDescription[] = [
  {
    name: 'check',
    usage: 'plimsoll check TARGET [--policy FILE] [options]',
    summary: 'decide by a policy or a compliance pack whether a target may ship',
    examples: [
      { line: 'plimsoll check app.tar', does: 'evaluate the rules that most teams want' },
      {
        line: 'plimsoll check app.tar --policy shop.yaml',
        does: 'evaluate your own policy',
      },
      {
        line: 'plimsoll check app.tar --pack cis-docker -o html=evidence.html',
        does: 'answer the controls of a compliance pack, with evidence for an auditor',
      },
      {
        line: 'plimsoll check app.tar --why runs-as-root',
        does: 'explain one rule: facts, evidence and exceptions',
      },
      {
        line: 'plimsoll check app.tar --justifications justifications',
        does: 'evaluate your policy with reasons that people signed',
      },
      {
        line: 'plimsoll check app.tar --as-of 2027-01-31',
        does: 'evaluate ages and expiries for another date',
      },
      {
        line: 'plimsoll check app.tar -o facts > facts.json',
        does: 'write all facts for another policy engine',
      },
      {
        line: 'plimsoll check app.tar --policy shop.yaml -o ics > due.ics',
        does: 'write due dates for a calendar',
      },
    ],
    notes: [
      'The verdict is pass, warn, fail or unknown. A rule whose facts are missing is unknown, never a',
      'pass. The exit status is 2 for fail, 4 for unknown, otherwise 0. See docs/policy.md.',
      'Formats are text, json, facts, ics, html, markdown, sarif, junit, gitlab, github-annotations, hdf,',
      'cyclonedx (attestations), oscal-ar (results with their plan), oscal-ap, oscal-poam and',
      'cra-report=DIR. Packs are in docs/packs.md, and statements of people in docs/compliance.md.',
    ],
    positionalsMax: 1,
    takesFiles: true,
  },
  {
    name: 'check policy',
    usage:
      'plimsoll check policy list|schema|facts [options] | plimsoll check policy show PACK | plimsoll check policy test FILE... | plimsoll check policy import BUNDLE | plimsoll check policy diff OLD NEW | plimsoll check policy verify VERDICT RESULT | plimsoll check policy ledger OLD NEW',
    summary: 'list packs and facts, test a policy, or import one from Anchore',
    examples: [
      { line: 'plimsoll check policy list', does: 'list the packs' },
      {
        line: 'plimsoll check policy show recommended > shop.yaml',
        does: 'write a policy to start with',
      },
      { line: 'plimsoll check policy facts', does: 'list the facts of each subject' },
      {
        line: 'plimsoll check policy test shop.yaml',
        does: 'check a policy, and run shop.test.yaml',
      },
      {
        line: 'plimsoll check policy import bundle.json > shop.yaml',
        does: 'translate a policy bundle of Anchore, and list the parts without a counterpart',
      },
      {
        line: 'plimsoll check policy diff last-week.json verdict.json',
        does: 'name the cause of each difference between two verdicts',
      },
      {
        line: 'plimsoll check policy verify verdict.json result.json',
        does: 'recompute a verdict with a second implementation',
      },
    ],
    words: {
      list: 'list the packs',
      show: 'print the rules of a pack',
      schema: 'print the JSON Schema of policies',
      facts: 'list the facts of each subject',
      test: 'check the names and values in policies, and run their tests',
      import: 'translate a policy bundle of Anchore',
      diff: 'name the cause of each difference between two verdicts',
      verify: 'recompute a verdict with a second implementation',
      ledger: 'list the lines of a ledger that were removed or changed',
    },
    positionalsMax: 1_000,
    takesFiles: true,
  },
];
