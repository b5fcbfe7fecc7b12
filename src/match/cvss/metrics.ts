import { present } from '../../core/assert.ts';

/** Metrics of a CVSS vector by name. */
export type Metrics = ReadonlyMap<string, string>;

const VECTOR_CHARS_MAX = 512;

/**
 * Parses `AV:N/AC:L/…`; `undefined` if a metric occurs twice, is not one of `allowed`, or if one of
 * `required` is absent. `allowed` maps each name to its values, separated by spaces.
 */
export function readMetrics(
  text: string,
  allowed: Readonly<Record<string, string>>,
  required: readonly string[],
): Metrics | undefined {
  if (text.length > VECTOR_CHARS_MAX) {
    return undefined;
  }
  const metrics = new Map<string, string>();
  for (const field of text.split('/')) {
    const [name = '', value = '', ...rest] = field.split(':');
    const values = Object.hasOwn(allowed, name) ? allowed[name]?.split(' ') : undefined;
    if (rest.length > 0 || metrics.has(name) || !values?.includes(value)) {
      return undefined;
    }
    metrics.set(name, value);
  }
  return required.every((name) => metrics.has(name)) ? metrics : undefined;
}

/** Returns the weight of a metric's value in a table. */
export function weigh(
  metrics: Metrics,
  name: string,
  weights: Readonly<Record<string, number>>,
): number {
  const value = present(metrics.get(name), 'a required metric');
  return present(weights[value], 'a weight for every allowed value');
}

/** Rounds up to one decimal, unaffected by floating-point errors. CVSS 3.1, appendix A. */
export function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}

/** Rounds the parts of a score; the specification rounds to the nearest tenth. */
export type RoundPart = (value: number) => number;

export function toNearestTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
