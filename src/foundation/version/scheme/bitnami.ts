import type { Scheme } from '../../core/scheme.ts';
import {
  compareSemantic,
  parseSemantic,
  type SemanticShape,
  type SemanticVersion,
} from '../semantic.ts';

/** Bitnami's own revision of a component, which its advisories never contain. */
const REVISION = /-r?[0-9]+(?=$|\+)/;
const SHAPE: SemanticShape = { coreMin: 1, coreMax: 8, allowsLeadingZeros: true };

export const bitnami: Scheme<SemanticVersion> = {
  id: 'bitnami',
  title: 'Bitnami components',
  spec: 'bitnami/vulndb, "Vulnerability format"; docs/versions.md',
  oracle: 'none',
  parse: (text) => parseSemantic(text.trim().replace(REVISION, ''), SHAPE),
  compare: compareSemantic,
};
