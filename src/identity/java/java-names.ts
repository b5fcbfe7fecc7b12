import type { Package } from '../../core/package.ts';
import {
  attributeIn,
  type Manifest,
  type ManifestSection,
} from '../../syntax/java-manifest/manifest.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { type Candidate, fixedCandidate, openCandidate, wholeCandidate } from '../candidate-set.ts';
import { vendorOfPerson } from '../person-name.ts';
import { findKnownGroup, manifestGroupIds } from './group-id.ts';
import { beginsLikeGroupId, cleanGroupId } from './group-names.ts';

/** Parts of a group that name neither a product nor a vendor. */
const NO_PRODUCTS: ReadonlySet<string> = new Set(['plugin', 'plugins', 'client']);
const NO_VENDORS: ReadonlySet<string> = new Set(['plugin', 'plugins']);

const VENDOR_ATTRIBUTES = ['Specification-Vendor', 'Implementation-Vendor'] as const;

/**
 * The artifact, and parts of the group that it begins or ends with: these name the project that it
 * is a part of. A plug-in is not what it plugs into.
 */
export function javaProducts(subject: Package): readonly Candidate[] {
  const artifact = artifactOf(subject);
  const products = artifact === '' ? [] : [artifact];
  for (const group of groupIdsOf(subject)) {
    const isPlugin = artifact.includes('plugin') || group.includes('plugin');
    const parts = partsOf(group, 2, NO_PRODUCTS).filter(
      (part) =>
        artifact === '' || (!isPlugin && (artifact.startsWith(part) || artifact.endsWith(part))),
    );
    products.push(...parts);
  }
  return products.map(openCandidate);
}

/** Groups as they are and by their parts, and the vendors in the manifest. */
export function javaVendors(subject: Package): readonly Candidate[] {
  const groups = groupIdsOf(subject);
  const manifest = manifestOf(subject);
  const sections = manifest === undefined ? [] : [manifest.main, ...manifest.sections];
  const names = VENDOR_ATTRIBUTES.flatMap((name) =>
    sections.map((section) => attributeIn(section, name)),
  ).filter((name) => name !== '' && !beginsLikeGroupId(name));
  return [
    ...groups.map(fixedCandidate),
    ...groups.flatMap((group) => partsOf(group, 1, NO_VENDORS)).map(openCandidate),
    ...names.map((name) => wholeCandidate(vendorOfPerson(name))),
  ];
}

function partsOf(group: string, start: number, without: ReadonlySet<string>): string[] {
  return group
    .split('.')
    .slice(start)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !without.has(part.toLowerCase()));
}

/** Empty where it is a group that was written in the wrong place. */
function artifactOf(subject: Package): string {
  const artifact = textIn(subject.metadata?.value['pomProperties'], 'artifactId').trim();
  return artifact.includes('.') ? '' : artifact;
}

function groupIdsOf(subject: Package): readonly string[] {
  const value = subject.metadata?.value ?? {};
  const project = value['pomProject'];
  const parent = isRecord(project) ? project['parent'] : undefined;
  const manifest = manifestOf(subject);
  const known = findKnownGroup(subject.name, manifest);
  const ofManifest = manifest === undefined ? [] : manifestGroupIds(manifest);
  return [
    ...[value['pomProperties'], project, parent].flatMap(groupsIn),
    ...(known === undefined ? ofManifest : [known]),
  ];
}

function groupsIn(origin: unknown): string[] {
  const artifact = textIn(origin, 'artifactId');
  return [textIn(origin, 'groupId'), artifact.includes('.') ? artifact : '']
    .filter(beginsLikeGroupId)
    .map(cleanGroupId);
}

function manifestOf(subject: Package): Manifest | undefined {
  const manifest = subject.metadata?.value['manifest'];
  if (!isRecord(manifest)) {
    return undefined;
  }
  const { main, sections } = manifest;
  return {
    main: sectionOf(main),
    sections: Array.isArray(sections) ? sections.map(sectionOf) : [],
  };
}

function sectionOf(section: unknown): ManifestSection {
  return Array.isArray(section)
    ? section.map((entry) => ({ key: textIn(entry, 'key'), value: textIn(entry, 'value') }))
    : [];
}

function textIn(value: unknown, member: string): string {
  const text = isRecord(value) ? value[member] : undefined;
  return typeof text === 'string' ? text : '';
}
