// Origin: classes and the order of the strings come from Syft's
// `syft/pkg/cataloger/binary/classifiers_java.go` (Apache-2.0, compared at anchore/syft
// bf82010f3c38; see NOTICE), rewritten as patterns of our own and tested on excerpts of Java
// launchers.

import {
  createByteClass,
  type Part,
  type Pattern,
  pattern as p,
} from '../../../foundation/bytes/pattern/pattern.ts';
import {
  DIGITS,
  DOT_OR_DIGIT,
  dotted,
  maybe,
  NOT_NUL,
  NUL,
  NULS,
  oneOf,
  run,
  shortGap,
  VERSION_BYTE,
  version,
} from '../../../foundation/bytes/pattern/version-parts.ts';
import {
  type Classifier,
  type Evidence,
  matchAll,
  matchAny,
  matchAnyContent,
  matchContent,
} from './evidence.ts';
import { createProduct } from './product.ts';

/**
 * The Java launcher contains its own name, the release of Java and the version of the build as
 * adjacent strings. Their order depends on the target machine.
 */
const RELEASE: Part = { capture: 'release', parts: [DIGITS, run(DOT_OR_DIGIT, 0, 30)] };
const BUILD: Part = version(DIGITS, run(NOT_NUL, 1, 100));
/** A build of Java 8, such as `1.8.0_352-b08`. */
const BUILD_WITH_UPDATE: Part = version(
  { capture: 'primary', parts: [DIGITS, run(NOT_NUL, 1, 50)] },
  '_',
  { capture: 'update', parts: [run(NOT_NUL, 1, 50)] },
  '-',
  run(NOT_NUL, 1, 50),
);

const GRAALVM = matchContent(
  p(
    NUL,
    version(
      DIGITS,
      run(DOT_OR_DIGIT, 2, 30),
      '+',
      DIGITS,
      '-jvmci-',
      DIGITS,
      run(DOT_OR_DIGIT, 1, 30),
      '-b',
      DIGITS,
    ),
    NUL,
  ),
);

