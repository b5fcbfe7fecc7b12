import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createTarget, PROGRAM } from '../../../test/support/comparable-target.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import type { Reach } from '../../foundation/core/reach.ts';
import { compareResults } from './compare-results.ts';
import type { ExecutableChange } from './difference.ts';
import type { Result } from './finding-changes.ts';

type Facts = NonNullable<InventoryFile['executable']>;

function createReach(...paths: readonly string[]): Reach {
  return {
    files: paths.map((path) => ({ path, strength: 'required', hops: 1 })),
    opacities: [],
    packages: [],
    tainted: [],
    rules: {},
  };
}

function createProgramTarget(programs: Readonly<Record<string, Facts>>, reach?: Reach): Result {
  const files = Object.entries(programs).map(([path, executable]) => ({ path, executable }));
  return createTarget({ files, ...(reach === undefined ? {} : { inventory: { reach } }) });
}

function listChanges(before: Result, after: Result): readonly ExecutableChange[] {
  return compareResults(before, after).executables;
}

suite('executable changes', () => {
  test('reports libraries and checks that only one of the two has', () => {
    const weaker: Facts = {
      ...PROGRAM,
      importedLibraries: ['libc.so.6', 'libssl.so.3'],
      security: { ...(PROGRAM.security as NonNullable<Facts['security']>), pie: false },
    };
    const [change, ...others] = listChanges(
      createProgramTarget({ '/app': PROGRAM }),
      createProgramTarget({ '/app': weaker }),
    );
    assert.deepEqual(others, []);
    assert.deepEqual(change?.kinds, ['libraries', 'hardening']);
    assert.deepEqual(change?.librariesAfter, ['libssl.so.3']);
    assert.deepEqual(change?.librariesBefore, []);
    assert.deepEqual(change?.hardeningBefore, ['position-independent']);
  });

  test('reports checks of PE and Mach-O', () => {
    const { security: _, ...foreign } = PROGRAM;
    const createProgram = (stackCanary: boolean): Facts => ({
      ...foreign,
      format: 'pe',
      mitigations: {
        randomAddress: true,
        noExecute: true,
        stackCanary,
        controlFlowGuard: !stackCanary,
      },
    });
    const [change] = listChanges(
      createProgramTarget({ '/a': createProgram(true) }),
      createProgramTarget({ '/a': createProgram(false) }),
    );
    assert.deepEqual(change?.kinds, ['hardening']);
    assert.deepEqual(change?.hardeningBefore, ['stack canary']);
    assert.deepEqual(change?.hardeningAfter, ['control flow guard']);
  });

  test('lists added and removed executables by path', () => {
    const list = listChanges(
      createProgramTarget({ '/b': PROGRAM }),
      createProgramTarget({ '/a': PROGRAM }),
    );
    assert.deepEqual(
      list.map(({ kinds, path }) => [kinds, path]),
      [
        [['added'], '/a'],
        [['removed'], '/b'],
      ],
    );
  });

  test('reports executables that became reachable or unreachable', () => {
    const programs = { '/a': PROGRAM, '/b': PROGRAM };
    const [before, after] = [
      createProgramTarget(programs, createReach('/a')),
      createProgramTarget(programs, createReach('/b')),
    ];
    assert.deepEqual(
      listChanges(before, after).map(({ kinds }) => kinds),
      [['newly-unreachable'], ['newly-reachable']],
    );
  });

  test('reports no change of reachability if it is unknown on one side', () => {
    const before = createProgramTarget({ '/a': PROGRAM }, createReach('/a'));
    assert.deepEqual(listChanges(before, createProgramTarget({ '/a': PROGRAM })), []);
    const unknown = { ...createReach(), unknown: 'it starts nothing' };
    assert.deepEqual(listChanges(before, createProgramTarget({ '/a': PROGRAM }, unknown)), []);
  });
});
