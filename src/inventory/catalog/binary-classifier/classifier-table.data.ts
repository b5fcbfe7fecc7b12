// Origin: classes, file names, package names and CPEs, and in most cases the text around the
// version, follow Syft's `syft/pkg/cataloger/binary/classifiers.go` (Apache-2.0, compared at
// anchore/syft bf82010f3c38; see NOTICE): its output contains the names of the classes, so ours
// must have the same names. The patterns were rewritten for our matcher, without regular
// expressions, and extended by strings found in real programs; `openssl-library` is ours.

import {
  createByteClass,
  negateClass,
  type Part,
  type Pattern,
  pattern as p,
} from '../../../foundation/bytes/pattern/pattern.ts';
import {
  DASHED_STAGE,
  DIGIT,
  DIGITS,
  digits,
  dotted,
  gap,
  LETTER_OR_DIGIT,
  LOWER_OR_DIGIT,
  line,
  maybe,
  NOT_DIGIT,
  NOT_SPACE,
  NUL,
  NULS,
  one,
  oneOf,
  run,
  SPACE,
  STAGE,
  shortGap,
  VERSION_BYTE,
  version,
  version3,
} from '../../../foundation/bytes/pattern/version-parts.ts';
import {
  type Classifier,
  type Evidence,
  matchAll,
  matchAny,
  matchAnyContent,
  matchContent,
} from './evidence.ts';
import { ENVOY, GRAFANA, GRAFANA_SERVER, INGRESS_NGINX, ISTIO } from './go-evidence.data.ts';
import { JAVA_CLASSIFIERS } from './java-classifiers.data.ts';
import { createClassifier, createProduct } from './product.ts';

const HEX40 = run(LOWER_OR_DIGIT, 40, 40);
const WORD = createByteClass('0-9A-Za-z_');
/** `-alpha.1`, `-beta.2` or `-rc.3`, or nothing. */
const HELM_STAGE = maybe('-', oneOf('alpha', 'beta', 'rc'), '.', one(DIGIT));

const PYTHON_CPES = ['python_software_foundation:python', 'python:python'];

/**
 * Python contains its version as a separate string that begins with the version in the file name.
 */
function createPythonPattern(release: string): Pattern {
  return p(NUL, version(release, run(VERSION_BYTE, 0, 100)), NUL);
}

const LIBPYTHON: Evidence = {
  kind: 'named',
  findPattern: (name) => {
    const release = /^libpython([0-9]+(?:\.[0-9]+)+)[a-z]?\.so/.exec(name)?.[1];
    return release === undefined ? undefined : createPythonPattern(release);
  },
};

const PYTHON_PROGRAM: Evidence = {
  kind: 'named',
  findPattern: (name) => {
    const release = /^python([0-9]+(?:\.[0-9]+)+)$/.exec(name)?.[1];
    return release === undefined ? undefined : createPythonPattern(release);
  },
};

/** Such as `ruby 3.4.0preview1 (2024-05-16 …`. */
const RUBY = matchContent(
  p('ruby ', version3(maybe(oneOf('preview', 'p', 'rc', 'dev'), digits(0))), ' '),
);

const ERLANG_SUFFIX = maybe('-rc', one(DIGIT));
const ERLANG_PATHS = [
  p('/src/otp_src_', version(...dotted(2, 4), ERLANG_SUFFIX), '/erts/'),
  p('/usr/local/src/otp-', version(...dotted(2, 4), ERLANG_SUFFIX), '/erts/'),
];
const ERLANG_CPES = ['erlang:erlang/otp'];

const MYSQL_VERSION = version(...dotted(1, 3), STAGE);
const FULL_MYSQL_VERSION = version3(STAGE);

/**
 * The path of the build contains the release in a directory name. Other paths may contain a branch
 * there, such as `8.0`: a full version is preferred.
 */
function createBuildPathPatterns(folder: string): Pattern[] {
  return [p(folder, FULL_MYSQL_VERSION), p(folder, MYSQL_VERSION)];
}

const MYSQL_CPES = ['oracle:mysql'];
const MYSQL_SERVER_CPES = ['oracle:mysql', 'oracle:mysql_server'];
const MYSQL_CLUSTER_PATH = matchContent(p('/mysql-cluster-gpl-', MYSQL_VERSION, '/'));

