import { SURFACE_IDS, type SurfaceId } from '../../../foundation/core/surface.ts';
import { formatTargetTitle } from '../../../foundation/core/target-title.ts';
import { addDays, countDays } from '../dates.ts';
import { createDeclaredFacts } from '../declared-facts.ts';
import {
  createFact,
  createUnknownFact,
  type FactDefinition,
  type FactValue,
  listExclusions,
  listUnreadFiles,
  type PolicyInput,
  type SubjectKind,
} from '../fact.ts';
import { type ImageFacts, readImageFacts } from '../image-facts.ts';

/** The target itself. */
export interface ImageSubject {
  /** Absent if the target is a directory, a file or a document. */
  readonly facts?: ImageFacts;
  readonly name: string;
}

type Definition = FactDefinition<ImageSubject>;

const NO_IMAGE = createUnknownFact('the target is not an image');

/** Creates a fact of the image's configuration. */
function createConfigFact(
  definition: Omit<Definition, 'read'> & {
    readonly read: (facts: ImageFacts, input: PolicyInput) => FactValue;
  },
): Definition {
  return {
    ...definition,
    read: ({ facts }, input) => {
      if (facts === undefined) {
        return NO_IMAGE;
      }
      const [problem] = facts.problems;
      return problem === undefined ? definition.read(facts, input) : createUnknownFact(problem);
    },
  };
}

/** Creates the fact with the number of a dimension of the attack surface. */
function createSurfaceFact(id: SurfaceId): Definition {
  return {
    name: id,
    type: { kind: 'amount', unit: 'count' },
    about: `the dimension "${id}" of the attack surface`,
    absence: 'the dimension is not known for this target: unknown',
    needs:
      id.includes('reachable') || id === 'live-interface-share'
        ? ['surface', 'reach']
        : ['surface'],
    read: (_, { assessment: { inventory, coverage } }) => {
      const dimension = inventory.surface?.dimensions.find((one) => one.id === id);
      const [problem] = [...listUnreadFiles(coverage), ...listExclusions(inventory)];
      if (dimension?.value !== undefined && problem !== undefined) {
        return createUnknownFact(`at least ${dimension.value}: ${problem}`);
      }
      return dimension?.value === undefined
        ? createUnknownFact(dimension?.note ?? 'the attack surface was not measured')
        : createFact(dimension.value, { items: dimension.items.slice(0, 3).join(', ') });
    },
  };
}

const CONFIGURATION: readonly Definition[] = [
  createConfigFact({
    name: 'user',
    type: { kind: 'text' },
    about: 'the user in the configuration',
    absence: 'none is set: an empty text, which means root',
    read: ({ user }) => createFact(user, { configuration: 'User' }),
  }),
  createConfigFact({
    name: 'effective-user',
    type: { kind: 'text' },
    about: 'the user in the configuration without its group; root if none is set',
    absence: 'none is set: root',
    read: ({ user }) => createFact(user.split(':', 1)[0] || 'root', { configuration: 'User' }),
  }),
  createConfigFact({
    name: 'runs-as-root',
    type: { kind: 'flag' },
    about: 'whether the process starts with UID 0',
    absence: 'a user name that /etc/passwd does not have: unknown',
    needs: ['surface'],
    read: readRoot,
  }),
  createConfigFact({
    name: 'user-is-number',
    type: { kind: 'flag' },
    about: 'whether the user is a number, as runAsNonRoot of Kubernetes requires',
    absence: 'none is set: false',
    read: ({ user }) => createFact(/^\d{1,10}(?::|$)/.test(user)),
  }),
  createConfigFact({
    name: 'health-check',
    type: { kind: 'flag' },
    about: 'whether a health check is set',
    absence: 'none is set: false',
    read: ({ healthcheck }) =>
      createFact(/^CMD(?:-SHELL)?$/.test(healthcheck[0] ?? '') && healthcheck.length > 1),
  }),
  createConfigFact({
    name: 'entry-point',
    type: { kind: 'text' },
    about: 'the command that the image starts',
    absence: 'none is set: an empty text',
    read: ({ entrypoint, command }) => createFact([...entrypoint, ...command].join(' ')),
  }),
  createConfigFact({
    name: 'label',
    type: { kind: 'texts' },
    about: 'its labels, as NAME=VALUE',
    absence: 'none is set: an empty list',
    read: ({ image }) =>
      createFact(Object.entries(image.labels).map(([name, value]) => `${name}=${value}`)),
  }),
  createConfigFact({
    name: 'volume',
    type: { kind: 'texts' },
    about: 'its volumes',
    absence: 'none is set: an empty list',
    read: ({ volumes }) => createFact(volumes),
  }),
  createConfigFact({
    name: 'on-build',
    type: { kind: 'texts' },
    about: 'its ONBUILD triggers',
    absence: 'none is set: an empty list',
    read: ({ triggers }) => createFact(triggers),
  }),
  createConfigFact({
    name: 'architecture',
    type: { kind: 'text' },
    about: 'its processor architecture, such as amd64',
    absence: 'an invalid configuration: an empty text',
    read: ({ image }) => createFact(image.architecture),
  }),
  createConfigFact({
    name: 'os',
    type: { kind: 'text' },
    about: 'its operating system, such as linux',
    absence: 'an invalid configuration: an empty text',
    read: ({ image }) => createFact(image.os),
  }),
  createConfigFact({
    name: 'size',
    type: { kind: 'amount', unit: 'bytes' },
    about: 'the size of its compressed layers',
    absence: 'always known',
    read: ({ image }) =>
      createFact(image.layers.reduce((sum, { blobBytes }) => sum + blobBytes, 0)),
  }),
  createConfigFact({
    name: 'layers',
    type: { kind: 'amount', unit: 'count' },
    about: 'the number of its layers',
    absence: 'always known',
    read: ({ image }) => createFact(image.layers.length),
  }),
  createConfigFact({
    name: 'age',
    type: { kind: 'amount', unit: 'days' },
    about: 'days since it was created',
    absence:
      'the configuration states no time, one in the future, or 1970 as reproducible builds do: unknown',
    read: readAge,
    changesAt: ({ facts }) => {
      const start = findCreation(facts);
      return start === undefined ? [] : [addDays(start, -CLOCK_SKEW_DAYS)];
    },
  }),
];