const IN_ZULU_FOLDER: Evidence = { kind: 'path', pattern: /zulu[^/]*\//, isNegated: false };
const IN_IBM_FOLDER: Evidence = { kind: 'path', pattern: /\/ibm\//, isNegated: false };

const OF_IBM = matchAny(IN_IBM_FOLDER, {
  kind: 'library',
  imported: /^libjli\.so$/,
  file: 'libjli.so',
  evidence: matchContent(p('IBM_JAVA')),
});

const NAMED_FIRST: Pattern = p('\0openjdk\0java\0', RELEASE, NUL, BUILD, NUL);
const NAMED_LAST: Pattern = p(NUL, RELEASE, NULS, BUILD, NULS, 'openjdk\0java');
const OPENJDK = p('openjdk');

const GRAALVM_CLASS = { class: 'java-binary-graalvm', evidence: GRAALVM, package: 'graalvm' };

/** A build by Oracle itself, such as `19.0.1+10-21`. */
const ORACLE_BUILD: Part = version(
  DIGITS,
  '.',
  DIGITS,
  '.',
  run(createByteClass('-._+a-zA-Z0-9'), 1, 100),
);

/** Three numbers, such as `21.0.2`, and the build. */
const FREE_BUILD: Pattern = p(
  NUL,
  version(...dotted(3), maybe('+', DIGITS), run(VERSION_BYTE, 0, 60)),
  NUL,
);

export const JAVA_CLASSIFIERS: readonly Classifier[] = [
  {
    files: ['java'],
    products: [
      createProduct({ ...GRAALVM_CLASS, purl: 'generic/oracle/graalvm', cpes: ['oracle:graalvm'] }),
      createProduct({
        class: 'java-binary-openjdk-zulu',
        evidence: matchAll(
          IN_ZULU_FOLDER,
          matchAnyContent(
            p('\0java\0', RELEASE, NUL, BUILD, NUL),
            p(NUL, RELEASE, NULS, BUILD, NUL, oneOf('openjdk', 'java')),
          ),
        ),
        package: 'zulu',
        purl: 'generic/azul/zulu',
        cpes: ['azul:zulu'],
      }),
      createProduct({
        class: 'java-binary-openjdk-with-update',
        evidence: matchAny(
          matchContent(OPENJDK, p('java\0', RELEASE, NUL, BUILD_WITH_UPDATE, NUL)),
          matchContent(OPENJDK, p(NUL, RELEASE, NULS, BUILD_WITH_UPDATE, NULS, 'openjdk\0java')),
        ),
        package: 'openjdk',
        purl: 'generic/oracle/openjdk',
        cpes: ['oracle:openjdk'],
        hasUpdate: true,
      }),
      createProduct({
        class: 'java-binary-openjdk',
        evidence: matchAnyContent(NAMED_FIRST, NAMED_LAST),
        package: 'openjdk',
        purl: 'generic/oracle/openjdk',
        cpes: ['oracle:openjdk'],
      }),
      createProduct({
        class: 'java-binary-ibm',
        evidence: matchAll(
          OF_IBM,
          matchContent(
            p(
              '\0java',
              NULS,
              DIGITS,
              run(DOT_OR_DIGIT, 1, 30),
              NULS,
              version(DIGITS, run(VERSION_BYTE, 1, 100)),
              NUL,
            ),
          ),
        ),
        package: 'java',
        purl: 'generic/ibm/java',
        cpes: ['ibm:java'],
      }),
      createProduct({
        class: 'java-binary-openjdk-fallthrough',
        evidence: matchContent(
          OPENJDK,
          p(
            NUL,
            version(DIGITS, run(DOT_OR_DIGIT, 1, 30), '+', run(createByteClass('-0-9'), 1, 30)),
            NUL,
          ),
        ),
        package: 'jre',
        purl: 'generic/oracle/jre',
        cpes: ['oracle:jre'],
      }),
      createProduct({
        class: 'java-binary-oracle',
        evidence: matchAnyContent(
          p('java', NULS, RELEASE, NULS, ORACLE_BUILD, NUL),
          p(NUL, ORACLE_BUILD, NULS, RELEASE, NULS, 'java', NUL),
          p(NUL, RELEASE, NULS, ORACLE_BUILD, NULS, 'java', NUL),
        ),
        package: 'jre',
        purl: 'generic/oracle/jre',
        cpes: ['oracle:jre'],
      }),
    ],
  },
  {
    files: ['jdb'],
    products: [
      createProduct({
        ...GRAALVM_CLASS,
        purl: 'generic/oracle/graalvm',
        cpes: ['oracle:graalvm_for_jdk'],
      }),
      createProduct({
        class: 'jdb-binary-openjdk-zulu',
        evidence: matchAll(
          IN_ZULU_FOLDER,
          matchAnyContent(
            p(oneOf('java', 'jdb'), NUL, RELEASE, NUL, BUILD, NUL),
            p(NUL, RELEASE, NULS, BUILD, NULS, oneOf('java', 'jdb')),
          ),
        ),
        package: 'zulu',
        purl: 'generic/azul/zulu',
        cpes: ['azul:zulu'],
      }),
      createProduct({
        class: 'java-jdb-binary-openjdk',
        evidence: matchContent(NAMED_FIRST, NAMED_LAST),
        package: 'openjdk',
        purl: 'generic/oracle/openjdk',
        cpes: ['oracle:openjdk'],
      }),
      createProduct({
        class: 'java-sdk-binary-ibm',
        evidence: matchAll(
          OF_IBM,
          matchContent(
            p('\0java\0', shortGap(1, 500), NUL, version(DIGITS, run(VERSION_BYTE, 1, 100)), NUL),
          ),
        ),
        package: 'java_sdk',
        purl: 'generic/ibm/java_sdk',
        cpes: ['ibm:java_sdk'],
      }),
      createProduct({
        class: 'java-binary-openjdk-fallthrough',
        evidence: matchContent(OPENJDK, FREE_BUILD),
        package: 'openjdk',
        purl: 'generic/oracle/openjdk',
        cpes: ['oracle:openjdk'],
      }),
      createProduct({
        class: 'java-binary-jdk',
        evidence: matchContent(FREE_BUILD, p('com.sun.tools.example.debug')),
        package: 'jdk',
        purl: 'generic/oracle/jdk',
        cpes: ['oracle:jdk'],
      }),
    ],
  },
];