/** Strings in a Go program have no separator. */
const ELASTIC_BEAT = matchAnyContent(
  p('Test ', version3(), one(createByteClass('a-z%'))),
  p('plugin', maybe('output'), version3(), one(createByteClass('-a-z'))),
  p('5m.rate', version3(), '-'),
);

const GO_TEXT = p(
  'go',
  version(
    ...dotted(2),
    oneOf(
      ['.', DIGITS],
      [oneOf('beta', 'alpha', 'rc'), DIGITS],
      ['-', run(createByteClass('_0-9a-z'), 1, 100)],
      [],
    ),
  ),
);

/**
 * If SOURCE_DATE_EPOCH is set, the build ID has its value, in seconds since 1970, in place of the
 * host name, and no commit. Redis, `mkreleasehdr.sh`.
 */
const REDIS_WITHOUT_HOST = p(
  one(NOT_DIGIT),
  version(digits(1, 2), '.', digits(1, 2), '.', digits(1, 2)),
  '1',
  digits(9, 9),
  '000000000',
  NUL,
);
const FFMPEG_TEXT = p('FFmpeg version ', version(...dotted(2, 3)));
const RUST_COMMIT: readonly Part[] = [
  ' (',
  run(WORD, 1, 40),
  ' ',
  digits(4, 4),
  '-',
  digits(2, 2),
  '-',
  digits(2, 2),
  ')',
];
const ELIXIR_SUFFIX = maybe('-', run(LOWER_OR_DIGIT, 1, 20), maybe('.', DIGITS));

function createElasticBeat(name: string): Classifier {
  return createClassifier({
    class: `${name}-binary`,
    files: [name],
    evidence: ELASTIC_BEAT,
    package: name,
    cpes: [`elastic:${name}`],
  });
}

function createMysqlClusterProgram(name: string): Classifier {
  return createClassifier({
    class: `${name}-binary`,
    files: [name],
    evidence: MYSQL_CLUSTER_PATH,
    package: 'mysql-cluster',
    cpes: ['oracle:mysql_cluster'],
  });
}