/** The label that names the base. OCI image specification, annotations.md. */
const BASE_LABEL = 'org.opencontainers.image.base';

const ORIGIN: readonly Definition[] = [
  {
    name: 'dockerfile',
    type: { kind: 'flag' },
    about: 'whether the Dockerfile was given with --dockerfile',
    absence: 'it was not given: false',
    read: (_, { dockerfile }) => createFact(dockerfile !== undefined),
  },
  {
    name: 'base-known',
    type: { kind: 'flag' },
    about: 'whether its base was identified with --base',
    absence: 'it was not identified, or not requested: false',
    read: (_, { assessment: { inventory } }) =>
      createFact(inventory.base !== undefined && inventory.base.state !== 'unknown'),
  },
  {
    name: 'baseline-given',
    type: { kind: 'flag' },
    about: 'whether an earlier result was given with --baseline',
    absence: 'it was not given: false',
    read: (_, { assessment: { changes } }) => createFact(changes !== undefined),
  },
  {
    name: 'base-proven',
    type: { kind: 'flag' },
    about: 'whether all layers of its base are its first layers',
    absence: 'the base is not known: unknown',
    read: (_, { assessment: { inventory } }) => {
      const { base } = inventory;
      return base === undefined || base.state === 'unknown'
        ? NO_BASE
        : createFact(base.state === 'exact', { base: base.name ?? '', by: base.state });
    },
  },
  {
    name: 'base-name',
    type: { kind: 'text' },
    about: 'the name of its base, or else the one that a label of the image states',
    absence: 'the base is not known, and the image has no such label: unknown',
    read: ({ facts }, input) => readBase(facts, 'name', input.assessment.inventory.base?.name),
  },
  {
    name: 'base-digest',
    type: { kind: 'text' },
    about: 'the digest of its base, or else the one that a label of the image states',
    absence: 'the base is not known, and the image has no such label: unknown',
    read: ({ facts }, input) =>
      readBase(facts, 'digest', input.assessment.inventory.base?.manifestDigest),
  },
];

const NO_BASE = createUnknownFact('the base image is not known: add --base auto');

function readBase(
  facts: ImageFacts | undefined,
  part: 'name' | 'digest',
  known: string | undefined,
): FactValue {
  if (known !== undefined) {
    return createFact(known, { identified: 'with --base' });
  }
  const label = `${BASE_LABEL}.${part}`;
  const stated = facts?.image.labels[label];
  return stated === undefined ? NO_BASE : createFact(stated, { 'stated by the label': label });
}

