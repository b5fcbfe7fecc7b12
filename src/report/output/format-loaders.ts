import { documentWriters } from '../../document/writers.generated.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { FormatLoader } from '../../foundation/core/format.ts';
import { reports } from '../format/registry.generated.ts';

const TEMPLATE: FormatLoader = {
  id: 'template',
  aliases: [],
  load: async () => (await import('../compat/template/template.ts')).template,
};

/** Every output format, sorted by ID: documents, reports for people and CI, and templates. */
export const formatLoaders: readonly FormatLoader[] = [
  ...documentWriters,
  ...reports,
  TEMPLATE,
].toSorted((left, right) => compareText(left.id, right.id));
