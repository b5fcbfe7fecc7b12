import { compareText } from '../../../foundation/core/compare-text.ts';
import type { SecretFile } from '../../../foundation/core/surface.ts';
import { readInBase } from '../base-layers.ts';
import {
  createFact,
  createUnknownFact,
  listReadingProblems,
  type PolicyInput,
  type SubjectKind,
} from '../fact.ts';

/** A file that contains a secret, or looks like one by its name. */
export const secretSubject: SubjectKind<SecretFile> = {
  id: 'secret',
  about: 'a file in any layer that contains a secret, or has the name of one',
  facts: [
    {
      name: 'kind',
      type: { kind: 'text' },
      about: 'the kind of the secret, such as "private key" or "cloud credentials"',
      absence: 'always known',
      read: ({ kind }) => createFact(kind),
    },
    {
      name: 'path',
      type: { kind: 'text' },
      about: 'the path of the file',
      absence: 'always known',
      read: ({ path }) => createFact(path),
    },
    {
      name: 'place',
      type: { kind: 'text' },
      about: 'kind and path as one text',
      absence: 'always known',
      read: (secret) => createFact(formatPlace(secret)),
    },
    {
      name: 'verified',
      type: { kind: 'flag' },
      about: 'whether the content of the file shows that it is a secret',
      absence: 'only the name was recognized: false',
      read: ({ isVerified }) => createFact(isVerified),
    },
    {
      name: 'hidden',
      type: { kind: 'flag' },
      about:
        'whether a later layer hides or replaces it, so that only someone who pulls the image can read it',
      absence: 'always known',
      read: ({ isHidden }) => createFact(isHidden),
    },
    {
      name: 'layer',
      type: { kind: 'amount', unit: 'count' },
      about: 'the number of its layer, from 1',
      absence: 'a directory has no layers: unknown',
      read: ({ layer }, input) => {
        const at = findLayer(layer, input);
        return at === -1 || layer === undefined
          ? createUnknownFact('the target has no layers')
          : createFact(at + 1, { digest: layer });
      },
    },
    {
      name: 'instruction',
      type: { kind: 'text' },
      about: 'the instruction that created its layer, with likely secrets masked',
      absence: 'the history does not state it, or the target is not an image: unknown',
      read: ({ layer }, input) => {
        const { target } = input.assessment;
        const described =
          target.kind === 'image' ? target.layers[findLayer(layer, input)] : undefined;
        return described?.instruction
          ? createFact(described.instruction)
          : createUnknownFact('the history does not state which instruction created the layer');
      },
    },
    {
      name: 'fingerprint',
      type: { kind: 'text' },
      about: 'a hash of the file with the key of --fingerprint-key, to recognize the same file',
      absence: 'no key was given: unknown',
      read: ({ fingerprint }) =>
        fingerprint === undefined
          ? createUnknownFact('secrets have no fingerprint: add --fingerprint-key FILE')
          : createFact(fingerprint),
    },
    {
      name: 'in-base',
      type: { kind: 'flag' },
      about: 'whether it is from a layer of the base image',
      absence: 'the base was not identified with --base, or only by its contents: unknown',
      read: ({ layer }, input) => readInBase(layer, input),
    },
  ],
  list: ({ assessment }) => {
    const secrets = assessment.inventory.surface?.secrets;
    return secrets === undefined
      ? { subjects: [], missing: ['the target was not searched for secrets'] }
      : {
          // Those by content first.
          subjects: secrets.toSorted(
            (left, right) =>
              Number(right.isVerified) - Number(left.isVerified) ||
              compareText(formatPlace(left), formatPlace(right)),
          ),
          missing: listReadingProblems(assessment),
        };
  },
  describe: formatPlace,
  identify: (secret) => ({ key: `secret ${formatPlace(secret)}` }),
  needs: ['surface'],
};

function formatPlace({ kind, path }: SecretFile): string {
  return `${kind}: ${path}`;
}

function findLayer(layer: SecretFile['layer'], { assessment: { target } }: PolicyInput): number {
  return target.kind === 'image' ? target.layers.findIndex(({ diffId }) => diffId === layer) : -1;
}
