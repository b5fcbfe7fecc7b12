import { parseDocument } from 'yaml';
import { isRecord } from '../syntax/json/guard.ts';
import { getGivenText, getRecords, getText } from '../syntax/json/member.ts';
import { isCalendarDate } from './dates.ts';
import { createPolicyError } from './file/policy-node.ts';
import type { Lifecycle, ReleaseCycle } from './lifecycle.ts';

const FRONT_MATTER = /^---\r?\n([^]*?)\r?\n---(?:\r?\n|$)/;
const CYCLES_MAX = 2_000;

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
  const record = isRecord(page) ? page : {};
  const product = getText(record, 'permalink').replace(/^\//, '');
  const releases = getRecords(record, 'releases');
  if (product === '' || releases.length === 0 || releases.length > CYCLES_MAX) {
    throw createPolicyError(
      file,
      'the file is not a page of a product',
      'it needs "permalink" and "releases", as the pages of endoflife.date have',
    );
  }
  const identifiers = getRecords(record, 'identifiers');
  return {
    product,
    file,
    cpes: identifiers.flatMap((one) => readCpe(getText(one, 'cpe')) ?? []),
    purls: identifiers.flatMap((one) => getGivenText(one, 'purl') ?? []),
    cycles: releases.flatMap((release): ReleaseCycle[] => {
      const [name, end] = [getText(release, 'releaseCycle'), getText(release, 'eol')];
      const endOfLife = isCalendarDate(end) ? end : { true: true, false: false }[end];
      return name === '' || endOfLife === undefined ? [] : [{ name, endOfLife }];
    }),
  };
}

/** `cpe:2.3:a:vendor:product:…` and `cpe:/a:vendor:product`. */
function readCpe(text: string): string | undefined {
  const [, vendor, product] =
    /^cpe:(?:2\.3:[aho]|\/[aho]):([^:]+):((?:\\:|[^:])+)/.exec(text) ?? [];
  return vendor === undefined || product === undefined ? undefined : `${vendor}:${product}`;
}
