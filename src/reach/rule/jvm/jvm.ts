import type { Extraction, WantedFile } from '../../../core/cataloger.ts';
import type { Witness } from '../../../core/reach.ts';
import { attributeIn, parseManifest } from '../../../parse/java/manifest.ts';
import { readZipMember } from '../../../parse/zip/zip-member.ts';
import { nameOf, parentOf } from '../../../view/path.ts';
import { filesBelow, isFolder } from '../../file-tree.ts';
import { memberPath } from '../../member-path.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { runtimeEdges } from './runtime-files.ts';
import { startedEdges } from './started.ts';

/** What the manifest of an archive names: other archives, as written. */
export type JarFact = readonly string[];

const MANIFEST = 'META-INF/MANIFEST.MF';
const LAUNCHER = /^java$/;

/**
 * What a Java virtual machine loads: its own modules and libraries, the archives and folders of the
 * class path, and those that the manifests of these name in turn. Which classes of an archive are
 * loaded is not followed: reflection and service loaders are too common, so that an archive counts
 * as a whole, with those inside it.
 */
export const jvm: ReachRule<JarFact> = {
  id: 'jvm',
  version: 1,
  title: 'a Java virtual machine loads it',
  spec: 'java(1); JAR File Specification, "Class-Path Attribute"; JNI Invocation API',
  wants: [
    {
      role: 'archive',
      paths: ['**/*.jar', '**/*.war', '**/*.ear'],
      maxBytes: 'wholeFileBytesMax',
    },
  ],
  extract,
  edges,
};

function extract({ content, limits }: WantedFile): Extraction<JarFact> {
  const { content: text } = readZipMember(content, MANIFEST, limits);
  if (text === undefined) {
    return {};
  }
  const { main } = parseManifest(Buffer.from(text).toString('utf8'));
  const named = attributeIn(main, 'Class-Path').split(/\s+/);
  const written = named.filter((name) => name !== '').slice(0, limits.reachStringsMax);
  return written.length === 0 ? {} : { fact: written };
}

function edges({ path, fact }: ReachNode<JarFact>, world: ReachWorld): readonly ReachEdge[] {
  if (fact !== undefined) {
    return fact.flatMap((token) =>
      archivesAt(placeOf(token, path), world).map((to): ReachEdge => {
        const witness: Witness = { path: memberPath(path, MANIFEST), token };
        return { to, strength: 'likely', witness };
      }),
    );
  }
  return LAUNCHER.test(nameOf(path))
    ? [...runtimeEdges(path, world), ...startedEdges(world, archivesAt)]
    : [];
}

/** Relative URLs, from where the archive lies. */
function placeOf(token: string, path: string): string {
  const plain = token.replace(/^file:(?:\/\/)?/, '');
  const text = /%[0-9A-Fa-f]{2}/.test(plain) ? unescapeUrl(plain) : plain;
  return text.startsWith('/') ? text : `${parentOf(path)}/${text}`;
}

function unescapeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The archives and classes that an entry of a class path stands for. */
function archivesAt(entry: string, world: ReachWorld): readonly string[] {
  const folder = entry.replace(/\/\*?$/, '');
  if (!isFolder(folder === '' ? '/' : folder, world)) {
    return [entry];
  }
  return entry.endsWith('/*')
    ? filesBelow(folder, world, 1).filter((path) => /\.jar$/i.test(path))
    : filesBelow(folder, world);
}
