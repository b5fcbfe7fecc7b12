import type { Package } from '../../core/package.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getRecord, getText } from '../../syntax/json/member.ts';
import { type Candidate, createFixedCandidate } from '../candidate-set.ts';
import { type CpeRules, getMetadataText } from '../cpe-rules.ts';

/** Products are listed with and without the name of the platform; companies are vendors. */
export const dotnet: CpeRules = {
  type: 'dotnet',
  listProducts,
  replacesProducts: true,
  listVendors,
  replacesVendors: true,
};

const PLATFORM = '_.net';

function listProducts(subject: Package): readonly Candidate[] {
  const names = listStated(subject, 'productName').map(normalizeName);
  return ['', PLATFORM].flatMap((ending) =>
    names.map((name) => createFixedCandidate(name + ending)),
  );
}

function listVendors(subject: Package): readonly Candidate[] {
  return listStated(subject, 'companyName').map((name) =>
    createFixedCandidate(normalizeName(name)),
  );
}

/**
 * Returns the value in the version resource of an assembly, else the name, and the values of the
 * package's assemblies.
 */
function listStated(subject: Package, member: string): readonly string[] {
  const assemblies = getRecord(subject.metadata?.value ?? {}, 'executables') ?? {};
  const records = Object.values(assemblies).filter(isRecord);
  return [
    getMetadataText(subject, member) ?? subject.name,
    ...records.map((record) => getText(record, member)),
  ].filter((name) => name.trim() !== '');
}

function normalizeName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\.dll$/, '')
    .replace(/[-. ]/g, '_');
}
