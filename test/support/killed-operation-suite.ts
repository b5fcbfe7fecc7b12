import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { present } from '../../src/foundation/core/assert.ts';
import { describeDatabase } from '../../src/vulnerability/advisory/describe-database.ts';
import {
  KILLED_OPERATIONS,
  type KilledOperation,
} from '../../src/vulnerability/advisory/killed-operation.fixture.ts';
import { listLayers } from '../../src/vulnerability/advisory/layer.ts';
import { readDatabaseManifest } from '../../src/vulnerability/advisory/manifest.ts';
import { runAndDie } from './killed-process.ts';

const FIXTURE = import.meta.resolve('../../src/vulnerability/advisory/killed-operation.fixture.ts');

/** State of each part that is replaced as a whole: a layer, or a fetched file. */
type State = ReadonlyMap<string, string>;

function readState(folder: string): State {
  const layers = listLayers(folder);
  if (layers.length === 0) {
    return new Map(
      listNames(folder)
        .filter((name) => name.endsWith('.json') && !path.basename(name).startsWith('.'))
        .map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]),
    );
  }
  const status = describeDatabase(folder, true);
  assert.ok(status.isValid, String(status.error));
  return new Map(
    layers.map(({ id, generation }) => {
      const { builtAt, shards } = readDatabaseManifest(generation);
      const digests = shards.map(({ name, digest }) => `${name} ${digest}`);
      return [id, hash('sha256', `${builtAt}\n${digests.join('\n')}`, 'hex')];
    }),
  );
}

/** Lists the files below a directory. */
function listNames(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** Lists the names without those of processes, once each. */
function listKinds(folder: string): readonly string[] {
  const kinds = listNames(folder).map((name) => name.replaceAll(/generation-[^/]+/g, 'generation'));
  return [...new Set(kinds)].sort();
}

function createFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-killed-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

/** Returns whether the state is the old one, the new one, or has parts of both. */
function classifyState(state: State, [old, newest]: readonly [State, State]): string {
  assert.deepEqual([...state.keys()].sort(), [...old.keys()].sort(), 'no part is missing');
  const parts = [...state].map(([name, content]) => {
    assert.ok(
      [old, newest].some((known) => known.get(name) === content),
      `${name} is complete`,
    );
    return content === newest.get(name);
  });
  if (parts.every((isNew) => isNew)) {
    return 'new';
  }
  return parts.some((isNew) => isNew) ? 'partly new' : 'old';
}

/** Kills an operation at evenly distributed moments, and counts the states that remain. */
async function killAtMoments(
  t: TestContext,
  moments: number,
  [name, operation]: readonly [string, KilledOperation],
) {
  const folder = createFolder(t);
  const template = path.join(folder, 'template');
  fs.mkdirSync(template);
  await operation.prepare(template);
  const copyTemplate = (copy: string): string => {
    const target = path.join(folder, copy);
    fs.cpSync(template, target, { recursive: true, preserveTimestamps: true });
    return target;
  };
  const toCode = (target: string): string => `
    import { KILLED_OPERATIONS } from ${JSON.stringify(FIXTURE)};
    await KILLED_OPERATIONS[${JSON.stringify(name)}].run(${JSON.stringify(target)});
  `;
  const finished = copyTemplate('finished');
  const changes = present(runAndDie(toCode(finished)), 'the number of changes');
  const states = [
    readState(path.join(template, operation.changed)),
    readState(path.join(finished, operation.changed)),
  ] as const;
  assert.notDeepEqual(states[0], states[1]);
  const kinds = listKinds(path.join(finished, operation.changed));
  const counts = new Map<string, number>();
  for (let at = 0; at < moments; at++) {
    const target = copyTemplate(`killed-${at}`);
    const changed = path.join(target, operation.changed);
    const moment = 1 + Math.floor((at * changes) / moments);
    assert.equal(runAndDie(toCode(target), moment), undefined, `change ${moment} of ${changes}`);
    const state = classifyState(readState(changed), states);
    counts.set(state, 1 + (counts.get(state) ?? 0));
    await operation.run(target);
    assert.equal(classifyState(readState(changed), states), 'new', `after change ${moment}`);
    assert.deepEqual(listKinds(changed), kinds, `what change ${moment} left is gone`);
    fs.rmSync(target, { recursive: true });
  }
  const listed = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  t.diagnostic(`${name}: killed at ${moments} of ${changes} changes: ${listed}`);
  return counts;
}

/**
 * Defines one test for each operation. `moments`: how often it is killed, evenly distributed over its
 * changes of the file system.
 */
export function testKilledOperations(moments: number): void {
  for (const [name, operation] of Object.entries(KILLED_OPERATIONS)) {
    test(`${name} leaves old or new parts at each of ${moments} moments of its death`, async (t) => {
      const counts = await killAtMoments(t, moments, [name, operation]);
      assert.ok(
        (counts.get('old') ?? 0) > 0,
        'the old state is kept until the new one is complete',
      );
    });
  }
}
