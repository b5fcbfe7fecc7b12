import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { findGroupId } from '../../../foundation/identity/java/group-id.ts';
import { toMavenPurl } from '../../../foundation/identity/java/maven-purl.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import type { MavenId } from '../../ecosystem/java/pom-values.ts';

export interface GradleLockFact {
  readonly modules: readonly MavenId[];
}

/**
 * Modules locked by a Gradle project, except those that only tests and source checks use. The file
 * is a list, so it has no edges.
 */
export const javaGradleLockfile: Cataloger<GradleLockFact> = {
  id: 'java-gradle-lockfile',
  alias: 'java-gradle-lockfile-cataloger',
  version: 3,
  title: 'Modules locked by Gradle',
  spec: 'https://docs.gradle.org/current/userguide/dependency_locking.html',
  tags: ['declared', 'directory', 'gradle', 'java', 'language', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'lock',
      paths: [
        '**/gradle.lockfile*',
        '**/buildscript-gradle.lockfile',
        // One file per configuration, before Gradle 7.
        '**/gradle/dependency-locks/*.lockfile',
      ],
      maxBytes: 'lockFileBytesMax',
    },
  ],
  extract,
  assemble: ({ facts }) => ({
    packages: facts.flatMap((visible) =>
      visible.fact.modules.map((module) => toPackage(module, visible)),
    ),
  }),
};

/** Beginning of the line that lists the configurations without modules. */
const NO_MODULES = 'empty=';

/**
 * Configurations of test source sets, whose names contain the word `test` (`testRuntimeClasspath`,
 * `debugUnitTestCompileClasspath`), of compilers and their plug-ins, and of plug-ins that check
 * sources, measure, document or help developers. Gradle, "The Java Plugin", "The Checkstyle Plugin"
 * and so on; Kotlin, "kapt", "KSP" and the configurations of its Gradle plug-in; Spring Boot,
 * "developmentOnly".
 */
const DEVELOPMENT_CONFIGURATIONS: readonly RegExp[] = [
  /(?:^t|T)ests?(?:$|[A-Z\d])/,
  /(?:^a|A)nnotationProcessor(?:$|[A-Z\d])/,
  /^(?:checkstyle|codenarc|cpd|pmd|pmdAux|swiftExportClasspathResolvable)$/,
  /^(?:detekt|dokka|errorprone|jacoco|jmh|kapt|ksp|ktlint|pitest|sonarlint|spotbugs|spotless)(?:$|[A-Z\d])/,
  /^kotlin(?:AbiValidation|BouncyCastle|BuildTools|Compiler|InternalAbiValidation|KlibCommonizer|NativeCompiler)(?:$|[A-Z\d])/,
  /^developmentOnly$/,
];

/**
 * Spring Boot adds `developmentOnly` to `runtimeClasspath`. Modules of its archives are in
 * `productionRuntimeClasspath`.
 */
const SPRING_PRODUCTION = 'productionRuntimeClasspath';

function extract({ path, content, limits }: WantedFile): Extraction<GradleLockFact> {
  // Before Gradle 7, the name of the file is that of its configuration.
  const ownConfiguration = LEGACY_PATH.exec(path)?.[1] ?? '';
  const modules: MavenId[] = [];
  const problems: ProblemNote[] = [];
  const lock = readText(content);
  let count = 0;
  const hasSpringProduction = lock.includes(SPRING_PRODUCTION);
  for (const { text, number } of splitLines(lock)) {
    const line = text.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(NO_MODULES)) {
      continue;
    }
    count++;
    if (count > limits.recordsMax) {
      problems.push({
        code: 'P_LIMIT',
        message: 'the lock file has more modules than recordsMax allows',
        line: number,
      });
      break;
    }
    const [coordinates = '', configurations = ownConfiguration] = line.split('=', 2);
    const [groupId = '', artifactId = '', version = '', ...others] = coordinates.split(':');
    if (artifactId === '' || version === '' || others.length > 0) {
      const message = 'the line was left out: it is not a group, name and version';
      problems.push({ code: 'P_RECORD', message, line: number });
    } else if (!isForDevelopment(configurations, hasSpringProduction)) {
      modules.push({ groupId, artifactId, version });
    }
  }
  return { fact: { modules }, problems };
}

const LEGACY_PATH = /\/gradle\/dependency-locks\/([^/]+)\.lockfile$/;

/** A module without a configuration is not known to be for development. */
function isForDevelopment(configurations: string, hasSpringProduction: boolean): boolean {
  const all = configurations.split(',').filter((name) => name !== '');
  const isSpringDevelopment =
    hasSpringProduction &&
    all.some((name) => /^(?:developmentOnly|testAndDevelopmentOnly)$/.test(name));
  const names = isSpringDevelopment ? all.filter((name) => name !== 'runtimeClasspath') : all;
  return (
    names.length > 0 &&
    names.every((name) => DEVELOPMENT_CONFIGURATIONS.some((each) => each.test(name)))
  );
}

function toPackage(
  { groupId, artifactId, version }: MavenId,
  { path, layer }: VisibleFact<GradleLockFact>,
): Package {
  const project = { path: '', groupId, artifactId, version, name: artifactId };
  return {
    name: artifactId,
    version,
    type: 'java-archive',
    language: 'java',
    purl: toMavenPurl(findGroupId(artifactId, { project }), artifactId, version),
    foundBy: 'java-gradle-lockfile',
    rule: 'a line in gradle.lockfile',
    confidence: 1,
    locations: [createLocation({ path, layer })],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'java-archive', value: { virtualPath: '', pomProject: project } },
  };
}
