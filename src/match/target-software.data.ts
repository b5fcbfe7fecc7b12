/**
 * "Target software" of CPEs in the NVD → package type. Spaces and hyphens are written as
 * underscores.
 *
 * Origin: package types follow Syft's `target_software_to_pkg_type.go`, languages its
 * `syft/pkg/language.go` (Apache-2.0, compared at anchore/syft bf82010f3c38; see NOTICE), which
 * Grype matches with.
 */
export const TYPE_OF_TARGET: ReadonlyMap<string, string> = new Map(
  Object.entries({
    apk: 'alpine apk',
    deb: 'debian dpkg',
    'java-archive':
      'java maven ant gradle jenkins jenkins_ci kafka logstash mule nifi solr spark storm struts tomcat zookeeper log4j',
    npm: 'javascript node nodejs node.js npm yarn apache jquery next.js prismjs',
    conan: 'c c++ c/c++ conan gnu_c++ qt',
    'dart-pub': 'dart',
    rpm: 'redhat rpm redhat_enterprise_linux rhel suse suse_linux opensuse opensuse_linux fedora centos oracle_linux ol',
    hex: 'elixir hex',
    'erlang-otp': 'erlang',
    dotnet: '.net .net_framework asp asp.net dotnet dotnet_framework c# csharp nuget',
    gem: 'ruby gem nokogiri ruby_on_rails',
    'rust-crate': 'rust cargo crates',
    python: 'python pip pypi flask',
    'msrc-kb': 'kb knowledgebase msrc mskb microsoft',
    portage: 'portage gentoo',
    'go-module': 'go golang gomodule',
    'linux-kernel': 'linux_kernel linux z/linux',
    'php-composer': 'php',
    swift: 'swift',
    'wordpress-plugin': 'wordpress wordpress_plugin wordpress_',
    'lua-rocks': 'lua luarocks',
  }).flatMap(([type, targets]) => targets.split(' ').map((target) => [target, type] as const)),
);

/** "Target software" → language, by the name in packages. */
export const LANGUAGE_OF_TARGET: ReadonlyMap<string, string> = new Map(
  Object.entries({
    java: 'maven gradle java-archive java',
    php: 'composer php-composer php',
    go: 'golang go-module go',
    javascript: 'npm javascript nodejs node.js',
    lua: 'luarocks lua',
    python: 'pypi python',
    ruby: 'gem ruby',
    rust: 'cargo rust-crate rust',
    dart: 'pub dart-pub dart',
    dotnet: 'dotnet .net nuget',
    swift: 'cocoapods swift pod',
    swipl: 'swipl swiplpack',
    ocaml: 'ocaml opam',
    'c++': 'conan c++',
    haskell: 'hackage haskell',
    R: 'cran r',
  }).flatMap(([language, targets]) =>
    targets.split(' ').map((target) => [target, language] as const),
  ),
);

/** Targets that are not languages but show that another kind of software is meant. */
export const REFUTING_TARGETS: ReadonlySet<string> = new Set(['joomla', 'joomla!', 'drupal']);

/**
 * Languages whose archives contain software of other ecosystems, so that no target excludes them.
 */
export const MIXED_LANGUAGES: ReadonlySet<string> = new Set(['java']);

/** Package types that are only known by their CPEs. */
export const TYPES_KNOWN_BY_CPE: ReadonlySet<string> = new Set(['', 'UnknownPackage', 'binary']);
