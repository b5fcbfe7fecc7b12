import type { Scheme } from '../../../../foundation/core/scheme.ts';
import { readSemanticAsGrype, type SemanticAsGrype, semanticAsGrype } from './semantic-as-grype.ts';

const UPDATE = '(?:[_-](?:update)?_?(?<update>[0-9]+))?';
const LABELS = '(?:-(?<label>[^b][^-]+))?(?:-b[0-9]+)?';

/**
 * The old form, such as 1.8.0_302-b08, which is now written as 8.0.302. Anything after these parts
 * is ignored.
 */
const FORMER = new RegExp(`^1\\.(?<first>[0-9]+)(?:\\.(?<second>[0-9]+)${UPDATE}${LABELS})?`);
const LATER = new RegExp(
  `^(?<first>[0-9]+)(?:\\.(?<second>[0-9]+)(?:\\.(?<third>[0-9]+))?${UPDATE}${LABELS})?`,
);

/** Java runtimes, whose versions Grype converts to semantic versions with three numbers. */
export const jvmAsGrype: Scheme<SemanticAsGrype> = {
  ...semanticAsGrype,
  id: 'jvm',
  title: 'Java runtimes, as Grype reads and orders their versions',
  parse(text) {
    const { groups = {} } = (text.startsWith('1.') ? FORMER : LATER).exec(text.trim()) ?? {};
    const { first, second, third, update, label = '' } = groups;
    if (first === undefined) {
      return readSemanticAsGrype(text, true);
    }
    const numbers = [first, second, isNone(third) ? update : third].map((one) => stripZeros(one));
    const preRelease = stripZeros(label === '' ? undefined : label, '');
    return readSemanticAsGrype(
      numbers.join('.') + (preRelease === '' ? '' : `-${preRelease}`),
      true,
    );
  },
};

function isNone(digits: string | undefined): boolean {
  return digits === undefined || /^0*$/.test(digits);
}

function stripZeros(text: string | undefined, none = '0'): string {
  return text?.replace(/^0+/, '') || none;
}
