import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KILLED_OPERATIONS } from '../../src/vulnerability/advisory/killed-operation.fixture.ts';
import { testKilledOperations } from '../support/killed-operation-suite.ts';

const MOMENTS = 13;

testKilledOperations(MOMENTS);

test('operations are killed at 50 moments in total', () => {
  assert.ok(MOMENTS * Object.keys(KILLED_OPERATIONS).length >= 50);
});
