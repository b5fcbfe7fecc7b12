import type { Package } from '../../core/package.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { recordIn, textIn } from '../../syntax/json/member.ts';
import { type Candidate, fixedCandidate } from '../candidate-set.ts';
import { type CpeRules, metadataText } from '../cpe-rules.ts';

/** Products are listed with and without the name of the platform; companies are vendors. */
export const dotnet: CpeRules = {
  type: 'dotnet',
  products,
  replacesProducts: true,
  vendors,
  replacesVendors: true,
};

const PLATFORM = '_.net';

function products(subject: Package): readonly Candidate[] {
  const names = stated(subject, 'productName').map(normalName);
  return ['', PLATFORM].flatMap((ending) => names.map((name) => fixedCandidate(name + ending)));
}

function vendors(subject: Package): readonly Candidate[] {
  return stated(subject, 'companyName').map((name) => fixedCandidate(normalName(name)));
}

/** What the version resource of an assembly says, else the name, and what its assemblies say. */
function stated(subject: Package, member: string): readonly string[] {
  const assemblies = recordIn(subject.metadata?.value ?? {}, 'executables') ?? {};
  const records = Object.values(assemblies).filter(isRecord);
  return [
    metadataText(subject, member) ?? subject.name,
    ...records.map((record) => textIn(record, member)),
  ].filter((name) => name.trim() !== '');
}

function normalName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\.dll$/, '')
    .replace(/[-. ]/g, '_');
}
