import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  checkDependencyPage,
  checkErrorPage,
  checkGlossary,
  checkHousePage,
  ERRORS_PAGE,
} from '../../tools/check-docs.ts';
import { parseModule, ROOT } from '../../tools/source-tree.ts';

const errorsPage = readFileSync(join(ROOT, ERRORS_PAGE), 'utf8');

test('detects a code without a section, and a section without a code', () => {
  const page = errorsPage.replace('### `E_LIMIT`', '### `E_BOUND`');
  const messages = checkErrorPage(page).map(({ message }) => message);
  assert.deepEqual(messages, ["'E_BOUND' is not an error code", "has no section for 'E_LIMIT'"]);
});

test('detects a section with another exit status', () => {
  const page = errorsPage.replace('Exit status: 4', 'Exit status: 0');
  const messages = checkErrorPage(page).map(({ message }) => message);
  assert.match(messages.join('\n'), /'E_DB_MISSING' lacks: .*Exit status: 4/u);
});

const GLOSSARY_HEAD = '| word | type | meaning | not |\n|---|---|---|---|\n';

test('detects a concept without a term, a term without a type, and a duplicate term', () => {
  const core = parseModule(
    'src/foundation/core/a.ts',
    'export interface Match {}\nexport interface Fix {}',
  );
  const page = `${GLOSSARY_HEAD}| match | \`Match\` | a | – |\n| hit | \`Hit\` | b | – |\n`;
  const messages = checkGlossary(`${page}| hit | – | c | – |\n`, [core]).map((one) => one.message);
  assert.deepEqual(messages, [
    "has no line for the type 'Fix'",
    '`Hit` is not a type of src/foundation/core',
    "'hit' has two lines",
  ]);
});

test('detects a dependency without a line, a line without a dependency, and an empty column', () => {
  const page = `| package | for | licence | health | else |\n|---|---|---|---|---|
| \`yaml\` | a | ISC | b |  |
| \`left-pad\` | a | ISC | b | c |
`;
  const manifest = { dependencies: { yaml: '1.0.0', saxes: '1.0.0' } };
  assert.deepEqual(
    checkDependencyPage(page, manifest).map(({ message }) => message),
    ["has no line for 'saxes'", '`left-pad` is not in package.json', '`yaml` has an empty column'],
  );
});

test('detects a second library for one purpose', () => {
  const manifest = { dependencies: { yaml: '1.0.0', 'js-yaml': '1.0.0' } };
  const messages = checkDependencyPage('', manifest).map(({ message }) => message);
  assert.ok(messages.includes('two libraries for YAML: yaml, js-yaml'));
});

test('detects a directory without a row, and a row with wrong imports', () => {
  const messages = checkHousePage(`| room | contents | may import |\n|---|---|---|
| \`src/foundation/core\` | types | nothing |
| \`src/foundation/bytes\` | readers | core, view |
| \`src/report/format/<id>\` | outputs | all above |
`).map(({ message }) => message);
  assert.ok(messages.includes("has no row for 'src/foundation/http'"));
  assert.ok(messages.includes('`src/foundation/bytes` imports: core, syntax'));
  assert.ok(!messages.some((message) => /foundation\/core|report\/format/u.test(message)));
});
