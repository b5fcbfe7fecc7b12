import type { Attestation } from '../../../foundation/core/attestation.ts';
import { countDays } from '../dates.ts';
import {
  createFact,
  createUnknownFact,
  type FactDefinition,
  type FactValue,
  type PolicyInput,
  type SubjectKind,
} from '../fact.ts';

type Definition = FactDefinition<Attestation>;

/** Creates a fact that anybody can write into a statement: only a verified one counts. */
function createClaim(
  definition: Omit<Definition, 'read'> & {
    readonly read: (attestation: Attestation, input: PolicyInput) => FactValue;
  },
): Definition {
  return {
    ...definition,
    read: (attestation, input) => {
      const verified = readVerified(attestation);
      if (!verified.isKnown) {
        return verified;
      }
      return verified.value === true
        ? definition.read(attestation, input)
        : createUnknownFact(`the statement in ${attestation.origin} was not verified`);
    },
  };
}

/** A signed or unsigned statement about the target. */
export const attestationSubject: SubjectKind<Attestation> = {
  id: 'attestation',
  about:
    'a statement about the image (in-toto), attached to it in a registry or OCI layout, or in a file of --attestation',
  needs: ['attestations'],
  facts: [
    {
      name: 'kind',
      type: { kind: 'text' },
      about:
        'its kind: sbom, spdx, vulns, vex, svr, vsa, verdict, provenance, or else its predicate type; signature if it only signs the manifest of the image; malformed if it is not a statement',
      absence: 'always known',
      read: ({ kind }) => createFact(kind),
    },
    {
      name: 'predicate-type',
      type: { kind: 'text' },
      about: 'its predicate type',
      absence: 'it is not a statement: an empty text',
      read: ({ predicateType }) => createFact(predicateType),
    },
    {
      name: 'signed',
      type: { kind: 'flag' },
      about: 'whether it has a signature, of anybody',
      absence: 'it has none: false',
      read: ({ signature }) => createFact(signature !== 'none'),
    },
    {
      name: 'about-target',
      type: { kind: 'flag' },
      about: 'whether one of its subjects is the manifest of the image, or the index it belongs to',
      absence: 'the target is not an image: unknown',
      read: ({ isAboutTarget, kind }) => {
        if (kind === MALFORMED) {
          return createFact(false);
        }
        return isAboutTarget === undefined ? NO_DIGEST : createFact(isAboutTarget);
      },
    },
    {
      name: 'verified',
      type: { kind: 'flag' },
      about:
        'whether a key of --attestation-key, or the --identity of a keyless signature, signed it, and it is about the image',
      absence: 'not signed: false; no key was given: unknown',
      read: readVerified,
    },
    {
      name: 'signer',
      type: { kind: 'texts' },
      about:
        'who signed it: keys of --attestation-key, each as sha256:… of its DER form, or the identity of a keyless signature',
      absence: 'none of them did: an empty list; no key was given: unknown',
      read: ({ signature, signers }) => (signature === 'unchecked' ? NO_KEY : createFact(signers)),
    },
    createClaim({
      name: 'age',
      type: { kind: 'amount', unit: 'days' },
      about: 'days since the time in it',
      absence: 'it was not verified, or has no time in the past: unknown',
      read: readAge,
    }),
    createClaim({
      name: 'builder',
      type: { kind: 'text' },
      about: 'the ID of the builder in a provenance (SLSA)',
      absence: 'it was not verified, or names no builder: unknown',
      read: ({ builder, origin }) =>
        builder === undefined
          ? createUnknownFact(`the statement in ${origin} names no builder`)
          : createFact(builder),
    }),
    createClaim({
      name: 'result',
      type: { kind: 'text' },
      about: 'the result in a vsa or verdict, such as PASSED or fail',
      absence: 'it was not verified, or has no result: unknown',
      read: ({ result, origin }) =>
        result === undefined
          ? createUnknownFact(`the statement in ${origin} has no result`)
          : createFact(result),
    }),
  ],
  list: ({ attestations }) =>
    attestations === undefined
      ? { subjects: [], missing: ['attestations were not read'] }
      : { subjects: attestations.attestations, missing: attestations.missing },
  describe: ({ kind, origin }) => `${kind} in ${origin}`,
  identify: ({ kind, digest, position }) => ({ key: `attestation ${kind} ${digest} ${position}` }),
};

const MALFORMED = 'malformed';
const NO_DIGEST = createUnknownFact('the target is not an image, and has no digest of a manifest');
const NO_KEY = createUnknownFact(
  'no key was given: add --attestation-key FILE, or --trusted-root FILE',
);

function readVerified({ signature, isAboutTarget, signers, time = '' }: Attestation): FactValue {
  if (signature === 'none' || signature === 'refused' || isAboutTarget === false) {
    return createFact(false);
  }
  if (signature === 'unchecked') {
    return NO_KEY;
  }
  return isAboutTarget === undefined
    ? NO_DIGEST
    : createFact(true, { key: signers.join(', '), ...(time === '' ? {} : { time }) });
}

/** A time in the future would make a statement valid for longer. */
function readAge({ time, origin }: Attestation, { now }: PolicyInput): FactValue {
  const days = time === undefined ? Number.NaN : countDays(time, now);
  return time !== undefined && days >= 0
    ? createFact(days, { time })
    : createUnknownFact(`the statement in ${origin} has no time in the past`);
}
