import type { Package } from '../../core/package.ts';
import {
  getAttribute,
  type Manifest,
  type ManifestSection,
} from '../../syntax/java-manifest/manifest.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import {
  type Candidate,
  createFixedCandidate,
  createWholeCandidate,
  openCandidate,
} from '../candidate-set.ts';
import { toPersonVendor } from '../person-name.ts';
import { findKnownGroup, listManifestGroupIds } from './group-id.ts';
import { cleanGroupId, isLikeGroupId } from './group-names.ts';

/** Parts of a group that are not names of products or vendors. */
const NO_PRODUCTS: ReadonlySet<string> = new Set(['plugin', 'plugins', 'client']);
const NO_VENDORS: ReadonlySet<string> = new Set(['plugin', 'plugins']);

const VENDOR_ATTRIBUTES = ['Specification-Vendor', 'Implementation-Vendor'] as const;

/**
 * Returns the artifact, and parts of the group that the artifact begins or ends with: they name its
 * project. A plug-in does not get the name of the product it extends.
 */
export function listJavaProducts(subject: Package): readonly Candidate[] {
  const artifact = getArtifact(subject);
  const products = artifact === '' ? [] : [artifact];
  for (const group of listGroupIds(subject)) {
    const isPlugin = artifact.includes('plugin') || group.includes('plugin');
    const parts = splitGroup(group, 2, NO_PRODUCTS).filter(
      (part) =>
        artifact === '' || (!isPlugin && (artifact.startsWith(part) || artifact.endsWith(part))),
    );
    products.push(...parts);
  }
  return products.map(openCandidate);
}

/** Returns the groups, their parts, and the vendors in the manifest. */
export function listJavaVendors(subject: Package): readonly Candidate[] {
  const groups = listGroupIds(subject);
  const manifest = getManifest(subject);
  const sections = manifest === undefined ? [] : [manifest.main, ...manifest.sections];
  const names = VENDOR_ATTRIBUTES.flatMap((name) =>
    sections.map((section) => getAttribute(section, name)),
  ).filter((name) => name !== '' && !isLikeGroupId(name));
  return [
    ...groups.map(createFixedCandidate),
    ...groups.flatMap((group) => splitGroup(group, 1, NO_VENDORS)).map(openCandidate),
    ...names.map((name) => createWholeCandidate(toPersonVendor(name))),
  ];
}

function splitGroup(group: string, start: number, without: ReadonlySet<string>): string[] {
  return group
    .split('.')
    .slice(start)
    .map((part) => part.trim())
    .filter((part) => part !== '' && !without.has(part.toLowerCase()));
}

/** Returns the artifact; empty if it is a group that was written in the wrong place. */
function getArtifact(subject: Package): string {
  const artifact = getText(subject.metadata?.value['pomProperties'], 'artifactId').trim();
  return artifact.includes('.') ? '' : artifact;
}

function listGroupIds(subject: Package): readonly string[] {
  const value = subject.metadata?.value ?? {};
  const project = value['pomProject'];
  const parent = isRecord(project) ? project['parent'] : undefined;
  const manifest = getManifest(subject);
  const known = findKnownGroup(subject.name, manifest);
  const ofManifest = manifest === undefined ? [] : listManifestGroupIds(manifest);
  return [
    ...[value['pomProperties'], project, parent].flatMap(listGroups),
    ...(known === undefined ? ofManifest : [known]),
  ];
}

function listGroups(origin: unknown): string[] {
  const artifact = getText(origin, 'artifactId');
  return [getText(origin, 'groupId'), artifact.includes('.') ? artifact : '']
    .filter(isLikeGroupId)
    .map(cleanGroupId);
}

function getManifest(subject: Package): Manifest | undefined {
  const manifest = subject.metadata?.value['manifest'];
  if (!isRecord(manifest)) {
    return undefined;
  }
  const { main, sections } = manifest;
  return {
    main: toSection(main),
    sections: Array.isArray(sections) ? sections.map(toSection) : [],
  };
}

function toSection(section: unknown): ManifestSection {
  return Array.isArray(section)
    ? section.map((entry) => ({ key: getText(entry, 'key'), value: getText(entry, 'value') }))
    : [];
}

function getText(value: unknown, member: string): string {
  const text = isRecord(value) ? value[member] : undefined;
  return typeof text === 'string' ? text : '';
}
