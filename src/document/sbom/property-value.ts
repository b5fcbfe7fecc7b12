import { formatJson } from '../../foundation/core/json-document.ts';

/**
 * Serializes as printable ASCII only, so that no notation has to escape a character in it, which
 * would break the JSON.
 */
export function formatPropertyJson(value: unknown): string {
  return formatJson(value).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function splitIntoParts<Item>(list: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, number) =>
    list.slice(number * size, (number + 1) * size),
  );
}
