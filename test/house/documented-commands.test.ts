import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { resolveOptions } from '../../src/foundation/config/resolve-options.ts';
import { findDocumentedCommands } from '../../tools/documented-commands.ts';
import { ROOT } from '../../tools/source-tree.ts';

/** Pages that must have commands: a page without any would pass unnoticed. */
const GUIDES = [
  'air-gapped.md',
  'ci.md',
  'dependency-track.md',
  'docker-scout.md',
  'installation.md',
  'reading-results.md',
  'trivy.md',
  'troubleshooting.md',
];

/** Command lines of Syft and Grype have their own parsers and their own tests. */
const PEERS = new Set(['syft', 'grype']);

/** Returns the first error of each command, with its line, except for one that shows an error. */
function listErrors(page: string): string[] {
  const lines = page.split('\n');
  return findDocumentedCommands(page).flatMap(({ line, args }) => {
    const isPeer = PEERS.has(args[0] ?? '');
    const showsError = /^error\[E_(?:USAGE|CONFIG)\]/.test(lines[line] ?? '');
    if (isPeer || showsError) return [];
    try {
      resolveOptions({ flags: parseArguments(replacePlaceholders(args)).flags, environment: {} });
      return [];
    } catch (error) {
      return [`${line}: plimsoll ${args.join(' ')}: ${String(error)}`];
    }
  });
}

/** `SEVERITY` and the like stand for a value, and `…` for further arguments. */
function replacePlaceholders(args: readonly string[]): string[] {
  return args
    .filter((argument) => argument !== '…')
    .map((argument) => (argument === 'SEVERITY' ? 'high' : argument));
}

function readPage(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

test('every command in the documentation parses', () => {
  const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
  const errors = pages
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => listErrors(readPage(name)).map((error) => `${name}:${error}`));
  assert.deepEqual(errors, []);
});

test('finds commands in every guide', () => {
  for (const name of GUIDES) {
    const count = findDocumentedCommands(readPage(join('docs', name))).length;
    assert.ok(count >= 2, `${name}: ${count}`);
  }
});

test('finds commands of a shell, of CI steps and between backticks, and skips output', () => {
  const page = [
    'Run `plimsoll scan app.tar --fail-on high` or `plimsoll`.',
    '```console',
    '$ plimsoll db status | head   # the age',
    'hint: run plimsoll db update',
    '```',
    '```yaml',
    '  - run: plimsoll scan app.tar -o markdown="$FILE" && echo plimsoll done',
    "  sh 'scanner/plimsoll sbom app.tar'",
    "  plimsoll scan app.tar --exclude '**/a b'",
    '```',
  ].join('\n');
  assert.deepEqual(
    findDocumentedCommands(page).map(({ line, args }) => [line, ...args]),
    [
      [1, 'scan', 'app.tar', '--fail-on', 'high'],
      [3, 'db', 'status'],
      [7, 'scan', 'app.tar', '-o', 'markdown="$FILE"'],
      [7, 'done'],
      [8, 'sbom', 'app.tar'],
      [9, 'scan', 'app.tar', '--exclude', '**/a b'],
    ],
  );
});

test('detects an unknown option, one of another command, and an invalid value', () => {
  for (const command of [
    'plimsoll scan app.tar --no-such',
    'plimsoll db status --fail-on high',
    'plimsoll scan app.tar --fail-on severe',
  ]) {
    assert.equal(listErrors(`\`${command}\``).length, 1, command);
  }
  assert.equal(listErrors('`plimsoll scan app.tar --fail-on high`').length, 0);
});