/** In order of precedence: if two classifiers match, the first one counts. */
export const CLASSIFIERS: readonly Classifier[] = [
  createClassifier({
    class: 'python-binary',
    files: ['python*'],
    evidence: matchAny(
      {
        kind: 'library',
        imported: /^libpython[0-9]+(?:\.[0-9]+)+[a-z]?\.so/,
        file: 'libpython*.so*',
        evidence: LIBPYTHON,
      },
      PYTHON_PROGRAM,
    ),
    package: 'python',
    cpes: PYTHON_CPES,
  }),
  createClassifier({
    class: 'python-binary-lib',
    files: ['libpython*.so*'],
    evidence: LIBPYTHON,
    package: 'python',
    cpes: PYTHON_CPES,
  }),
  createClassifier({
    class: 'pypy-binary-lib',
    files: ['libpypy*.so*'],
    evidence: matchContent(p('[PyPy ', version3())),
    package: 'pypy',
  }),
  createClassifier({
    class: 'go-binary',
    files: ['go', 'go.exe'],
    evidence: matchAny(
      matchContent(
        p(
          'go',
          version(...dotted(2), oneOf(['.', DIGITS], [oneOf('beta', 'alpha', 'rc'), DIGITS], [])),
          NUL,
        ),
      ),
      { kind: 'beside', file: 'VERSION*', levelsUp: [0, 1], evidence: matchContent(GO_TEXT) },
    ),
    package: 'go',
    cpes: ['golang:go'],
  }),
  createClassifier({
    class: 'julia-binary',
    files: ['libjulia-internal.so'],
    evidence: matchAnyContent(
      p('\0__init__\0', version3(DASHED_STAGE), NUL, oneOf('branch', 'verify_methods')),
      p(version3(DASHED_STAGE), '\0branch\0'),
      p('\0verify_methods\0', line(0, 30), NUL, version3(DASHED_STAGE), '\0BigInt'),
      p(NUL, version3(DASHED_STAGE), '\0julia version'),
    ),
    package: 'julia',
    cpes: ['julialang:julia'],
  }),
  createClassifier({
    class: 'julia-binary',
    files: ['julia'],
    evidence: {
      kind: 'library',
      imported: /^libjulia\.so(?:\.[0-9])?(?:\.[0-9])?$/,
      file: 'libjulia.so*',
      evidence: matchAnyContent(
        p(NUL, version3(DASHED_STAGE), '\0julia version'),
        p('\0#kw#\0', version3(DASHED_STAGE), NUL, oneOf('BigInt', '_require_dependencies')),
        p('\0ObjectIdDict\0', version3(DASHED_STAGE), '\0jl_sysimg_cpu_target'),
        p('\0require\0', version3(DASHED_STAGE), '\0core2'),
      ),
    },
    package: 'julia',
    cpes: ['julialang:julia'],
  }),
  createClassifier({
    class: 'helm',
    files: ['helm'],
    evidence: matchAnyContent(
      p('\0v', version3(HELM_STAGE), '\0\0'),
      p('v', version3(HELM_STAGE), NULS, line(1, 500), 'go', ...dotted(3), NUL),
      p('\0v', version3(HELM_STAGE), NUL),
      p('@v', version3(HELM_STAGE), NUL),
    ),
    package: 'helm',
    purl: 'golang/helm.sh/helm',
    cpes: ['helm:helm'],
  }),
  createClassifier({
    class: 'redis-binary',
    files: ['redis-server'],
    evidence: matchAll(
      { kind: 'path', pattern: /\/valkey-server$/, isNegated: true },
      matchAnyContent(
        p(one(NOT_DIGIT), version3(), 'buildkitsandbox-', DIGITS),
        p(one(NOT_DIGIT), version3(), run(WORD, 12, 12), '-', DIGITS),
        p('Redis version ', version3()),
        REDIS_WITHOUT_HOST,
      ),
    ),
    package: 'redis',
    cpes: ['redislabs:redis', 'redis:redis'],
  }),
  createClassifier({
    class: 'valkey-binary',
    files: ['valkey-server'],
    evidence: matchContent(p(one(NOT_DIGIT), version3(), 'buildkitsandbox-', DIGITS)),
    package: 'valkey',
    cpes: ['lfprojects:valkey', 'linuxfoundation:valkey', 'valkey-io:valkey'],
  }),
  createClassifier({
    class: 'nodejs-binary',
    files: ['node'],
    evidence: matchAnyContent(
      p(
        NUL,
        maybe('node '),
        'v',
        version(one(createByteClass('0456')), '.', DIGITS, '.', DIGITS),
        NUL,
      ),
      p('node.js/v', version3()),
    ),
    package: 'node',
    cpes: ['nodejs:node.js'],
  }),
  createClassifier({
    class: 'busybox-binary',
    files: ['busybox'],
    evidence: matchContent(p('BusyBox', run(SPACE, 1, 10), 'v', version3())),
    package: 'busybox',
    cpes: ['busybox:busybox'],
  }),
  createClassifier({
    class: 'util-linux-binary',
    files: ['getopt'],
    evidence: matchContent(p('\0util-linux', one(SPACE), version3(), NUL)),
    package: 'util-linux',
    cpes: ['kernel:util-linux'],
  }),
  createClassifier({
    class: 'haproxy-binary',
    files: ['haproxy'],
    evidence: matchAnyContent(
      p(
        'version ',
        version(DIGITS, '.', DIGITS, oneOf('.', '-dev', '-rc'), DIGITS),
        maybe('-', run(LOWER_OR_DIGIT, 7, 7)),
        ', released 20',
      ),
      p('HA-Proxy version ', version(DIGITS, '.', DIGITS, oneOf('.', '-dev'), DIGITS)),
      p(
        version(DIGITS, '.', DIGITS, oneOf('.', '-dev'), DIGITS),
        '-',
        run(LETTER_OR_DIGIT, 7, 7),
        line(1, 500),
        'HAProxy version',
      ),
    ),
    package: 'haproxy',
    cpes: ['haproxy:haproxy'],
  }),
  createClassifier({
    class: 'perl-binary',
    files: ['perl'],
    evidence: matchAnyContent(
      p('/usr/local/lib/perl', one(DIGIT), '/', version3()),
      // Output of `perl -v`, because distributions move modules to other directories.
      p(NUL, 'v', version('5.', DIGITS, '.', DIGITS), NUL),
    ),
    package: 'perl',
    cpes: ['perl:perl'],
  }),
  createClassifier({
    class: 'php-composer-binary',
    files: ['composer*'],
    evidence: matchContent(
      p(
        "'pretty_version'",
        run(SPACE, 0, 20),
        '=>',
        run(SPACE, 0, 20),
        "'",
        version3(maybe(oneOf('beta', 'alpha', 'RC'), DIGITS)),
        "'",
      ),
    ),
    package: 'composer',
    cpes: ['getcomposer:composer'],
  }),
  createClassifier({
    class: 'httpd-binary',
    files: ['httpd'],
    evidence: matchContent(p('Apache/', version3())),
    package: 'httpd',
    cpes: ['apache:http_server'],
  }),
  createClassifier({
    class: 'memcached-binary',
    files: ['memcached'],
    evidence: matchContent(p('memcached', one(SPACE), version3())),
    package: 'memcached',
    cpes: ['memcached:memcached'],
  }),
  createClassifier({
    class: 'traefik-binary',
    files: ['traefik'],
    evidence: matchContent(
      p(
        oneOf([NUL, maybe('v')], [one(createByteClass('\u0080-\u00ff')), line(0, 1)]),
        version3(DASHED_STAGE),
        NUL,
      ),
    ),
    package: 'traefik',
    cpes: ['traefik:traefik'],
  }),
  createClassifier({
    class: 'arangodb-binary',
    files: ['arangosh'],
    evidence: matchContent(
      p(version3(maybe('-', DIGITS)), one(SPACE), maybe('enterprise', one(SPACE)), '[linux]'),
    ),
    package: 'arangodb',
    cpes: ['arangodb:arangodb'],
  }),
  createClassifier({
    class: 'postgresql-binary',
    files: ['postgres'],
    evidence: matchContent(
      p(one(createByteClass('\0?')), 'PostgreSQL ', version(...dotted(1, 3), STAGE)),
    ),
    package: 'postgresql',
    cpes: ['postgresql:postgresql'],
  }),
  createClassifier({
    class: 'mysql-binary',
    files: ['mysql'],
    evidence: matchAnyContent(
      p(NUL, MYSQL_VERSION, NULS, 'mysql'),
      ...createBuildPathPatterns('/mysql-'),
    ),
    package: 'mysql',
    cpes: MYSQL_CPES,
  }),
  createClassifier({
    class: 'mysql-binary',
    files: ['mysql'],
    evidence: matchAnyContent(...createBuildPathPatterns('/percona-server-')),
    package: 'percona-server',
    cpes: [...MYSQL_CPES, 'percona:percona_server'],
  }),
  createClassifier({
    class: 'mysql-binary',
    files: ['mysql'],
    evidence: matchAnyContent(...createBuildPathPatterns('/Percona-XtraDB-Cluster-')),
    package: 'percona-xtradb-cluster',
    cpes: [...MYSQL_CPES, 'percona:percona_server', 'percona:xtradb_cluster'],
  }),
  // MySQL Cluster before 8.0 has two versions, such as `5.7.33-ndb-7.5.21`: this is the server's.
  createClassifier({
    class: 'mysqld-mysql-cluster-legacy-binary',
    files: ['mysqld'],
    evidence: matchContent(p('cluster-gpl\0', version(...dotted(1, 3)), '-ndb-', ...dotted(1, 3))),
    package: 'mysql-server',
    cpes: MYSQL_SERVER_CPES,
  }),
  {
    files: ['mysqld'],
    products: [
      createProduct({
        class: 'mysqld-mysql-cluster-legacy-binary',
        evidence: matchContent(
          p('cluster-gpl\0', ...dotted(1, 3), '-ndb-', version(...dotted(1, 3))),
        ),
        package: 'mysql-cluster',
        cpes: ['oracle:mysql_cluster'],
      }),
      createProduct({
        class: 'mysqld-mysql-cluster-binary',
        evidence: MYSQL_CLUSTER_PATH,
        package: 'mysql-cluster',
        cpes: [...MYSQL_SERVER_CPES, 'oracle:mysql_cluster'],
      }),
      createProduct({
        class: 'mysqld-mysql-server-binary',
        evidence: matchContent(p('/mysql-', MYSQL_VERSION, '/')),
        package: 'mysql-server',
        cpes: MYSQL_SERVER_CPES,
      }),
    ],
  },
  createMysqlClusterProgram('ndbd'),
  createMysqlClusterProgram('ndbmtd'),
  createMysqlClusterProgram('ndb_mgmd'),
  createClassifier({
    class: 'xtrabackup-binary',
    files: ['xtrabackup'],
    evidence: matchAnyContent(...createBuildPathPatterns('/percona-xtrabackup-')),
    package: 'percona-xtrabackup',
    cpes: ['percona:xtrabackup'],
  }),
  createClassifier({
    class: 'mariadb-binary',
    files: ['mariadb', 'mysql'],
    evidence: matchAnyContent(
      p(MYSQL_VERSION, '-MariaDB'),
      // The vendor's builds contain the name of the release only in the build path.
      p(one(createByteClass('\n/')), 'mariadb-', MYSQL_VERSION, '-'),
    ),
    package: 'mariadb',
    cpes: ['mariadb:mariadb'],
  }),
  createClassifier({
    class: 'rust-standard-library-linux',
    files: ['libstd-????????????????.so'],
    evidence: matchContent(
      p('\0clang LLVM (rustc version ', version(...dotted(2, 3)), ...RUST_COMMIT),
    ),
    package: 'rust',
    cpes: ['rust-lang:rust'],
  }),
  createClassifier({
    class: 'rust-standard-library-macos',
    files: ['libstd-????????????????.dylib'],
    evidence: matchContent(p('c ', version(...dotted(2, 3)), ...RUST_COMMIT)),
    package: 'rust',
    cpes: ['rust-lang:rust'],
  }),
  createClassifier({
    class: 'ruby-binary',
    files: ['ruby'],
    evidence: matchAny(RUBY, {
      kind: 'library',
      imported: /^libruby\.so/,
      file: 'libruby.so*',
      evidence: RUBY,
    }),
    package: 'ruby',
    cpes: ['ruby-lang:ruby'],
  }),
  createClassifier({
    class: 'erlang-binary',
    files: ['erlexec'],
    evidence: matchAnyContent(...ERLANG_PATHS),
    package: 'erlang',
    cpes: ERLANG_CPES,
  }),
  createClassifier({
    class: 'erlang-alpine-binary',
    files: ['beam.smp'],
    evidence: matchAnyContent(
      ...ERLANG_PATHS,
      p(NUL, version(...dotted(2, 4), ERLANG_SUFFIX), NULS, 'Erlang/OTP'),
      p('Erlang/OTP', gap(1, 150), NUL, version(...dotted(2, 4), ERLANG_SUFFIX), NUL),
    ),
    package: 'erlang',
    cpes: ERLANG_CPES,
  }),
  createClassifier({
    class: 'erlang-library',
    files: ['liberts_internal.a'],
    evidence: matchAnyContent(...ERLANG_PATHS),
    package: 'erlang',
    cpes: ERLANG_CPES,
  }),
  createClassifier({
    class: 'swipl-binary',
    files: ['swipl'],
    evidence: matchContent(p('swipl-', version3(), '/')),
    package: 'swipl',
    cpes: ['swi-prolog:swi-prolog'],
  }),
  createClassifier({
    class: 'dart-binary',
    files: ['dart'],
    evidence: matchContent(p(NUL, version3(maybe('-', DIGITS, maybe('.', DIGITS), '.beta')), ' ')),
    package: 'dart',
    cpes: ['dart:dart_software_development_kit'],
  }),
  createClassifier({
    class: 'deno-binary',
    files: ['deno'],
    evidence: matchAnyContent(
      p('Deno/', version3(), oneOf('Deno/', 'cli/')),
      p('Deno/', version3()),
      p('deno-canary/', HEX40, version3()),
      p('deno-', HEX40, 'release/v', version3()),
      p('deno-', HEX40, version3()),
      p(version3(), HEX40, 'DENO'),
    ),
    package: 'deno',
    cpes: ['deno:deno'],
  }),
  createClassifier({
    class: 'bun-binary',
    files: ['bun'],
    evidence: matchAnyContent(
      p(one(createByteClass('Bb')), 'un ', maybe('v'), version3()),
      p('bun-', version3()),
    ),
    package: 'bun',
    cpes: ['oven-sh:bun'],
    hasGuessedCpes: true,
  }),
  createClassifier({
    class: 'haskell-ghc-binary',
    files: ['ghc*'],
    evidence: matchAnyContent(
      p('\0GHC ', version3(), NUL),
      p(
        '\0libHSghc-',
        version3(),
        '-',
        maybe(run(LETTER_OR_DIGIT, 1, 100), '-'),
        'ghc',
        ...dotted(3),
        '.so\0',
      ),
    ),
    package: 'haskell/ghc',
    cpes: ['haskell:ghc'],
    hasGuessedCpes: true,
  }),
  createClassifier({
    class: 'haskell-cabal-binary',
    files: ['cabal'],
    evidence: matchAnyContent(
      p('\0Cabal-', version(...dotted(3, 4)), '-'),
      p(
        NUL,
        line(0, 50),
        'cabal-install-',
        version(...dotted(3, 4)),
        '-',
        run(LETTER_OR_DIGIT, 1, 100),
        NUL,
      ),
    ),
    package: 'haskell/cabal',
    cpes: ['haskell:cabal'],
    hasGuessedCpes: true,
  }),
  createClassifier({
    class: 'haskell-stack-binary',
    files: ['stack'],
    evidence: matchContent(
      p('Version', run(SPACE, 0, 20), version3(), ',', run(SPACE, 0, 20), 'Git'),
    ),
    package: 'haskell/stack',
    cpes: ['haskell:stack'],
    hasGuessedCpes: true,
  }),
  createClassifier({
    class: 'consul-binary',
    files: ['consul'],
    evidence: matchAnyContent(
      p('CONSUL_VERSION: ', version3()),
      p('GitDescribe=', version3(), '"'),
      p('\0v', version3(), NUL),
    ),
    package: 'consul',
    purl: 'golang/github.com/hashicorp/consul',
    cpes: ['hashicorp:consul'],
  }),
  createClassifier({
    class: 'hashicorp-vault-binary',
    files: ['vault'],
    evidence: matchAnyContent(
      p('revoke', version3()),
      p('state', version3('-rc', one(DIGIT))),
      p('016x', version('1.1', one(createByteClass('134')), '.', digits(1, 2))),
      p(NUL, version('1.', one(DIGIT), run(createByteClass('01'), 0, 1), '.', DIGITS), NUL),
    ),
    package: 'github.com/hashicorp/vault',
    purl: 'golang/github.com/hashicorp/vault',
    cpes: ['hashicorp:vault'],
  }),
  // OpenResty appends its own number to the version of nginx, which is left out.
  createClassifier({
    class: 'nginx-binary',
    files: ['nginx'],
    evidence: matchContent(
      p(
        one(createByteClass('\0?')),
        'nginx version: ',
        run(negateClass(createByteClass('/')), 1, 100),
        '/',
        version3(maybe('+', DIGITS), maybe('-', DIGITS)),
      ),
    ),
    package: 'nginx',
    cpes: ['f5:nginx', 'nginx:nginx'],
  }),
  createClassifier({
    class: 'bash-binary',
    files: ['bash'],
    evidence: matchContent(
      p('@(#)Bash version ', version3(), '(', one(DIGIT), ') ', run(LOWER_OR_DIGIT, 1, 40), ' GNU'),
    ),
    package: 'bash',
    cpes: ['gnu:bash'],
  }),
  {
    files: ['openssl'],
    products: [
      createProduct({
        class: 'openssl-binary-aws-lc',
        evidence: matchContent(p('AWS-LC ', version3(), ')\0')),
        package: 'aws-lc',
        cpes: ['amazon:aws_libcrypto'],
      }),
      createProduct({
        class: 'openssl-binary',
        evidence: matchContent(
          p('\0OpenSSL ', version3(oneOf([run(createByteClass('a-z'), 1, 10)], [DASHED_STAGE]))),
        ),
        package: 'openssl',
        cpes: ['openssl:openssl'],
      }),
    ],
  },
  createClassifier({
    class: 'openssl-library',
    files: ['libcrypto*'],
    evidence: matchContent(
      p('\0OpenSSL ', version3(oneOf([run(createByteClass('a-z'), 1, 10)], [DASHED_STAGE])), ' '),
    ),
    package: 'openssl',
    cpes: ['openssl:openssl'],
  }),
  createClassifier({
    class: 'openldap-search-binary',
    files: ['ldapsearch'],
    evidence: matchContent(p('$OpenLDAP:', one(SPACE), 'ldapsearch', one(SPACE), version3())),
    package: 'openldap',
    cpes: ['openldap:openldap'],
  }),
  createClassifier({
    class: 'qt-qtbase-lib',
    files: ['libQt*Core.so*'],
    evidence: matchAnyContent(
      p('\0\0Qt ', version3(), ' ('),
      p('QtCore library version ', version3()),
    ),
    package: 'qtbase',
    cpes: ['qt:qt', 'qt:qtbase'],
  }),
  createClassifier({
    class: 'gcc-binary',
    files: ['gcc'],
    evidence: matchContent(p('GCC: (GNU) ', version3())),
    package: 'gcc',
    cpes: ['gnu:gcc'],
  }),
  createClassifier({
    class: 'fluent-bit-binary',
    files: ['fluent-bit'],
    evidence: matchContent(
      p(NUL, version3(), NUL, oneOf('\u001b[1m\0', '\0\0', NUL, []), maybe('%s'), 'Fluent'),
    ),
    package: 'fluent-bit',
    purl: 'github/fluent/fluent-bit',
    cpes: ['treasuredata:fluent_bit'],
  }),
  createClassifier({
    class: 'wordpress-cli-binary',
    files: ['wp'],
    evidence: matchContent(p('wp-cli/wp-cli ', version3())),
    package: 'wp-cli',
    cpes: ['wp-cli:wp-cli'],
  }),
  createClassifier({
    class: 'curl-binary',
    files: ['curl'],
    evidence: matchContent(p('curl/', version3())),
    package: 'curl',
    cpes: ['haxx:curl'],
  }),
  createClassifier({
    class: 'lighttpd-binary',
    files: ['lighttpd'],
    evidence: matchContent(p('\0lighttpd/', version3(), NUL)),
    package: 'lighttpd',
    cpes: ['lighttpd:lighttpd'],
  }),
  createClassifier({
    class: 'proftpd-binary',
    files: ['proftpd'],
    evidence: matchContent(
      p('\0ProFTPD Version ', version3(run(createByteClass('a-z'), 0, 1)), NUL),
    ),
    package: 'proftpd',
    cpes: ['proftpd:proftpd'],
  }),
  createClassifier({
    class: 'zstd-binary',
    files: ['zstd'],
    evidence: matchContent(p('\0v', version3(), NUL)),
    package: 'zstd',
    cpes: ['facebook:zstandard'],
  }),
  createClassifier({
    class: 'xz-binary',
    files: ['xz'],
    evidence: matchContent(p('\0xz (XZ Utils) ', version3(), NUL)),
    package: 'xz',
    cpes: ['tukaani:xz'],
  }),
  // The version is a string of only two numbers, so a string that is unique to this program must
  // exist, too.
  createClassifier({
    class: 'gzip-binary',
    files: ['gzip'],
    evidence: matchContent(p('%s: %s: not in gzip format'), p(NUL, version(...dotted(2)), NUL)),
    package: 'gzip',
    cpes: ['gnu:gzip'],
  }),
  createClassifier({
    class: 'sqlcipher-binary',
    files: ['sqlcipher'],
    evidence: matchContent(p(one(NOT_DIGIT), NUL, version3(), NUL), p('sqlcipher_')),
    package: 'sqlcipher',
    cpes: ['zetetic:sqlcipher'],
  }),
  createClassifier({
    class: 'jq-binary',
    files: ['jq'],
    evidence: matchContent(
      p(NUL, version(digits(1, 3), '.', digits(1, 3), maybe('.', DIGITS)), NUL),
      p('jq: error'),
    ),
    package: 'jq',
    cpes: ['jqlang:jq'],
  }),
  createClassifier({
    class: 'chrome-binary',
    files: ['chrome'],
    evidence: matchContent(p(NUL, version(...dotted(4)), '\0Default')),
    package: 'chrome',
    cpes: ['google:chrome'],
    hasGuessedCpes: true,
  }),
  createClassifier({
    class: 'firefox-binary',
    files: ['firefox', 'firefox.exe'],
    evidence: {
      kind: 'beside',
      file: 'application.ini',
      levelsUp: [0],
      evidence: matchContent(
        p(
          '\nName=Firefox',
          shortGap(0, 500),
          '\nVersion=',
          version(...dotted(2, 6), maybe(one(createByteClass('A-Za-z')), run(VERSION_BYTE, 0, 40))),
          oneOf('\r\n', '\n', [{ end: true }]),
        ),
      ),
    },
    package: 'firefox',
    cpes: ['mozilla:firefox'],
    hasGuessedCpes: true,
  }),
  createClassifier({
    class: 'ffmpeg-binary',
    files: ['ffmpeg'],
    evidence: matchContent(p('%s version ', version(...dotted(2, 3)))),
    package: 'ffmpeg',
    cpes: ['ffmpeg:ffmpeg'],
  }),
  createClassifier({
    class: 'ffmpeg-library',
    files: ['libav*'],
    evidence: matchAll(
      // Plug-ins of VLC are called libavcodec_plugin.so and contain the versions that they were
      // compiled with.
      { kind: 'path', pattern: /\/libav[a-z]+[-.][^/]*$/, isNegated: false },
      matchAnyContent(FFMPEG_TEXT, p('Lavc', version3()), p('Lavf', version3())),
    ),
    package: 'ffmpeg',
    cpes: ['ffmpeg:ffmpeg'],
  }),
  createClassifier({
    class: 'ffmpeg-library',
    files: ['libswresample*'],
    evidence: matchContent(FFMPEG_TEXT),
    package: 'ffmpeg',
    cpes: ['ffmpeg:ffmpeg'],
  }),
  createClassifier({
    class: 'elixir-binary',
    files: ['elixir'],
    evidence: matchContent(p('ELIXIR_VERSION=', version3(ELIXIR_SUFFIX))),
    package: 'elixir',
    cpes: ['elixir-lang:elixir'],
  }),
  createClassifier({
    class: 'elixir-library',
    files: ['elixir/ebin/elixir.app'],
    evidence: matchContent(p('{vsn,"', version3(ELIXIR_SUFFIX), '"}')),
    package: 'elixir',
    cpes: ['elixir-lang:elixir'],
  }),
  ...['pilot-discovery', 'pilot-agent'].map((name) =>
    createClassifier({
      class: 'istio-binary',
      files: [name],
      evidence: ISTIO,
      package: name,
      purl: 'generic/istio',
      cpes: ['istio:istio'],
    }),
  ),
  createClassifier({
    class: 'grafana-binary',
    files: ['grafana'],
    evidence: GRAFANA,
    package: 'grafana',
    cpes: ['grafana:grafana'],
  }),
  createClassifier({
    class: 'grafana-binary',
    files: ['grafana-server'],
    evidence: GRAFANA_SERVER,
    package: 'grafana',
    cpes: ['grafana:grafana'],
  }),
  createClassifier({
    class: 'envoy-binary',
    files: ['envoy'],
    evidence: ENVOY,
    package: 'envoy',
    cpes: ['envoyproxy:envoy'],
  }),
  createClassifier({
    class: 'mongodb-binary',
    files: ['mongod'],
    evidence: matchAnyContent(
      p(version3(), '\0tcmalloc'),
      p(version3(), NULS, 'heap_size'),
      p(version3(), NULS, 'cppdefines'),
    ),
    package: 'mongodb',
    cpes: ['mongodb:mongodb'],
  }),
  createClassifier({
    class: 'ingress-nginx-binary',
    files: ['nginx-ingress-controller'],
    evidence: INGRESS_NGINX,
    package: 'nginx-ingress-controller',
    cpes: ['kubernetes:ingress-nginx'],
  }),
  ...['filebeat', 'metricbeat', 'heartbeat', 'packetbeat', 'auditbeat'].map(createElasticBeat),
  createClassifier({
    class: 'elastic-agent-binary',
    files: ['elastic-agent'],
    evidence: matchAnyContent(
      p('enroll', maybe(': true'), version3(), maybe('-'), 'header'),
      p('PM', version3(), ':https'),
    ),
    package: 'elastic-agent',
    cpes: ['elastic:elastic_agent'],
  }),
  createClassifier({
    class: 'krb5-library',
    files: ['libkrb5.so*'],
    evidence: matchContent(
      p(
        '\0KRB5_BRAND:',
        run(SPACE, 1, 20),
        'krb5-',
        run(NOT_SPACE, 1, 100),
        run(SPACE, 1, 20),
        version(...dotted(2, 3)),
        oneOf([one(SPACE)], [{ end: true }]),
      ),
    ),
    package: 'krb5',
    cpes: ['mit:kerberos_5'],
  }),
  createClassifier({
    class: 'heimdal-krb5-library',
    files: ['libkrb5.so*'],
    evidence: matchContent(
      p(
        '$Version:',
        run(SPACE, 1, 20),
        'Heimdal',
        run(SPACE, 1, 20),
        version(...dotted(2, 3)),
        oneOf([one(SPACE)], [{ end: true }]),
      ),
    ),
    package: 'heimdal-krb5',
    cpes: ['heimdal_project:heimdal'],
  }),
  ...JAVA_CLASSIFIERS,
];
