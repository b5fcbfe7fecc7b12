import type ExceptionIds from 'spdx-exceptions/index.json';
import type parseExpression from 'spdx-expression-parse';
import type DeprecatedIds from 'spdx-license-ids/deprecated.json';
import type CurrentIds from 'spdx-license-ids/index.json';
import { loadPackage } from '../../syntax/load-package.ts';

// Loaded lazily, because many runs read no license.

/** Throws if the string is not an expression. */
export const expressionParser = memoizeOnce(
  () => loadPackage('spdx-expression-parse') as typeof parseExpression,
);

export const currentIds = memoizeOnce(
  () => loadPackage('spdx-license-ids/index.json') as typeof CurrentIds,
);

export const deprecatedIds = memoizeOnce(
  () => loadPackage('spdx-license-ids/deprecated.json') as typeof DeprecatedIds,
);

export const exceptionIds = memoizeOnce(
  () => loadPackage('spdx-exceptions/index.json') as typeof ExceptionIds,
);

/** Returns a function that computes its value on the first call and keeps it. */
function memoizeOnce<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
