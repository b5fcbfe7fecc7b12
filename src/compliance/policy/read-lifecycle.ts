import { parseDocument } from 'yaml';
import { readProductLifecycle } from '../../foundation/identity/product-lifecycle.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { createPolicyError } from './file/policy-node.ts';
import type { Lifecycle } from './lifecycle.ts';

const FRONT_MATTER = /^---\r?\n([^]*?)\r?\n---(?:\r?\n|$)/;

/**
 * Reads the page of a product in the form of endoflife.date: YAML between two lines of dashes, with
 * `permalink`, `identifiers` and `releases`.
 *
 * @throws UserError `E_POLICY` if it is another document
 */
export function readLifecycle(bytes: Uint8Array, file: string): Lifecycle {
  const [, text = ''] = FRONT_MATTER.exec(Buffer.from(bytes).toString('utf8')) ?? [];
  const document = parseDocument(text, { version: '1.2', schema: 'failsafe' });
  const page: unknown = document.errors.length === 0 ? document.toJS({ maxAliasCount: 0 }) : {};
  const product = isRecord(page) ? readProductLifecycle(page) : undefined;
  if (product === undefined) {
    throw createPolicyError(
      file,
      'the file is not a page of a product',
      'it needs "permalink" and "releases", as the pages of endoflife.date have',
    );
  }
  return { ...product, file };
}
