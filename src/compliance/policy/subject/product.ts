import { addToList } from '../../../foundation/core/add-to-list.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { countDays } from '../dates.ts';
import {
  createFact,
  createUnknownFact,
  type FactValue,
  listPackageProblems,
  type SubjectKind,
} from '../fact.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { formatPackageTitle, identifyPackage } from '../package-identity.ts';

interface ProductSubject {
  readonly item: InventoryPackage;
  readonly lifecycle: Lifecycle;
}

/** A package that is a product with a known end of life. */
export const productSubject: SubjectKind<ProductSubject> = {
  id: 'product',
  about:
    'a package that is a product with known release lines, such as a runtime or a database: from the advisory database, or --lifecycle',
  needs: ['lifecycles'],
  facts: [
    {
      name: 'name',
      type: { kind: 'text' },
      about: 'the ID of the product, such as nodejs',
      absence: 'always known',
      read: ({ lifecycle: { product, file } }) => createFact(product, { file }),
    },
    {
      name: 'package',
      type: { kind: 'text' },
      about: 'the name of the package',
      absence: 'every package has a name',
      read: ({ item }) => createFact(item.name),
    },
    {
      name: 'version',
      type: { kind: 'text', order: 'package-type' },
      about: 'the version of the package',
      absence: 'the package states none: unknown',
      read: ({ item }) =>
        item.version === ''
          ? createUnknownFact(`${item.name} states no version`)
          : createFact(item.version),
    },
    {
      name: 'package-type',
      type: { kind: 'text' },
      about: 'the type of the package, such as binary or deb',
      absence: 'every package has a type',
      read: ({ item }) => createFact(item.type),
    },
    {
      name: 'system-package',
      type: { kind: 'flag' },
      about:
        'whether it belongs to the operating system, whose vendor may publish fixes for longer',
      absence: 'always known',
      read: ({ item }) => createFact(item.language === '' && item.type !== 'binary'),
    },
    {
      name: 'end-of-life',
      type: { kind: 'flag' },
      about: 'whether its release line gets no more fixes',
      absence: 'the source does not have its release line: unknown',
      read: (subject, { now }) => {
        const end = findEnd(subject);
        if (typeof end === 'object') {
          return end;
        }
        return createFact(typeof end === 'string' ? countDays(end, now) > 0 : end, {
          date: String(end),
        });
      },
      changesAt: (subject) => {
        const end = findEnd(subject);
        return typeof end === 'string' ? [end] : [];
      },
    },
    {
      name: 'end-of-life-age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since its release line got the last fixes; negative before that',
      absence: 'the source has no date for its release line: unknown',
      read: (subject, { now }) => {
        const end = findEnd(subject);
        if (typeof end === 'string') {
          return createFact(countDays(end, now), { date: end });
        }
        return typeof end === 'object'
          ? end
          : createUnknownFact(`${subject.lifecycle.file} has no date for ${subject.item.version}`);
      },
    },
  ],
  list: ({ assessment, lifecycles = [] }) => ({
    subjects: listProducts(assessment.inventory.packages, lifecycles),
    missing: [
      ...(lifecycles.length === 0
        ? [
            'the end of life of products is not known: the advisory database has none; add --lifecycle FILE',
          ]
        : []),
      ...listPackageProblems(assessment),
    ],
  }),
  describe: ({ item, lifecycle }) => `${lifecycle.product} (${formatPackageTitle(item, item.key)})`,
  identify: ({ item, lifecycle }) => ({
    key: `product ${lifecycle.product} ${item.key}`,
    packages: identifyPackage(item),
  }),
};

/** A database has hundreds of products: they are found by their identifiers. */
function listProducts(
  packages: readonly InventoryPackage[],
  lifecycles: readonly Lifecycle[],
): readonly ProductSubject[] {
  if (lifecycles.length === 0) {
    return [];
  }
  const byIdentifier = new Map<string, Lifecycle[]>();
  for (const lifecycle of lifecycles) {
    for (const identifier of new Set([...lifecycle.cpes, ...lifecycle.purls])) {
      addToList(byIdentifier, identifier, lifecycle);
    }
  }
  const places = new Map(lifecycles.map((lifecycle, place) => [lifecycle, place]));
  return packages.flatMap((item) => {
    const found = new Set(listIdentifiers(item).flatMap((one) => byIdentifier.get(one) ?? []));
    return [...found]
      .toSorted((left, right) => (places.get(left) ?? 0) - (places.get(right) ?? 0))
      .map((lifecycle): ProductSubject => ({ item, lifecycle }));
  });
}

/** The package URL without version, and `vendor:product` of each CPE. */
function listIdentifiers({ purl, cpes }: InventoryPackage): readonly string[] {
  const products = cpes.map(({ cpe }) => {
    const [, , , vendor = '', product = ''] = cpe.split(/(?<!\\):/);
    return `${vendor}:${product.replaceAll('\\', '')}`;
  });
  return [...purl.split(/[@?#]/, 1), ...products];
}

/** The longest release line that the version belongs to. */
function findEnd({ item, lifecycle }: ProductSubject): string | boolean | FactValue {
  const version = item.version.replace(/^\d+:/, '').replace(/^v/, '');
  const matching = lifecycle.cycles
    .filter(({ name }) => version === name || /^[.\-+~_]/.test(version.slice(name.length)))
    .filter(({ name }) => version.startsWith(name))
    .toSorted((left, right) => right.name.length - left.name.length);
  const [cycle] = matching;
  return cycle === undefined
    ? createUnknownFact(`${lifecycle.file} has no release line for ${item.version || 'no version'}`)
    : cycle.endOfLife;
}
