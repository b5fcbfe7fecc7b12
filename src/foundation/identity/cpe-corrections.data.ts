/**
 * Vendors and products that packages have in the CPE dictionary but that cannot be derived from
 * their names, and names that would lead to another product. By package type and package name.
 *
 * Origin: the rows come from Syft's tables `defaultCandidateAdditions` and
 * `defaultCandidateRemovals` in `candidate_by_package_type.go` (Apache-2.0, compared at
 * anchore/syft bf82010f3c38; see NOTICE). Values that our rules or the CPE dictionary yield anyway
 * are not repeated. Mistakes are corrected: `swipl` was `erlang/otp`, and `consul` was `consule`.
 */
export interface CpeCorrection {
  readonly addProducts?: readonly string[];
  readonly addVendors?: readonly string[];
  readonly dropProducts?: readonly string[];
  readonly dropVendors?: readonly string[];
}

/**
 * A name that ends with `*` matches all names with this beginning that have no row of their own.
 */
type Corrections<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** For dropped values, a CVE of the other product with that name. */
export interface ProvenCorrection extends CpeCorrection {
  readonly cve?: string;
}

/**
 * Rows proven by primary data: an added value yields a CPE in the configurations of a CVE or in
 * NVD's dictionary; a dropped value is in the configuration of the CVE that the row names.
 * `test/conformance/data-origins.test.ts` looks each of them up.
 */
export const PROVEN_CORRECTIONS: Corrections<ProvenCorrection> = {
  apk: {
    apache: { addProducts: ['http_server'] },
    bind: { addVendors: ['isc'] },
    chromium: { addProducts: ['chrome'], addVendors: ['google'] },
    curl: { addVendors: ['haxx'] },
    dnsmasq: { addVendors: ['thekelleys'] },
    firefox: { addVendors: ['mozilla'] },
    'firefox-esr': { addVendors: ['mozilla'] },
    ghostscript: { addVendors: ['artifex'] },
    git: { addVendors: ['git-scm'] },
    glib: { addVendors: ['gnome'] },
    glibc: { addVendors: ['gnu'] },
    go: { addVendors: ['golang'] },
    musl: { addVendors: ['musl-libc'] },
    nodejs: { addProducts: ['node.js'] },
    'nodejs-current': { addProducts: ['node.js'] },
    openjdk: { addVendors: ['oracle'] },
    openjpeg: { addVendors: ['uclouvain'] },
    podofo: { addVendors: ['podofo_project'] },
    ruby: { addVendors: ['ruby-lang'] },
    thunderbird: { addVendors: ['mozilla'] },
    tiff: { addProducts: ['libtiff'] },
    'xorg-server': { addProducts: ['x_server'], addVendors: ['x.org'] },
  },
  binary: {
    composer: { addVendors: ['getcomposer'] },
    consul: { addVendors: ['hashicorp'] },
    curl: { addVendors: ['haxx'] },
    'fluent-bit': { addVendors: ['treasuredata'] },
    go: { addVendors: ['golang'] },
    httpd: { addProducts: ['http_server'], addVendors: ['apache'] },
    libphp: { addProducts: ['php'] },
    mysql: { addVendors: ['oracle'] },
    nginx: { addVendors: ['f5'] },
    node: { addProducts: ['node.js'] },
    'percona-server': { addProducts: ['mysql'], addVendors: ['oracle'] },
    'percona-xtradb-cluster': { addProducts: ['mysql'], addVendors: ['oracle'] },
    'php-cli': { addProducts: ['php'] },
    'php-fpm': { addProducts: ['php'] },
    redis: { addVendors: ['redislabs'] },
    ruby: { addVendors: ['ruby-lang'] },
    rust: { addVendors: ['rust-lang'] },
    'util-linux': { addVendors: ['kernel'] },
  },
  conan: {
    libxml2: { addVendors: ['xmlsoft'] },
  },
  deb: {
    dnsmasq: { addVendors: ['thekelleys'] },
  },
  gem: {
    'Arabic-Prawn': { addProducts: ['arabic_prawn'] },
    VladTheEnterprising: { addProducts: ['vladtheenterprising'] },
    'bio-basespace-sdk': { addProducts: ['basespace_ruby_sdk'] },
    cgi: { addVendors: ['ruby-lang'] },
    cremefraiche: { addProducts: ['creme_fraiche'] },
    date: { addVendors: ['ruby-lang'] },
    openssl: { addVendors: ['ruby-lang'] },
    rake: { addVendors: ['ruby-lang'] },
    rdoc: { addVendors: ['ruby-lang'] },
    redis: { dropProducts: ['redis'], cve: 'CVE-2024-31227' },
    rexml: { addVendors: ['ruby-lang'] },
    webrick: { addVendors: ['ruby-lang'] },
  },
  'java-archive': {
    'apache-cassandra': { addProducts: ['cassandra'] },
    elasticsearch: { addVendors: ['elastic'] },
    handlebars: { addVendors: ['handlebarsjs'] },
    log4j: { addVendors: ['apache'] },
    'spring-core': {
      addProducts: ['spring_framework'],
      addVendors: ['pivotal_software', 'vmware'],
    },
    springframework: {
      addProducts: ['spring_framework'],
      addVendors: ['pivotal_software', 'vmware'],
    },
  },
  npm: {
    docker: { dropVendors: ['docker'], cve: 'CVE-2024-29018' },
    php: { dropVendors: ['php'], cve: 'CVE-2022-31631' },
    redis: { dropVendors: ['redis'], cve: 'CVE-2024-31227' },
  },
  'php-pear': {
    redis: { dropProducts: ['redis'], cve: 'CVE-2024-31227' },
  },
  python: {
    Django: { addVendors: ['djangoproject'] },
    cryptography: {
      addProducts: ['python-cryptography'],
      addVendors: ['python-cryptography_project'],
    },
    kubernetes: { dropProducts: ['kubernetes'], cve: 'CVE-2024-10220' },
    pip: { addVendors: ['pypa'] },
    redis: { dropVendors: ['redis'], cve: 'CVE-2024-31227' },
  },
  'rust-crate': {
    prometheus: { dropVendors: ['prometheus'], cve: 'CVE-2019-3826' },
    redis: { dropVendors: ['redis'], cve: 'CVE-2024-31227' },
  },
};

