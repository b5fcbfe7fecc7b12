import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { digestMd5, indexMd5 } from '../content-digest.ts';
import { listNestedFiles } from '../nested-files.ts';
import { chooseJavaVersion, createJavaCpes, toJavaProduct } from './java-identity.ts';
import { type JavaRelease, parseReleaseFile } from './release-file.ts';

interface JavaFact {
  readonly release: JavaRelease;
  readonly md5: string;
}

/**
 * Java installations by the `release` file in their root, with all files below it. Licenses of
 * their parts and installations without that file are not detected.
 */
export const javaJvm: Cataloger<JavaFact> = {
  id: 'java-jvm',
  alias: 'java-jvm-cataloger',
  version: 2,
  title: 'Java installations',
  spec: 'https://openjdk.org/jeps/220',
  tags: ['declared', 'directory', 'image', 'installed', 'java', 'jdk', 'jre', 'jvm', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'yes' },
  wants: [{ role: 'release', paths: ['**/release'], maxBytes: 'wholeFileBytesMax' }],
  extract,
  assemble,
};

function extract({ content }: WantedFile): Extraction<JavaFact> {
  const release = parseReleaseFile(content);
  return release === undefined ? {} : { fact: { release, md5: digestMd5(content) } };
}

function assemble({ view, facts }: AssemblyInput<JavaFact>): Assembly {
  const files = listNestedFiles(
    view,
    facts.map(({ path }) => toJavaRoot(path)),
  );
  const packages = facts.map((seen) =>
    createJvmPackage(seen, files.get(toJavaRoot(seen.path)) ?? []),
  );
  return { packages, md5ByPath: indexMd5(facts) };
}

function toJavaRoot(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function createJvmPackage(seen: VisibleFact<JavaFact>, files: readonly string[]): Package {
  const { path, realPath = path, layer } = seen;
  const { release } = seen.fact;
  const hasCompiler = files.some((file) => file.endsWith('bin/javac'));
  const installation = { release, path: realPath, hasCompiler };
  const { vendor, product } = toJavaProduct(installation);
  const version = chooseJavaVersion(release);
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
    rule: 'the "release" file at the root of a Java installation',
    confidence: 1,
    locations: [{ path: realPath, accessPath: path, ...(layer && { layer }) }],
    licenses: [],
    cpes: createJavaCpes(installation),
    upstreams: [],
    ownedFiles: files.map((file) => ({ path: file })),
    metadata: { kind: 'java-jvm-installation', value: { release, files } },
    yieldsToOwner: true,
  };
}
