import { toText } from '../../core/to-text.ts';
import { unescapeUriComponent } from '../../core/uri-component.ts';
import type { ComponentPackage } from '../component.ts';
import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

/** Java archives, by `group:artifact` from the POM, the manifest or the package URL. */
export const java = createEcosystemMatcher({
  id: 'java',
  title: 'Java archives',
  spec: 'https://maven.apache.org/guides/mini/guide-naming-conventions.html',
  types: ['java-archive', 'jenkins-plugin'],
  scheme: 'maven',
  rebuildMarks: { prefixes: ['io.root.'] },
  ignoreRules: [
    {
      id: 'log4j-without-core',
      reason: 'the vulnerability is in log4j-core or log4j 1, which these archives do not contain',
      packageName: /^(log4j-(api|slf4j-impl|to-slf4j|1\.2-api|detector|over-slf4j)|slf4j-log4j12)$/,
      vulnerabilities: [
        'CVE-2021-44228',
        'CVE-2021-45046',
        'GHSA-jfh8-c2jp-5v3q',
        'GHSA-7rjr-3q55-vv33',
        'CVE-2020-9493',
        'CVE-2022-23307',
        'CVE-2023-26464',
      ],
    },
  ],
  listSearchedNames: listCoordinates,
  listGuesses: ({ alternatives = [] }) =>
    alternatives.flatMap(({ purl }) => parseCoordinates(purl)),
});

function listCoordinates(item: ComponentPackage): readonly string[] {
  const names = new Set<string>();
  const [coordinates] = parseCoordinates(item.purl);
  const [purlGroup = '', purlArtifact = ''] = coordinates?.split(':') ?? [];
  const value = item.metadata?.value ?? {};
  const pom = toRecord(value['pomProperties']);
  const group = pom === undefined ? purlGroup : toText(pom['groupId']);
  const artifact = pom === undefined ? purlArtifact : toText(pom['artifactId']);
  for (const name of [artifact, readManifestName(value['manifest'])]) {
    if (group !== '' && name !== '') {
      names.add(`${group}:${name}`);
    }
  }
  if (coordinates !== undefined) {
    names.add(coordinates);
  }
  return [...names];
}

/** Returns `group:artifact` of a Maven package URL. */
function parseCoordinates(purl: string): readonly string[] {
  const [, group, artifact] = /^pkg:maven\/([^/@?#]+)\/([^/@?#]+)/.exec(purl) ?? [];
  return group === undefined || artifact === undefined
    ? []
    : [`${unescapeUriComponent(group)}:${unescapeUriComponent(artifact)}`];
}

function readManifestName(manifest: unknown): string {
  const main = toRecord(manifest)?.['main'];
  const entry = Array.isArray(main)
    ? main.find((one) => toRecord(one)?.['key'] === 'Name')
    : undefined;
  return toText(toRecord(entry)?.['value']);
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
