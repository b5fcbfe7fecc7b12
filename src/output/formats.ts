import { template } from '../compat/template/template.ts';
import { compareText } from '../core/compare-text.ts';
import type { Format } from '../core/format.ts';
import { documentWriters } from '../document/writers.generated.ts';
import { reports } from '../report/registry.generated.ts';

/** Every output format, sorted by id: documents, reports for people and CI, and templates. */
export const formats: readonly Format[] = [...documentWriters, ...reports, template].toSorted(
  (left, right) => compareText(left.id, right.id),
);
