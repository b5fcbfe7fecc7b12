/*
 * Origin: classes and the order of the texts come from Syft's
 * `syft/pkg/cataloger/binary/classifiers_java.go` (Apache-2.0, compared at anchore/syft
 * bf82010f3c38; see NOTICE), written anew as patterns of ours and tested on excerpts of Java
 * launchers.
 */

import {
  createByteClass,
  type Part,
  type Pattern,
  pattern as p,
} from '../../bytes/pattern/pattern.ts';
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
} from '../../bytes/pattern/version-parts.ts';
import { allOf, anyContent, anyOf, type Classifier, content, type Evidence } from './evidence.ts';
import { product } from './product.ts';

/**
 * The Java launcher has its own name, the release of Java and the version of the build as texts
 * side by side. Their order depends on the machine that it was built for.
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

const GRAALVM = content(
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

const IN_ZULU_FOLDER: Evidence = { kind: 'path', fits: /zulu[^/]*\//, isNot: false };
const IN_IBM_FOLDER: Evidence = { kind: 'path', fits: /\/ibm\//, isNot: false };

const OF_IBM = anyOf(IN_IBM_FOLDER, {
  kind: 'library',
  imported: /^libjli\.so$/,
  file: 'libjli.so',
  evidence: content(p('IBM_JAVA')),
});

const NAMED_FIRST: Pattern = p('\0openjdk\0java\0', RELEASE, NUL, BUILD, NUL);
const NAMED_LAST: Pattern = p(NUL, RELEASE, NULS, BUILD, NULS, 'openjdk\0java');
const OPENJDK = p('openjdk');

const GRAALVM_CLASS = { class: 'java-binary-graalvm', evidence: GRAALVM, package: 'graalvm' };

/** A build of Oracle's own, such as `19.0.1+10-21`. */
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
      product({ ...GRAALVM_CLASS, purl: 'generic/oracle/graalvm', cpes: ['oracle:graalvm'] }),
      product({
        class: 'java-binary-openjdk-zulu',
        evidence: allOf(
          IN_ZULU_FOLDER,
          anyContent(
            p('\0java\0', RELEASE, NUL, BUILD, NUL),
            p(NUL, RELEASE, NULS, BUILD, NUL, oneOf('openjdk', 'java')),
          ),
        ),
        package: 'zulu',
        purl: 'generic/azul/zulu',
        cpes: ['azul:zulu'],
      }),
      product({
        class: 'java-binary-openjdk-with-update',
        evidence: anyOf(
          content(OPENJDK, p('java\0', RELEASE, NUL, BUILD_WITH_UPDATE, NUL)),
          content(OPENJDK, p(NUL, RELEASE, NULS, BUILD_WITH_UPDATE, NULS, 'openjdk\0java')),
        ),
        package: 'openjdk',
        purl: 'generic/oracle/openjdk',
        cpes: ['oracle:openjdk'],
        hasUpdate: true,
      }),
      product({
        class: 'java-binary-openjdk',
        evidence: anyContent(NAMED_FIRST, NAMED_LAST),
        package: 'openjdk',
        purl: 'generic/oracle/openjdk',
        cpes: ['oracle:openjdk'],
      }),
      product({
        class: 'java-binary-ibm',
        evidence: allOf(
          OF_IBM,
          content(
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
      product({
        class: 'java-binary-openjdk-fallthrough',
        evidence: content(
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
      product({
        class: 'java-binary-oracle',
        evidence: anyContent(
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
      product({
        ...GRAALVM_CLASS,
        purl: 'generic/oracle/graalvm',
        cpes: ['oracle:graalvm_for_jdk'],
      }),
      product({
        class: 'jdb-binary-openjdk-zulu',
        evidence: allOf(
          IN_ZULU_FOLDER,
          anyContent(
            p(oneOf('java', 'jdb'), NUL, RELEASE, NUL, BUILD, NUL),
            p(NUL, RELEASE, NULS, BUILD, NULS, oneOf('java', 'jdb')),
          ),
        ),
        package: 'zulu',
        purl: 'generic/azul/zulu',
        cpes: ['azul:zulu'],
      }),
      product({
        class: 'java-jdb-binary-openjdk',
        evidence: content(NAMED_FIRST, NAMED_LAST),
        package: 'openjdk',
        purl: 'generic/oracle/openjdk',
        cpes: ['oracle:openjdk'],
      }),
      product({
        class: 'java-sdk-binary-ibm',
        evidence: allOf(
          OF_IBM,
          content(
            p('\0java\0', shortGap(1, 500), NUL, version(DIGITS, run(VERSION_BYTE, 1, 100)), NUL),
          ),
        ),
        package: 'java_sdk',
        purl: 'generic/ibm/java_sdk',
        cpes: ['ibm:java_sdk'],
      }),
      product({
        class: 'java-binary-openjdk-fallthrough',
        evidence: content(OPENJDK, FREE_BUILD),
        package: 'openjdk',
        purl: 'generic/oracle/openjdk',
        cpes: ['oracle:openjdk'],
      }),
      product({
        class: 'java-binary-jdk',
        evidence: content(FREE_BUILD, p('com.sun.tools.example.debug')),
        package: 'jdk',
        purl: 'generic/oracle/jdk',
        cpes: ['oracle:jdk'],
      }),
    ],
  },
];
