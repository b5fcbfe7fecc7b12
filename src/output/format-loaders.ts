import { compareText } from '../core/compare-text.ts';
import type { FormatLoader } from '../core/format.ts';
import { documentWriters } from '../document/writers.generated.ts';
import { reports } from '../report/registry.generated.ts';

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
