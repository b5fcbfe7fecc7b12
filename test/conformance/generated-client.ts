import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createOpenApi } from '../../src/server/http/openapi.ts';
import { ROUTES } from '../../src/server/http/routes.ts';
import { compileProgram } from './compile-program.ts';

/*
 * Generates TypeScript types from the OpenAPI document by openapi-typescript, and compiles a
 * program with them. Wrong programs must not compile. The generator needs a TypeScript of its own,
 * so it is installed elsewhere: npm install --ignore-scripts openapi-typescript@7 typescript@5
 */

const [generator] = process.argv.slice(2);
if (generator === undefined) {
  throw new Error('name the program: npm run conformance -- client PATH/openapi-typescript');
}

/** A program of a user who only has the generated types. */
const CLIENT = `import type { operations, paths } from './api.ts';
type Answer<Id extends keyof operations, Status extends keyof operations[Id]['responses']> =
  operations[Id]['responses'][Status] extends { content: { 'application/json': infer Value } } ? Value : never;
type Body<Id extends keyof operations> =
  NonNullable<operations[Id]['requestBody']> extends { content: { 'application/json': infer Value } } ? Value : never;
export const path: keyof paths = '/api/v1/images/{id}/findings';
export function listNames(page: Answer<'listImages', 200>): readonly string[] {
  return page.items.map(({ name }) => name);
}
export function countDrafts(pushed: Answer<'putInventory', 201>): number {
  return pushed.vex?.drafts ?? 0;
}
export const decision: Body<'addDecision'> = {
  author: 'ada',
  vulnerability: 'CVE-2020-0001',
  package: 'pkg:apk/alpine/musl',
  status: 'not_affected',
};
export const query: NonNullable<operations['listFindings']['parameters']['query']> = { severity: 'high' };
`;

/** Each has one error. */
const WRONG: readonly (readonly [title: string, from: string, to: string])[] = [
  ['a path that does not exist', '/api/v1/images/{id}/findings', '/api/v1/nothing'],
  ['a member that an answer does not have', '({ name }) => name', '({ nothing }) => nothing'],
  ['a status that does not exist', "status: 'not_affected'", "status: 'harmless'"],
  ['a body without its package', "  package: 'pkg:apk/alpine/musl',\n", ''],
  ['a parameter with a wrong value', "severity: 'high'", "severity: 'huge'"],
];

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-client-'));
try {
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(createOpenApi(ROUTES)));
  const made = spawnSync(
    resolve(generator),
    [join(folder, 'openapi.json'), '-o', join(folder, 'api.ts')],
    { encoding: 'utf8' },
  );
  assert.equal(made.status, 0, made.stderr);
  assert.equal(compile(CLIENT), '', 'the program compiles');
  for (const [title, from, to] of WRONG) {
    assert.ok(CLIENT.includes(from), title);
    assert.match(compile(CLIENT.replace(from, to)), /error TS/, title);
  }
  process.stdout.write(
    `${ROUTES.length} routes: the generated types compile, and ${WRONG.length} wrong programs do not\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compile(program: string): string {
  const more = ['--exactOptionalPropertyTypes', '--allowImportingTsExtensions'];
  return compileProgram(join(folder, 'client.ts'), program, more);
}
