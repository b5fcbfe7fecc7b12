import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { REACH_CLASSES } from '../../../foundation/core/reach.ts';
import { readPackageInBase } from '../base-layers.ts';
import {
  createFact,
  createUnknownFact,
  type FactValue,
  listPackageProblems,
  type PolicyInput,
  type SubjectKind,
} from '../fact.ts';
import { readSuperseded } from '../older-copies.ts';
import { readListing } from '../package-feeds.ts';
import { formatPackageTitle, identifyPackage } from '../package-identity.ts';
import { readPaths } from '../package-paths.ts';

/** A package of the inventory. */
export const packageSubject: SubjectKind<InventoryPackage> = {
  id: 'package',
  about: 'a package in the target',
  facts: [
    {
      name: 'name',
      type: { kind: 'text' },
      about: 'its name',
      absence: 'every package has a name',
      read: ({ name }) => createFact(name),
    },
    {
      name: 'version',
      type: { kind: 'text', order: 'type' },
      about: 'its version',
      absence: 'the package states none: unknown',
      read: ({ name, version }) =>
        version === '' ? createUnknownFact(`${name} states no version`) : createFact(version),
    },
    {
      name: 'version-stated',
      type: { kind: 'flag' },
      about: 'whether it states a version',
      absence: 'always known',
      read: ({ version }) => createFact(version !== ''),
    },
    {
      name: 'superseded',
      type: { kind: 'flag' },
      about:
        'whether it is an operating-system package or a program of which a newer version is present, too',
      absence: 'versions cannot be compared: unknown',
      read: readSuperseded,
    },
    {
      name: 'type',
      type: { kind: 'text' },
      about: 'its type, such as deb, apk or npm',
      absence: 'every package has a type',
      read: ({ type }) => createFact(type),
    },
    {
      name: 'purl',
      type: { kind: 'text' },
      about: 'its package URL',
      absence: 'its ecosystem has none: unknown',
      read: ({ name, purl }) =>
        purl === '' ? createUnknownFact(`${name} has no package URL`) : createFact(purl),
    },
    {
      name: 'license',
      type: { kind: 'licenses' },
      about: 'the licenses that it declares, or else those recognized from its texts',
      absence: 'none is stated, or none is an SPDX expression: unknown',
      read: readPackageLicenses,
    },
    {
      name: 'license-text',
      type: { kind: 'texts' },
      about: 'its licenses as it writes them',
      absence: 'none is stated: unknown',
      read: ({ name, licenses }) =>
        licenses.length === 0
          ? createUnknownFact(`${name} states no license`)
          : createFact(licenses.map(({ value }) => value)),
    },
    {
      name: 'path',
      type: { kind: 'texts' },
      about: 'the files that identified it',
      absence: 'a document may name no files: unknown',
      read: readPaths,
    },
    {
      name: 'listed',
      type: { kind: 'flag' },
      about: 'whether its name is in a list of --package-list',
      absence: 'no list was given for its type: unknown',
      read: (item, input) => readListing(item, 'name', input),
    },
    {
      name: 'version-listed',
      type: { kind: 'flag' },
      about: 'whether its version is in a list of --package-list',
      absence: 'no list was given for its type, or the list lacks the package: unknown',
      read: (item, input) => readListing(item, 'version', input),
    },
    {
      name: 'newer-listed',
      type: { kind: 'flag' },
      about: 'whether a newer version is in a list of --package-list',
      absence: 'no list was given for its type, or the list lacks the package: unknown',
      read: (item, input) => readListing(item, 'newer', input),
    },
    {
      name: 'in-base',
      type: { kind: 'flag' },
      about: 'whether the base image brought it',
      absence: 'the base was not identified with --base, or only by its contents: unknown',
      read: readPackageInBase,
    },
    {
      name: 'confidence',
      type: { kind: 'amount', unit: 'score' },
      about: 'the confidence of its identity, from 0 to 1',
      absence: 'always known',
      read: ({ confidence }) => createFact(confidence),
    },
    {
      name: 'reach',
      type: { kind: 'scale', words: REACH_CLASSES.toReversed() },
      about: 'how the entry point reaches it',
      absence: 'reachability could not be determined: unknown',
      needs: ['reach'],
      read: readReach,
    },
  ],
  list: ({ assessment }) => ({
    subjects: assessment.inventory.packages,
    missing: listPackageProblems(assessment),
  }),
  describe: (item) => formatPackageTitle(item, item.key),
  identify: (item) => ({ key: `package ${item.key}`, packages: identifyPackage(item) }),
};

function readPackageLicenses({ name, licenses }: InventoryPackage): FactValue {
  const declared = licenses.filter(({ kind }) => kind === 'declared');
  const used = declared.length > 0 ? declared : licenses;
  const odd = used.find(({ expression }) => expression === '');
  if (used.length === 0) {
    return createUnknownFact(`${name} states no license`);
  }
  return odd === undefined
    ? createFact([...new Set(used.map(({ expression }) => expression))])
    : createUnknownFact(`the license "${odd.value}" of ${name} is not an SPDX expression`);
}

function readReach({ key }: InventoryPackage, { assessment }: PolicyInput): FactValue {
  const { reach } = assessment.inventory;
  const found = reach?.packages.find(({ packageKey }) => packageKey === key);
  return found === undefined
    ? createUnknownFact(reach?.unknown ?? 'reachability of the package is not known: add --reach')
    : createFact(found.reach);
}
