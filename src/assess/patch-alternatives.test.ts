import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInventory } from '../../test/support/inventory.ts';
import type { Inventory } from '../foundation/core/inventory.ts';
import { describeBase } from '../hardening/base/describe-base.ts';
import type { PatchPlan } from '../hardening/harden/patch/patch-plan.ts';
import { addAlternatives } from './patch-alternatives.ts';

const { packages } = createInventory({
  packages: [
    { name: 'tar', type: 'deb' },
    { name: 'zlib1g', type: 'deb' },
    { name: 'dpkg', type: 'deb' },
  ],
});

function listAlternatives(name: string, more: Partial<Inventory> = {}, newer?: string): string[] {
  const item = packages.find((one) => one.name === name);
  assert.ok(item);
  const inventory: Inventory = {
    ...createInventory({ packages: [] }),
    packages: packages.map((one) => ({ ...one, origin: 'base' })),
    relationships: [
      { kind: 'dependency-of', from: packages[1]?.key ?? '', to: packages[2]?.key ?? '' },
    ],
    ...more,
  };
  const group = {
    name,
    type: 'deb',
    packages: [{ keys: [item.key], name, installed: '1.0', isVersionKnown: true }],
    version: '1.2',
    fixes: [],
    severity: 'high',
    risk: 1,
  };
  const plan = { groups: [group] } as unknown as PatchPlan;
  const build =
    newer === undefined
      ? undefined
      : describeBase(
          {
            inventory: createInventory({ packages: [{ name, type: 'deb', version: newer }] }),
            abi: { files: new Map(), users: [], groups: [] },
          },
          { names: ['debian:12'] },
        );
  const [first] = addAlternatives(plan, inventory, build).groups;
  return (first?.alternatives ?? []).map(({ kind }) => kind);
}

test('a package can be removed if no other depends on it, as far as dependencies are known', () => {
  assert.deepEqual(listAlternatives('tar'), ['remove']);
  assert.deepEqual(listAlternatives('zlib1g'), []);
  assert.deepEqual(listAlternatives('tar', { relationships: [] }), []);
});

test('a slim image drops a package that is unreachable', () => {
  const [tar] = packages;
  const createReach = (reach: 'unreachable' | 'tainted') => ({
    reach: {
      files: [],
      opacities: [],
      tainted: [],
      rules: {},
      packages: [{ packageKey: tar?.key ?? '', reach }],
    },
  });
  assert.deepEqual(listAlternatives('tar', createReach('unreachable')), ['remove', 'slim']);
  assert.deepEqual(listAlternatives('tar', createReach('tainted')), ['remove']);
});

test('a newer base image helps if it has a fixed version of a package that it supplies', () => {
  assert.deepEqual(listAlternatives('zlib1g', {}, '1.2'), ['base']);
  assert.deepEqual(listAlternatives('zlib1g', {}, '1.1'), []);
  assert.deepEqual(listAlternatives('zlib1g', { packages: [...packages] }, '1.2'), []);
});
