import type { Format } from '../../foundation/core/format.ts';
import { formatLoaders } from './format-loaders.ts';

/** Every output format, sorted by ID. To write one of them, load only that one. */
export const formats: readonly Format[] = await Promise.all(
  formatLoaders.map(({ load }) => load()),
);
