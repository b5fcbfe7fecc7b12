import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import type { License } from '../../../foundation/core/package.ts';
import { createFact, createUnknownFact, listPackageProblems, type SubjectKind } from '../fact.ts';
import { formatPackageTitle, identifyPackage } from '../package-identity.ts';

interface LicenseSubject {
  readonly item: InventoryPackage;
  /** Absent if the package states none. */
  readonly license?: License;
}

/** One license of a package. */
export const licenseSubject: SubjectKind<LicenseSubject> = {
  id: 'license',
  about: 'a license of a package; a package without any has one unknown license',
  facts: [
    {
      name: 'license',
      type: { kind: 'licenses' },
      about: 'its SPDX expression',
      absence: 'the package states none, or it is not an SPDX expression: unknown',
      read: ({ item, license }) =>
        license === undefined || license.expression === ''
          ? createUnknownFact(
              license === undefined
                ? `${item.name} states no license`
                : `the license "${license.value}" of ${item.name} is not an SPDX expression`,
            )
          : createFact([license.expression]),
    },
    {
      name: 'text',
      type: { kind: 'text' },
      about: 'the license as the package writes it',
      absence: 'the package states none: an empty text',
      read: ({ license }) => createFact(license?.value ?? ''),
    },
    {
      name: 'recognized',
      type: { kind: 'flag' },
      about: 'whether it is an SPDX expression',
      absence: 'the package states none: false',
      read: ({ license }) => createFact(license !== undefined && license.expression !== ''),
    },
    {
      name: 'stated',
      type: { kind: 'flag' },
      about: 'whether the package states any license',
      absence: 'the package states none: false',
      read: ({ license }) => createFact(license !== undefined),
    },
    {
      name: 'origin',
      type: { kind: 'text' },
      about: 'declared, or concluded from the text of a file',
      absence: 'the package states none: an empty text',
      read: ({ license }) => createFact(license?.kind ?? ''),
    },
    {
      name: 'package',
      type: { kind: 'text' },
      about: 'the name of the package',
      absence: 'every package has a name',
      read: ({ item }) => createFact(item.name),
    },
    {
      name: 'package-type',
      type: { kind: 'text' },
      about: 'the type of the package, such as deb or npm',
      absence: 'every package has a type',
      read: ({ item }) => createFact(item.type),
    },
  ],
  list: ({ assessment }) => ({
    subjects: assessment.inventory.packages.flatMap((item): LicenseSubject[] =>
      item.licenses.length === 0 ? [{ item }] : item.licenses.map((license) => ({ item, license })),
    ),
    missing: listPackageProblems(assessment),
  }),
  describe: ({ item, license }) =>
    `${license?.value ?? 'no license'} of ${formatPackageTitle(item, item.key)}`,
  identify: ({ item, license }) => ({
    key: `license ${item.key} ${license?.value ?? ''}`.trim(),
    packages: identifyPackage(item),
  }),
};
