/**
 * Hosts of package registries: a source names packages, never the server that this machine
 * downloads them from.
 */
export const REGISTRY_HOSTS: readonly string[] = [
  'registry.npm' + 'js.org',
  'registry.yarn' + 'pkg.com',
  'files.python' + 'hosted.org',
  'static.crates' + '.io',
  'index.crates' + '.io',
  'proxy.golang' + '.org',
  'sum.golang' + '.org',
  'repo1.maven' + '.org',
  'repo.maven.apache' + '.org',
  'deb.debian' + '.org',
];

/** Directories of the machine on which the code was written. */
export const MACHINE_DIRECTORIES: readonly string[] = ['/wor' + 'k/'];

/** Names of ecosystems, package types and distributions. */
export const ECOSYSTEMS: ReadonlySet<string> = new Set([
  'almalinux',
  'alpine',
  'amazonlinux',
  'amzn',
  'apk',
  'arch',
  'archlinux',
  'azurelinux',
  'bitnami',
  'bottlerocket',
  'cargo',
  'centos',
  'chainguard',
  'cocoapods',
  'composer',
  'conan',
  'conda',
  'cran',
  'deb',
  'debian',
  'dotnet',
  'dpkg',
  'fedora',
  'gem',
  'github-action',
  'go-module',
  'golang',
  'hackage',
  'java',
  'java-archive',
  'jenkins-plugin',
  'mariner',
  'maven',
  'minimos',
  'npm',
  'nuget',
  'opensuse',
  'oracle',
  'oraclelinux',
  'packagist',
  'photon',
  'php-composer',
  'portage',
  'pub',
  'pypi',
  'python',
  'redhat',
  'rhel',
  'rocky',
  'rockylinux',
  'rpm',
  'ruby',
  'rubygems',
  'rust-crate',
  'secureos',
  'sles',
  'suse',
  'swift',
  'ubuntu',
  'wolfi',
  'wordpress-plugin',
]);

/** Names of output formats. */
export const FORMATS: ReadonlySet<string> = new Set([
  'cyclonedx',
  'cyclonedx-json',
  'cyclonedx-xml',
  'grype-json',
  'openvex',
  'sarif',
  'spdx',
  'spdx-json',
  'spdx-tag-value',
  'syft-json',
]);

/** First words of function names: imperatives, and the questions of booleans (is, has, can). */
export const VERBS: ReadonlySet<string> = new Set(
  `
  abort accept acquire adapt add adjust advance aggregate align allow analyze annotate announce
  answer append apply are ask assemble assert assess assign assume attach attest audit authorize
  await backfill begin bind bound break build bump bundle cache calculate call can cancel
  canonicalize capitalize capture carry cast catalog catch change charge check choose chunk claim
  classify clean clear clone close coerce collapse collect color combine commit compact compare
  compile complete compose compress compute concat conclude configure confirm connect consider
  consume contains convert copy corrupt count cover crawl create cut debounce decide declare
  decode decompress decorate deduplicate defer define delay delete deliver denormalize derive
  describe deserialize detach detect determine diff digest discard discover dispatch display
  dispose divide download drain draw drop dump duplicate edit embed emit enable encode end
  enforce enlarge enqueue enrich ensure enter enumerate escape estimate evaluate evict exclude
  execute exists exit expand expect expire explain export expose extend extract fail fetch fill
  filter finalize find finish fit flatten flush fold follow force forget fork format forward
  freeze from gather generate get grade grant group grow guard guess handle has hash hide
  highlight hold hydrate identify ignore implement import imports include includes increment
  indent index infer inflate inherit init initialize inject inline insert inspect install
  instantiate intersect invalidate invert invoke is issue iterate join judge justify keep kill label
  launch lay lead learn leave limit link list listen load locate lock log look lookup lower make
  map mark mask match materialize measure memoize mentions merge migrate minimize mirror mix mock
  mount move multiply mutate name narrow negate nest next normalize note notify number observe
  offer omit on open order overwrite own pack pad page paginate paint pair parse partition pass
  patch peek pick pin pipe place plan poll pop prefer prefix prepare prepend present preserve
  print prioritize process produce profile project promote propagate propose prove provide prune
  publish pull push put qualify query queue quote raise rank rate reach read rebase rebuild
  receive recognize recommend reconcile record recover redact redirect reduce refine refresh
  refuse register reject relate release reload remember remove rename render renew repair repeat
  replace replay report request require reserve reset reshape resize resolve respond restore
  restrict resume resynchronize retain retrieve retry return reuse reverse review revise revoke
  rewrite root rotate round route run sample sanitize save scan schedule score seal search seek
  segment select send separate serialize serve set settle share shift shorten should show shrink
  shuffle sign simplify simulate size skip slice sniff sort spawn spill splice split stage stamp
  start stat step stop store stream strip submit subscribe substitute subtract suggest sum
  summarize suppress swap sweep switch sync tag take tally tap terminate test throttle throw to
  toggle tokenize touch trace track transform translate transpose traverse trim truncate try turn
  unescape uninstall union unite unlink unlock unpack unquote unregister unwrap update upgrade
  upload use validate verify visit wait wake walk warn watch weakens weigh widen will with wrap
  write yield zip
  `
    .trim()
    .split(/\s+/u),
);

/** Last words that make a name a fragment: `toPackage`, not `packageOf`. */
export const PREPOSITIONS: ReadonlySet<string> = new Set(
  'about above after against among as at before below beside between by for from in into of on over to under with within without'.split(
    ' ',
  ),
);

/**
 * Names that follow the standard library and the driver of Kysely, the public `sbom` and
 * `documentText`, the template tag `markup`, and `defined`, which reads as a word of the object that
 * it is spread into.
 */
export const ESTABLISHED_NAMES: ReadonlySet<string> = new Set([
  'at',
  'compareBy',
  'defined',
  'documentText',
  'endsWith',
  'groupBy',
  'indexOf',
  'lastIndexOf',
  'main',
  'markup',
  'of',
  'off',
  'rollbackTransaction',
  'sbom',
  'startsWith',
  'valueOf',
]);
