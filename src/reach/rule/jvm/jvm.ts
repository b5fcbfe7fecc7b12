import type { Extraction, WantedFile } from '../../../core/cataloger.ts';
import type { Opacity, Witness } from '../../../core/reach.ts';
import { attributeIn, parseManifest } from '../../../parse/java/manifest.ts';
import { readZipMember } from '../../../parse/zip/zip-member.ts';
import { nameOf, parentOf } from '../../../view/path.ts';
import { fromWorkingFolder } from '../../command-words.ts';
import { filesBelow, isFolder } from '../../file-tree.ts';
import { isSystemFolder } from '../../literal-folders.ts';
import { memberPath } from '../../member-path.ts';
import { ownWitness } from '../../own-witness.ts';
import { CONFIG_PATH } from '../../reach-graph.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { runtimeEdges } from './runtime-files.ts';
import { isStartedByConfig, startedEdges, startedEntries } from './started.ts';

/** What the manifest of an archive names: other archives, as written. */
export type JarFact = readonly string[];

const MANIFEST = 'META-INF/MANIFEST.MF';
const LAUNCHER = /^java$/;

/**
 * What a Java virtual machine loads: its own modules and libraries, the archives and folders of the
 * class path, and those that the manifests of these name in turn. Which classes of an archive are
 * loaded is not followed: reflection and service loaders are too common, so that an archive counts
 * as a whole, with those inside it. Class loaders of its own may load others: what lies in the
 * folders of the application is open, and everything where a script makes the class path.
 */
export const jvm: ReachRule<JarFact> = {
  id: 'jvm',
  version: 2,
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
  opacities,
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

type Open = Omit<Opacity, 'rule' | 'path'>;

const OWN_LOADERS = 'its code may load archives and classes by names that are made at run time';

function opacities({ path, strength }: ReachNode<JarFact>, world: ReachWorld): readonly Open[] {
  const isLauncher = LAUNCHER.test(nameOf(path)) && world.view.resolve(path)?.path === path;
  if (!isLauncher) {
    return [];
  }
  if (!isStartedByConfig(world)) {
    const what = 'it is started by something that makes its class path at run time';
    const isSure = strength === 'required' || strength === 'likely';
    return isSure ? [{ what, witness: ownWitness(path, world), scope: FILES }] : [];
  }
  const found = startedEntries(world).flatMap(({ entry }) =>
    foldersAround(entry, world).map((folder) => [folder, entry] as const),
  );
  return [...new Map(found)].map(([folder, token]) => ({
    what: OWN_LOADERS,
    witness: { path: CONFIG_PATH, token },
    scope: { kind: 'folder', path: folder },
  }));
}

/** All files that may be code or data: those with an extension. */
const FILES = { kind: 'folder', path: '/' } as const;

/** Where an entry of the class path lies, and the folder above it: `bin` and `lib` side by side. */
function foldersAround(entry: string, world: ReachWorld): readonly string[] {
  const whole = fromWorkingFolder(entry, world).replace(/\/\*?$/, '');
  const real = world.view.resolve(whole)?.path;
  if (real === undefined) {
    return [];
  }
  const folder = isFolder(real, world) ? real : parentOf(real);
  return [folder, parentOf(folder)].filter((one) => one !== '/' && !isSystemFolder(one, world));
}
