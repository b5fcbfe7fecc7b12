import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import type { Package } from '../../core/package.ts';
import { writePurl } from '../../identity/purl/purl.ts';
import { filesBelow } from '../files-below.ts';
import { javaCpes, javaProduct, javaVersion } from './java-identity.ts';
import { type JavaRelease, parseReleaseFile } from './release-file.ts';

/**
 * Java installations by the file `release` at their root, with all files below it. It does not tell
 * the licences of their parts, nor installations without that file.
 */
export const javaJvm: Cataloger<JavaRelease> = {
  id: 'java-jvm',
  alias: 'java-jvm-cataloger',
  version: 1,
  title: 'Java installations',
  spec: 'https://openjdk.org/jeps/220',
  tags: ['declared', 'directory', 'image', 'installed', 'java', 'jdk', 'jre', 'jvm', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'yes' },
  wants: [{ role: 'release', paths: ['**/release'], maxBytes: 'wholeFileBytesMax' }],
  extract,
  assemble,
};

function extract({ content }: WantedFile): Extraction<JavaRelease> {
  const fact = parseReleaseFile(content);
  return fact === undefined ? {} : { fact };
}

function assemble({ view, facts }: AssemblyInput<JavaRelease>): Assembly {
  const files = filesBelow(
    view,
    facts.map(({ path }) => rootOf(path)),
  );
  return { packages: facts.map((seen) => javaPackage(seen, files.get(rootOf(seen.path)) ?? [])) };
}

function rootOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function javaPackage(seen: VisibleFact<JavaRelease>, files: readonly string[]): Package {
  const { path, realPath = path, layer, fact: release } = seen;
  const hasCompiler = files.some((file) => file.endsWith('bin/javac'));
  const installation = { release, path: realPath, hasCompiler };
  const { vendor, product } = javaProduct(installation);
  const version = javaVersion(release);
  const repository = release.sourceRepo ?? release.buildSourceRepo;
  return {
    name: product,
    version,
    type: 'binary',
    language: '',
    purl: writePurl({
      type: 'generic',
      namespace: vendor,
      name: product,
      version,
      qualifiers: { repository_url: repository },
    }),
    foundBy: javaJvm.id,
    rule: 'the file "release" at the root of a Java installation',
    confidence: 1,
    locations: [{ path: realPath, accessPath: path, ...(layer && { layer }) }],
    licenses: [],
    cpes: javaCpes(installation),
    upstreams: [],
    ownedFiles: files.map((file) => ({ path: file })),
    metadata: { kind: 'java-jvm-installation', value: { release, files } },
    yieldsToOwner: true,
  };
}
