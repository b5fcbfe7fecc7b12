import { hash } from 'node:crypto';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getGivenText } from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { compareVersions } from '../../hardening/compare/compare-versions.ts';
import { createFact, createUnknownFact, type FactValue, type PolicyInput } from './fact.ts';
import { createPolicyError } from './file/policy-node.ts';
import type { PackageFeed } from './package-feed.ts';

/**
 * Reads the packages of a registry: `type`, `captured`, and `packages` with the versions by name.
 *
 * @throws UserError `E_POLICY`
 */
export function readPackageFeed(bytes: Uint8Array, file: string): PackageFeed {
  const document = parseJson(Buffer.from(bytes).toString('utf8'));
  const record = isRecord(document) ? document : {};
  const type = getGivenText(record, 'type');
  const capturedAt = getGivenText(record, 'captured');
  const packages = record['packages'];
  const isValid =
    isRecord(packages) &&
    Object.values(packages).every(
      (list) => Array.isArray(list) && list.every((one) => typeof one === 'string'),
    );
  if (type === undefined || !isValid) {
    throw createPolicyError(
      file,
      'a list of packages needs "type" and "packages"',
      'write it as: {"type":"npm","packages":{"lodash":["4.17.21"]}}',
    );
  }
  return {
    file,
    digest: `sha256:${hash('sha256', bytes)}`,
    type,
    ...(capturedAt === undefined ? {} : { capturedAt }),
    versions: new Map(Object.entries(packages) as [string, string[]][]),
  };
}

/** Reads whether a registry lists a package, its version, or a newer one. */
export function readListing(
  { name, type, version }: InventoryPackage,
  question: 'name' | 'version' | 'newer',
  { packageFeeds = [] }: PolicyInput,
): FactValue {
  const feed = packageFeeds.find((one) => one.type === type);
  if (feed === undefined) {
    return createUnknownFact(`no list of ${type} packages was given: add --package-list FILE`);
  }
  const versions = feed.versions.get(name);
  const evidence = { list: feed.file, captured: feed.capturedAt ?? 'unknown' };
  if (question === 'name') {
    return createFact(versions !== undefined, evidence);
  }
  if (versions === undefined || version === '') {
    return createUnknownFact(
      version === '' ? `${name} states no version` : `${feed.file} does not list ${name}`,
    );
  }
  if (question === 'version') {
    return createFact(versions.includes(version), evidence);
  }
  const orders = versions.map((other) =>
    compareVersions({ type, version }, { type, version: other }),
  );
  if (orders.includes(-1)) {
    const newest = versions.find((_, index) => orders[index] === -1);
    return createFact(true, { ...evidence, newer: newest ?? '' });
  }
  return orders.includes(undefined)
    ? createUnknownFact(`the versions of ${name} cannot be compared`)
    : createFact(false, evidence);
}
