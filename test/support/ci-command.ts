import assert from 'node:assert/strict';

/**
 * Commands that a CI system executes when it reads the line in a log: `::` after white space and
 * colors (GitHub Actions), and anywhere in the line `##[` (GitHub Actions, Azure Pipelines),
 * `##vso[` (Azure Pipelines), `##teamcity[` and GitLab's section markers. Hidden characters are
 * ignored.
 */
const CI_COMMAND =
  /^(?:\s|\u001b\[[\d;]*m)*::|#\p{Cf}*#\p{Cf}*(?:\[|vso|teamcity)|section_(?:start|end):/iu;

export function assertNoCiCommand(text: string, subject: string): void {
  for (const line of text.split(/[\r\n]/)) {
    assert.doesNotMatch(line, CI_COMMAND, `${subject}: ${line.slice(0, 120)}`);
  }
}
