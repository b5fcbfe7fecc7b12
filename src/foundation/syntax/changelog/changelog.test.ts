import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { listFixes, parseDebianChangelog, readMentions } from './changelog.ts';

/** IDs that the text of one entry lists as fixed. */
function listFixedIds(...lines: readonly string[]): readonly string[] {
  return listFixes([{ mentions: readMentions(lines.join('\n')) }]).map(({ id }) => id);
}

suite('changelogs', () => {
  test('list the fixes of each entry with their lines', () => {
    const text = [
      'python-urllib3 (1.26.12-1+deb12u2) bookworm-security; urgency=high',
      '',
      '  [ A Person ]',
      '  * Fixes cve-2023-45803 and',
      '    GHSA-G4MX-Q9VG-27P4.',
      '',
      ' -- A Person <a@example.org>  Mon, 02 Oct 2023 10:00:00 +0000',
      '',
      'python-urllib3 (1.26.12-1) unstable; urgency=medium',
      '  * New release.',
      'python-urllib3 (1:1.25~rc1) unstable;',
      '  * d/patches/CVE-2021-33503.patch: avoid backtracking',
    ].join('\n');
    const entries = parseDebianChangelog(text);
    assert.deepEqual(
      entries.map(({ source, version }) => [source, version]),
      [
        ['python-urllib3', '1.26.12-1+deb12u2'],
        ['python-urllib3', '1:1.25~rc1'],
      ],
    );
    assert.deepEqual(
      listFixes(entries).map(({ id, line, entry }) => [id, line, entry.version]),
      [
        ['CVE-2023-45803', 4, '1.26.12-1+deb12u2'],
        ['GHSA-g4mx-q9vg-27p4', 5, '1.26.12-1+deb12u2'],
        ['CVE-2021-33503', 12, '1:1.25~rc1'],
      ],
    );
  });

  const NEGATIVE = [
    'Revert the fix for CVE-2024-1111',
    'CVE-2024-1111 is not yet fixed',
    "CVE-2024-1111: this version isn't affected",
    'Incomplete fix of CVE-2024-1111',
    'Drop the patch for CVE-2024-1111, it broke uploads',
    'Disable d/patches/CVE-2024-1111.patch',
    'debian/patches/CVE-2024-1111.patch: removed pending investigation',
    'CVE-2024-1111 remains: still vulnerable',
    'Backed out CVE-2024-1111',
    'TODO: CVE-2024-1111',
    'This will regress: see also CVE-2024-1111',
    'Adapt a test (Related: CVE-2024-1111)',
  ];
  for (const line of NEGATIVE) {
    test(`have no fix in "${line}"`, () => assert.deepEqual(listFixedIds(`  * ${line}`), []));
  }

  const POSITIVE = [
    'CVE-2024-1111: Strip Cookie header. Remove body on 303.',
    'CVE-2024-1111: do not follow redirects',
    'Add 0001-CVE-2024-1111.patch (Closes: #1234)',
    'Security fix for CVE-2024-1111.',
  ];
  for (const line of POSITIVE) {
    test(`have a fix in "${line}"`, () =>
      assert.deepEqual(listFixedIds(`- ${line}`), ['CVE-2024-1111']));
  }

  test('apply a word of an item to everything in it, and to nothing else', () => {
    assert.deepEqual(
      listFixedIds(
        '  * Revert, since they break builds:',
        '    - CVE-2024-1111.patch',
        '    - CVE-2024-2222.patch',
        '  * Fix CVE-2024-3333',
      ),
      ['CVE-2024-3333'],
    );
  });

  test('prefer the newest entry', () => {
    const entries = [
      { mentions: readMentions('* Revert CVE-2024-1111.patch') },
      { mentions: readMentions('* Fix a regression of CVE-2024-2222') },
      { mentions: readMentions('* Fix CVE-2024-1111\n* Fix CVE-2024-2222') },
    ];
    assert.deepEqual(
      listFixes(entries).map(({ id }) => id),
      ['CVE-2024-2222'],
    );
  });

  test('are read in little time, regardless of their lines', () => {
    const start = process.cpuUsage();
    for (const part of [
      'not a ',
      'drop x ',
      'dropdrop',
      'CVE-2024-1111 ',
      ' * x\n',
      'remov x x ',
    ]) {
      readMentions(`  * ${part.repeat(400_000 / part.length)}`);
    }
    const { user, system } = process.cpuUsage(start);
    assert.ok(user + system < 5_000_000, `${(user + system) / 1000} ms of the processor`);
  });
});
