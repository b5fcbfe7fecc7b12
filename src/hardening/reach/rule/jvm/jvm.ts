import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { readText, readWhole } from '../../../../foundation/core/bytes.ts';
import type { Extraction, WantedFile } from '../../../../foundation/core/cataloger.ts';
import type { Opacity, Witness } from '../../../../foundation/core/reach.ts';
import { unescapeUriComponent } from '../../../../foundation/core/uri-component.ts';
import {
  getAttribute,
  parseManifest,
} from '../../../../foundation/syntax/java-manifest/manifest.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { splitWords } from '../../command-words.ts';
import { isFolder, listDescendantFiles } from '../../folder-index.ts';
import { toMemberPath } from '../../member-path.ts';
import { ownWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import type { JvmFact } from './class-fact.ts';
import { findReachedPackages } from './inside.ts';
import { openFolders } from './open-folders.ts';
import { MANIFEST, readClassAlone, readClasses, readResource } from './read-classes.ts';
import { findRuntimeEdges } from './runtime-files.ts';
import { findStartedEdges, isStartedByConfig } from './started.ts';

const LAUNCHER = /^java$/;

/**
 * Files that a Java virtual machine loads: its modules and libraries, the archives and directories
 * of the class path, and those in their manifests. Such an archive is reached as a whole, because
 * the machine opens it; its reachable packages follow from the classes that are reachable from the
 * started one. Custom class loaders may load others, so the directories of the application are
 * open, and everything is open if a script computes the class path.
 */
export const jvm: ReachRule<JvmFact> = {
  id: 'jvm',
  version: 4,
  title: 'a Java virtual machine loads it',
  spec: 'java(1); JAR File Specification; JVM Specification, 4.4; JNI Invocation API',
  wants: [
    {
      role: 'archive',
      paths: ['**/*.jar', '**/*.war', '**/*.ear'],
      ignoresCase: true,
      maxBytes: 'wholeFileBytesMax',
    },
    { role: 'class', paths: ['**/*.class'], maxBytes: 'classFileBytesMax', isByOwnPath: true },
    {
      role: 'resource',
      paths: [
        `**/${MANIFEST}`,
        '**/META-INF/services/*',
        '**/META-INF/spring.factories',
        '**/META-INF/spring/*.imports',
      ],
      maxBytes: 'configFileBytesMax',
      isByOwnPath: true,
    },
    // Jib, "How is a container image built": arguments that its entry point passes to the launcher.
    {
      role: 'arguments',
      paths: ['**/jib-classpath-file', '**/jib-main-class-file'],
      maxBytes: 'configFileBytesMax',
      isByOwnPath: true,
    },
  ],
  extract,
  findEdges,
  findOpacities,
  inside: findReachedPackages,
};

function extract(file: WantedFile): Extraction<JvmFact> {
  const { role, path, content, limits, budget } = file;
  switch (role) {
    case 'class': {
      const archive = readClassAlone(readWhole(content), limits);
      return archive === undefined ? {} : { fact: { archives: [archive] } };
    }
    case 'arguments':
      return { fact: { words: splitWords(readText(content)).slice(0, limits.reachStringsMax) } };
    case 'resource':
      return { fact: { archives: [readResource(path, readText(content), limits)] } };
    default: {
      const { archives, manifest = '', problems } = readClasses(content, budget);
      const { main } = parseManifest(manifest);
      const named = getAttribute(main, 'Class-Path').split(/\s+/);
      const classPath = named.filter((name) => name !== '').slice(0, limits.reachStringsMax);
      return { ...(archives.length === 0 ? {} : { fact: { classPath, archives } }), problems };
    }
  }
}

function findEdges({ path, fact }: ReachNode<JvmFact>, world: ReachWorld): readonly ReachEdge[] {
  if (fact !== undefined) {
    return (fact.classPath ?? []).flatMap((token) =>
      listArchives(resolvePlace(token, path), world).map((to): ReachEdge => {
        const witness: Witness = { path: toMemberPath(path, MANIFEST), token };
        return { to, strength: 'likely', witness };
      }),
    );
  }
  return LAUNCHER.test(getBaseName(path))
    ? [...findRuntimeEdges(path, world), ...findStartedEdges(world, listArchives)]
    : [];
}

/** Relative URLs resolve against the directory of the archive. */
function resolvePlace(token: string, path: string): string {
  const plain = token.replace(/^file:(?:\/\/)?/, '');
  const text = /%[0-9A-Fa-f]{2}/.test(plain) ? unescapeUriComponent(plain) : plain;
  return text.startsWith('/') ? text : `${getParentPath(path)}/${text}`;
}

/** Returns the archives and classes of a class path entry. */
function listArchives(entry: string, world: ReachWorld): readonly string[] {
  const folder = entry.replace(/\/\*?$/, '');
  if (entry.endsWith('/*')) {
    // A directory exists if it contains anything, even if no layer has an entry for it.
    return listDescendantFiles(folder, world, 1).filter((path) => /\.jar$/i.test(path));
  }
  return isFolder(folder === '' ? '/' : folder, world)
    ? listDescendantFiles(folder, world)
    : [entry];
}

type Open = Omit<Opacity, 'rule' | 'path'>;

const OWN_LOADERS = 'its code may load archives and classes by names computed at run time';

function findOpacities({ path, strength }: ReachNode<JvmFact>, world: ReachWorld): readonly Open[] {
  const isLauncher = LAUNCHER.test(getBaseName(path)) && world.view.resolve(path)?.path === path;
  if (!isLauncher) {
    return [];
  }
  if (!isStartedByConfig(world)) {
    const what = 'its class path is computed at run time';
    const isLikely = strength === 'required' || strength === 'likely';
    return isLikely ? [{ what, witness: ownWitness(path, world), scope: FILES }] : [];
  }
  return openFolders(world).map(({ folder, witness }) => ({
    what: OWN_LOADERS,
    witness,
    scope: { kind: 'folder', path: folder },
  }));
}

/** All files that may be code or data, that is, files with an extension. */
const FILES = { kind: 'folder', path: '/' } as const;