const SYSTEM: readonly Definition[] = [
  {
    name: 'name',
    type: { kind: 'text' },
    about: 'the name of the target',
    absence: 'every target has a name',
    read: ({ name }) => createFact(name),
  },
  {
    name: 'distro',
    type: { kind: 'text' },
    about: 'the ID of its distribution, such as debian',
    absence: 'no distribution was identified: unknown',
    read: (_, { assessment: { inventory } }) =>
      inventory.distro === undefined
        ? createUnknownFact('no distribution was identified')
        : createFact(inventory.distro.id),
  },
  {
    name: 'distro-like',
    type: { kind: 'texts' },
    about: 'the IDs of its distribution and of those that it is derived from',
    absence: 'no distribution was identified: unknown',
    read: (_, { assessment: { inventory } }) =>
      inventory.distro === undefined
        ? createUnknownFact('no distribution was identified')
        : createFact([inventory.distro.id, ...inventory.distro.idLike]),
  },
  {
    name: 'distro-version',
    type: { kind: 'text', order: 'fuzzy' },
    about: 'the version of its distribution, such as 12.5',
    absence: 'the distribution states no version, as rolling ones do: unknown',
    read: (_, { assessment: { inventory } }) =>
      inventory.distro?.versionId
        ? createFact(inventory.distro.versionId)
        : createUnknownFact('the version of the distribution is not known'),
  },
  {
    name: 'identified',
    type: { kind: 'texts' },
    about: 'which of distro, distro-version and distro-like are known',
    absence: 'none is known: an empty list',
    read: (_, { assessment: { inventory } }) => {
      const { distro } = inventory;
      return createFact([
        ...(distro === undefined ? [] : ['distro']),
        ...(distro?.versionId ? ['distro-version'] : []),
        ...((distro?.idLike.length ?? 0) > 0 ? ['distro-like'] : []),
      ]);
    },
  },
  {
    name: 'end-of-life',
    type: { kind: 'flag' },
    about: 'whether the vendor of its distribution publishes no more fixes',
    absence: 'the date is not known, or vulnerabilities were not evaluated: unknown',
    read: readEndOfLife,
    changesAt: (_, { endOfLife }) => (endOfLife === undefined ? [] : [endOfLife]),
  },
  {
    name: 'unexplained-share',
    type: { kind: 'amount', unit: 'score' },
    about: 'the share of the bytes of all executables that belong to no package, from 0 to 1',
    absence: 'the target has no executables: 0; a document that lists no files: unknown',
    read: readUnexplainedShare,
  },
];

const OWN_NAMES = new Set([...CONFIGURATION, ...ORIGIN, ...SYSTEM].map(({ name }) => name));

export const imageSubject: SubjectKind<ImageSubject> = {
  id: 'image',
  about: 'the target as a whole, with the configuration of the image',
  facts: [
    ...CONFIGURATION,
    ...ORIGIN,
    ...SYSTEM,
    ...createDeclaredFacts<ImageSubject>('image'),
    ...SURFACE_IDS.filter((id) => !OWN_NAMES.has(id) && id !== 'age-days').map(createSurfaceFact),
  ],
  list: ({ assessment: { inventory, target } }) => {
    const facts = readImageFacts(inventory);
    return {
      subjects: [{ name: formatTargetTitle(target), ...(facts === undefined ? {} : { facts }) }],
      missing: [],
    };
  },
  describe: ({ name }) => name,
  identify: () => ({ key: 'image' }),
};

function readRoot({ user }: ImageFacts, { assessment: { inventory } }: PolicyInput): FactValue {
  const [name = ''] = user.split(':', 1);
  const evidence = { configuration: `User ${user}`.trim() };
  if (name === '' || name === 'root' || /^[+-]?0+$/.test(name)) {
    return createFact(true, evidence);
  }
  if (/^\d{1,10}$/.test(name)) {
    return createFact(false, evidence);
  }
  const account = inventory.surface?.accounts?.find((one) => one.name === name);
  return account === undefined
    ? createUnknownFact(`/etc/passwd has no UID for the user "${name}"`)
    : createFact(account.uid === 0, { ...evidence, account: `${name} UID ${account.uid}` });
}

/** Reproducible builds set the creation time to 1970 or 1980. */
const EARLIEST_CREATION = '1981';

/** Clocks of builders differ; a time far in the future would keep an image young for years. */
const CLOCK_SKEW_DAYS = 1;

function findCreation(facts: ImageFacts | undefined): string | undefined {
  const created = facts?.created ?? '';
  const isTime = created > EARLIEST_CREATION && !Number.isNaN(Date.parse(created));
  return isTime ? created : undefined;
}

function readAge(facts: ImageFacts, { now }: PolicyInput): FactValue {
  const created = findCreation(facts);
  if (created === undefined) {
    return createUnknownFact('the time of creation is not known');
  }
  const days = countDays(created, now);
  return days >= -CLOCK_SKEW_DAYS
    ? createFact(days, { created })
    : createUnknownFact(`the time of creation is in the future: ${created}`);
}

function readUnexplainedShare(
  _: ImageSubject,
  { assessment: { inventory, coverage } }: PolicyInput,
): FactValue {
  const { target, files, fileSummary } = inventory;
  return target.kind === 'sbom' && files.length === 0 && fileSummary === undefined
    ? createUnknownFact('the document lists no files')
    : createFact(1 - (coverage.explainedShare ?? 1));
}

function readEndOfLife(
  _: ImageSubject,
  { assessment: { findings }, endOfLife, now }: PolicyInput,
): FactValue {
  const ended = findings?.alerts.find(({ kind }) => kind === 'distro-end-of-life');
  const date = ended?.date ?? endOfLife;
  return date === undefined
    ? createUnknownFact('the end of life of the distribution is not known')
    : createFact(ended !== undefined || countDays(date, now) > 0, { date });
}