/**
 * Rows that are only based on Syft's tables so far: no available CVE uses the added or dropped
 * values. Libraries of Maven have versions of their own, which differ from those of `apache:maven`;
 * the gRPC library for Ruby is a different product than the servers in NVD.
 */
export const UNPROVEN_CORRECTIONS: Corrections<CpeCorrection> = {
  apk: {
    alsa: { addVendors: ['alsa-project'] },
    'alsa-lib': { addVendors: ['alsa-project'] },
    bash: { addVendors: ['gnu'] },
    bazel: { addVendors: ['google'] },
    clang: { addVendors: ['llvm'] },
    libavif: { addVendors: ['aomedia'] },
    libxpm: { addVendors: ['libxpm_project'] },
    make: { addVendors: ['gnu'] },
    python: { addVendors: ['python_software_foundation'] },
    wpa_supplicant: { addVendors: ['w1.fi'] },
  },
  binary: {
    bash: { addVendors: ['gnu'] },
    erlang: { addProducts: ['erlang/otp'] },
    gcc: { addVendors: ['gnu'] },
    julia: { addVendors: ['julialang'] },
    node: { addProducts: ['nodejs'] },
    'percona-xtrabackup': { addProducts: ['xtrabackup'] },
    'percona-xtradb-cluster': { addProducts: ['percona_server', 'xtradb_cluster'] },
    python: { addVendors: ['python_software_foundation'] },
  },
  conan: {
    poco: { addVendors: ['pocoproject'] },
  },
  gem: {
    RedCloth: { addProducts: ['redcloth_library'] },
    grpc: { dropProducts: ['grpc'] },
    'sentry-raven': { addProducts: ['raven-ruby'] },
    trunk: { addVendors: ['ruby-lang'] },
    'yajl-ruby': { addProducts: ['yajl-ruby_gem'] },
  },
  'java-archive': {
    'gradle-enterprise': { dropProducts: ['gradle-enterprise'], dropVendors: ['gradle'] },
    'maven-builder-support': { dropProducts: ['maven'] },
    'maven-model': { dropProducts: ['maven'] },
    'maven-repository-metadata': { dropProducts: ['maven'] },
    'maven-resolver-*': { dropProducts: ['maven'] },
    'maven-settings': { dropProducts: ['maven'] },
    'maven-settings-builder': { dropProducts: ['maven'] },
    'maven-shared-utils': { dropProducts: ['maven'] },
    'spring-core': { addProducts: ['springsource_spring_framework'] },
    'spring-security-core': { addProducts: ['spring_security'], addVendors: ['vmware'] },
    springframework: { addProducts: ['springsource_spring_framework'] },
  },
  npm: {
    delegate: { dropVendors: ['delegate'] },
    'handlebars.js': { addProducts: ['handlebars'] },
    mustache: { addProducts: ['mustache.js'] },
    redis: { addVendors: ['redis.js'] },
  },
  python: {
    'python-rrdtool': { addProducts: ['rrdtool'] },
  },
  'rust-crate': {
    phf: { dropVendors: ['phf'] },
  },
};
