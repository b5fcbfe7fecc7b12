import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '../foundation/core/error.ts';
import { explainMissingPackage } from './missing-package.ts';

const root = mkdtempSync(join(tmpdir(), 'plimsoll-missing-package-'));
after(() => rmSync(root, { recursive: true, force: true }));

mkdirSync(join(root, 'dist'));
const manifest = { name: 'plimsoll', type: 'module', dependencies: { 'of-the-scanner': '1.0.0' } };
writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));

/** Returns the error of Node about a module that cannot be loaded. */
async function importCode(code: string): Promise<unknown> {
  const file = join(root, 'dist', `${encodeURIComponent(code).replaceAll('%', '')}.js`);
  writeFileSync(file, code);
  return await import(file).then(
    () => assert.fail('the module was loaded'),
    (error: unknown) => error,
  );
}

test('names the package of the server if one of its packages is missing', async () => {
  for (const name of ['hono-of-nobody', '@scope/of-nobody']) {
    const error = explainMissingPackage(await importCode(`import '${name}';`), root);
    assert.ok(error instanceof UserError);
    assert.equal(error.code, 'E_PACKAGE_MISSING');
    assert.equal(error.message, `the package "${name}" is not installed`);
    assert.match(error.hint ?? '', /npm install --global plimsoll-server$/);
  }
  const inner = explainMissingPackage(await importCode(`import 'of-nobody/part';`), root);
  assert.ok(inner instanceof UserError, 'a module of a package');
});

test('suggests a new installation if a package of the scanner is missing', async () => {
  const error = explainMissingPackage(await importCode(`import 'of-the-scanner';`), root);
  assert.ok(error instanceof UserError);
  assert.match(error.hint ?? '', /^install plimsoll again/);
});

test('returns every other error unchanged', async () => {
  const errors = [
    new Error("Cannot find package 'hono' imported from /x"),
    await importCode(`import './of-nobody.js';`),
    await importCode('throw new TypeError("x");'),
    'text',
  ];
  for (const error of errors) {
    assert.equal(explainMissingPackage(error, root), error);
  }
});
