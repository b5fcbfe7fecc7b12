import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import type { GrowingInput } from '../support/growing/growing-input.ts';
import { GROWING_INPUTS } from '../support/growing/growing-inputs.ts';
import { writeInput } from '../support/growing/write-input.ts';

const RECORDS_MAX = 40;

/** Inputs with as many records as their count, by their names. */
const LISTS: readonly string[] = [
  'apk: packages that all provide and need one name',
  'bitnami: packages of a document',
  'bun: packages',
  'cargo: packages of a lock',
  'cocoapods: pods',
  'composer: packages of a lock',
  'conan: requirements of a lock',
  'conda: packages of an environment',
  'dart: packages with anchors',
  'deno: packages',
  'dotnet: libraries of deps.json',
  'dpkg: packages that provide and need the same names',
  'firefox: add-ons of a profile',
  'github: steps of a workflow',
  'go: digests of go.sum',
  'go: modules in a vendor directory',
  'go: modules of a program',
  'go: replacements of a module',
  'go: requirements of a module',
  'haskell: packages of a freeze file',
  'hex: packages of mix.lock',
  'hex: packages of rebar.lock',
  'java: components of a verification file',
  'java: lines of a gradle lock',
  'npm: packages of a lock',
  'nuget: dependencies of a project',
  'nuget: packages of a packages.lock.json',
  'paket: packages of a lock',
  'perl: distributions of a snapshot',
  'perl: modules of a log',
  'pnpm: keys',
  'python: dependencies of poetry.lock',
  'python: dependencies of pyproject.toml',
  'python: lines of a requirements file',
  'python: lines of setup.py',
  'python: one name in many versions in pdm.lock',
  'python: packages of Pipfile.lock',
  'r: packages of renv.lock',
  'rpm: lines of a manifest',
  'ruby: gems of a lock',
  'rust: crates of a program',
  'sbt: modules of a lock',
  'snap: packages of a manifest',
  'swift: pins',
  'terraform: providers',
  'vcpkg: overrides of a manifest',
  'yarn: entries',
];

async function listLimitProblems({ make }: GrowingInput, count: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-exact-'));
  try {
    const { problems } = await readInventory(writeInput(folder, make(count)), {
      temporaryFolder: folder,
      limits: { ...DEFAULT_LIMITS, recordsMax: RECORDS_MAX },
    });
    return problems.filter(({ code }) => code === 'P_LIMIT').map(({ message }) => message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a list with exactly recordsMax records is complete, and one with another is not', () => {
  for (const name of LISTS) {
    test(name, async () => {
      const input = GROWING_INPUTS.find((each) => each.name === name);
      assert(input !== undefined);
      assert.deepEqual(await listLimitProblems(input, RECORDS_MAX), []);
      const problems = await listLimitProblems(input, RECORDS_MAX + 1);
      assert.match(problems.join('\n'), /recordsMax/);
    });
  }
});
