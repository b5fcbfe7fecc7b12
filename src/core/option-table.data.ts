/** Commands that options belong to. `src/cli/command-table.ts` describes each of them. */
export const COMMAND_NAMES = [
  'scan',
  'sbom',
  'why',
  'why-not',
  'convert',
  'syft',
  'cataloger',
  'db',
  'cache',
  'demo',
  'config',
  'completion',
  'help',
  'version',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

interface OptionFacts {
  /** Long flag without its dashes. */
  readonly flag: string;
  /** One letter. */
  readonly short?: string;
  readonly commands: readonly CommandName[];
  /** Environment variable, absent where the option makes sense for one run only. */
  readonly environment?: string;
  /** Key in `.plimsoll.yaml`, absent where the option makes no sense there. */
  readonly configKey?: string;
  /** A sentence's rest that says what the option does, without a full stop. */
  readonly description: string;
  /** A whole command line. */
  readonly example: string;
  /** Reports name the option and its value, because the result depends on it. */
  readonly isShaping?: true;
}

interface ArgumentFacts extends OptionFacts {
  /** What the help calls the value. */
  readonly argument: string;
}

/**
 * One option in every spelling. Flags, environment, configuration file, its schema and the help
 * derive from it.
 */
export type OptionSpec =
  | (OptionFacts & { readonly kind: 'boolean'; readonly default: boolean })
  | (ArgumentFacts & { readonly kind: 'text'; readonly defaultAbout: string })
  | (ArgumentFacts & { readonly kind: 'number' | 'bytes'; readonly default: number })
  | (ArgumentFacts & { readonly kind: 'list' })
  | (ArgumentFacts & { readonly kind: 'limits' })
  | (ArgumentFacts & {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      readonly default: string;
    });

const EVERY = COMMAND_NAMES;
/** Commands that read a target, and the one that prints what they would use. */
const READING = ['scan', 'why', 'why-not', 'sbom', 'config'] as const;
/** Those that decide which findings need a person, and the one that prints what they would use. */
const JUDGING = ['scan', 'why', 'why-not', 'config'] as const;
/** Those for which it counts which catalogers run. */
const SELECTING = ['scan', 'why', 'why-not', 'sbom', 'cataloger', 'config'] as const;

export const OPTIONS = {
  output: {
    kind: 'list',
    flag: 'output',
    short: 'o',
    argument: 'FORMAT[@VERSION][=FILE]',
    commands: ['scan', 'why', 'why-not', 'sbom', 'convert', 'cataloger', 'db', 'config'],
    environment: 'PLIMSOLL_OUTPUT',
    configKey: 'output',
    description: 'write the result as FORMAT, to FILE instead of standard output; may be repeated',
    example: 'plimsoll alpine.tar -o table -o json=result.json',
  },
  template: {
    kind: 'text',
    flag: 'template',
    short: 't',
    argument: 'FILE',
    defaultAbout: 'none',
    commands: ['scan', 'why', 'why-not', 'sbom', 'convert', 'config'],
    environment: 'PLIMSOLL_TEMPLATE',
    configKey: 'template',
    description: 'the template for -o template, in the language of Go templates',
    example: 'plimsoll sbom app.tar -o template -t packages.tmpl',
  },
  merge: {
    kind: 'boolean',
    flag: 'merge',
    default: false,
    commands: ['sbom'],
    description: 'take several targets or SBOMs, and make one SBOM of them',
    example: 'plimsoll sbom --merge app.cdx.json base.spdx.json -o json',
  },
  grade: {
    kind: 'boolean',
    flag: 'grade',
    default: false,
    commands: ['sbom'],
    description:
      'instead of the SBOM, print which minimum elements of NTIA, CISA and BSI it has; -o table or json',
    example: 'plimsoll sbom app.cdx.json --grade',
  },
  platform: {
    kind: 'text',
    flag: 'platform',
    argument: 'OS/ARCH[/VARIANT]',
    defaultAbout: 'linux and the architecture of this machine',
    commands: READING,
    environment: 'PLIMSOLL_PLATFORM',
    configKey: 'platform',
    description: 'the platform to choose where an image has several',
    example: 'plimsoll oci-archive:app.tar --platform linux/arm64',
    isShaping: true,
  },
  from: {
    kind: 'text',
    flag: 'from',
    argument: 'SOURCE',
    defaultAbout: 'guessed from the target',
    commands: READING,
    environment: 'PLIMSOLL_FROM',
    configKey: 'from',
    description: 'where the target comes from, the same as writing SOURCE:TARGET',
    example: 'plimsoll --from docker-archive app.tar',
    isShaping: true,
  },
  sbomFrom: {
    kind: 'choice',
    flag: 'sbom-from',
    argument: 'PLACE',
    choices: ['image', 'referrers'],
    default: 'image',
    commands: READING,
    environment: 'PLIMSOLL_SBOM_FROM',
    configKey: 'sbom-from',
    description:
      'where the SBOM of an image in a registry comes from: "image" reads the image, "referrers" takes one that is attached to it',
    example: 'plimsoll scan --sbom-from referrers registry:ghcr.io/example/app:1',
    isShaping: true,
  },
  name: {
    kind: 'text',
    flag: 'name',
    argument: 'NAME',
    defaultAbout: 'derived from the target',
    commands: ['scan', 'why', 'why-not', 'sbom', 'convert', 'config'],
    environment: 'PLIMSOLL_NAME',
    configKey: 'name',
    description: 'the name of the target in reports',
    example: 'plimsoll sbom build/app.tar --name app -o json',
    isShaping: true,
  },
  targetVersion: {
    kind: 'text',
    flag: 'target-version',
    argument: 'VERSION',
    defaultAbout: 'the digest of the target, where it has one',
    commands: READING,
    environment: 'PLIMSOLL_TARGET_VERSION',
    configKey: 'target-version',
    description: 'the version of the target in reports',
    example: 'plimsoll sbom build/app.tar --target-version 2.1 -o json',
    isShaping: true,
  },
  targetSupplier: {
    kind: 'text',
    flag: 'target-supplier',
    argument: 'NAME',
    defaultAbout: 'not told',
    commands: READING,
    environment: 'PLIMSOLL_TARGET_SUPPLIER',
    configKey: 'target-supplier',
    description: 'who supplies the target, in reports',
    example: 'plimsoll sbom app.tar --target-supplier "Example Ltd" -o cyclonedx-json',
    isShaping: true,
  },
  scope: {
    kind: 'choice',
    flag: 'scope',
    argument: 'SCOPE',
    choices: ['squashed', 'all-layers', 'deep-squashed'],
    default: 'squashed',
    commands: READING,
    environment: 'PLIMSOLL_SCOPE',
    configKey: 'scope',
    description:
      'which layers count: "squashed" is what a process would see, "all-layers" also what later layers hide, "deep-squashed" what a process would see with its evidence in every layer',
    example: 'plimsoll app.tar --scope all-layers',
    isShaping: true,
  },
  selectCatalogers: {
    kind: 'list',
    flag: 'select-catalogers',
    argument: 'EXPRESSION',
    commands: SELECTING,
    environment: 'PLIMSOLL_SELECT_CATALOGERS',
    configKey: 'select-catalogers',
    description:
      'which catalogers run: "TAG" keeps those with a tag, "-NAME" or "-TAG" takes away, "+NAME" adds; may be repeated',
    example: 'plimsoll sbom app.tar --select-catalogers os,-rpm-db',
    isShaping: true,
  },
  overrideDefaultCatalogers: {
    kind: 'list',
    flag: 'override-default-catalogers',
    argument: 'NAME',
    commands: SELECTING,
    environment: 'PLIMSOLL_OVERRIDE_DEFAULT_CATALOGERS',
    configKey: 'override-default-catalogers',
    description:
      'names or tags of the catalogers to begin with, instead of "image" or "directory" by the kind of target; may be repeated',
    example: 'plimsoll sbom dir:. --override-default-catalogers all',
    isShaping: true,
  },
  fileSelection: {
    kind: 'choice',
    flag: 'file-selection',
    argument: 'WHICH',
    choices: ['none', 'owned-by-package', 'all'],
    default: 'owned-by-package',
    commands: READING,
    environment: 'PLIMSOLL_FILE_SELECTION',
    configKey: 'file-selection',
    description:
      'which files are listed: those of packages and all executables, every file, or none',
    example: 'plimsoll sbom app.tar --file-selection all -o json',
    isShaping: true,
  },
  fileDigests: {
    kind: 'list',
    flag: 'file-digests',
    argument: 'ALGORITHM',
    commands: READING,
    environment: 'PLIMSOLL_FILE_DIGESTS',
    configKey: 'file-digests',
    description:
      'digests of listed files, instead of sha1 and sha256: also md5, sha224, sha384, sha512; may be repeated',
    example: 'plimsoll sbom app.tar --file-digests sha256,sha512 -o json',
    isShaping: true,
  },
  exclude: {
    kind: 'list',
    flag: 'exclude',
    argument: 'PATTERN',
    commands: READING,
    environment: 'PLIMSOLL_EXCLUDE',
    configKey: 'exclude',
    description:
      'leave out paths that fit, and all below them; begins with ./ for the root of the target, */ or **/; may be repeated',
    example: "plimsoll dir:. --exclude './build' --exclude '**/testdata'",
    isShaping: true,
  },
  oneFileSystem: {
    kind: 'boolean',
    flag: 'one-file-system',
    default: false,
    commands: READING,
    environment: 'PLIMSOLL_ONE_FILE_SYSTEM',
    configKey: 'one-file-system',
    description: 'in a directory do not enter other file systems that are mounted below it',
    example: 'plimsoll dir:/ --one-file-system',
    isShaping: true,
  },
  parity: {
    kind: 'boolean',
    flag: 'parity',
    default: false,
    commands: ['scan', 'why', 'why-not', 'sbom', 'convert', 'config'],
    environment: 'PLIMSOLL_PARITY',
    configKey: 'parity',
    description: 'answer as Syft and Grype do, also where plimsoll differs from them on purpose',
    example: 'plimsoll alpine.tar --parity -o grype-json',
    isShaping: true,
  },
  byCve: {
    kind: 'boolean',
    flag: 'by-cve',
    default: false,
    commands: JUDGING,
    environment: 'PLIMSOLL_BY_CVE',
    configKey: 'by-cve',
    description: 'file findings under their CVEs, with the severity and the source of these',
    example: 'plimsoll alpine.tar --by-cve',
    isShaping: true,
  },
  failOn: {
    kind: 'choice',
    flag: 'fail-on',
    short: 'f',
    argument: 'SEVERITY',
    choices: ['never', 'negligible', 'low', 'medium', 'high', 'critical'],
    default: 'never',
    commands: JUDGING,
    environment: 'PLIMSOLL_FAIL_ON',
    configKey: 'fail-on',
    description:
      'exit with status 2 where an open finding is at least so severe; guesses by a made-up CPE do not count',
    example: 'plimsoll app.tar --fail-on high',
  },
  onlyFixed: {
    kind: 'boolean',
    flag: 'only-fixed',
    default: false,
    commands: JUDGING,
    environment: 'PLIMSOLL_ONLY_FIXED',
    configKey: 'only-fixed',
    description: 'set aside what no fix is known for',
    example: 'plimsoll app.tar --only-fixed --fail-on medium',
    isShaping: true,
  },
  onlyNotfixed: {
    kind: 'boolean',
    flag: 'only-notfixed',
    default: false,
    commands: JUDGING,
    environment: 'PLIMSOLL_ONLY_NOTFIXED',
    configKey: 'only-notfixed',
    description: 'set aside what a fix is known for',
    example: 'plimsoll app.tar --only-notfixed',
    isShaping: true,
  },
  ignoreStates: {
    kind: 'list',
    flag: 'ignore-states',
    argument: 'STATE[,STATE]',
    commands: JUDGING,
    environment: 'PLIMSOLL_IGNORE_STATES',
    configKey: 'ignore-states',
    description:
      'set aside by the state of the fix: fixed, not-fixed, wont-fix, not-affected, unknown; may be repeated',
    example: 'plimsoll app.tar --ignore-states wont-fix,unknown',
    isShaping: true,
  },
  severity: {
    kind: 'choice',
    flag: 'severity',
    argument: 'SEVERITY',
    choices: ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'],
    default: 'unknown',
    commands: JUDGING,
    environment: 'PLIMSOLL_SEVERITY',
    configKey: 'severity',
    description: 'set aside what is less severe',
    example: 'plimsoll app.tar --severity high',
    isShaping: true,
  },
  vex: {
    kind: 'list',
    flag: 'vex',
    argument: 'FILE',
    commands: JUDGING,
    environment: 'PLIMSOLL_VEX',
    configKey: 'vex',
    description:
      'apply the statements of a VEX document (OpenVEX, CSAF, CycloneDX); may be repeated, the latest statement counts',
    example: 'plimsoll app.tar --vex vendor.openvex.json --vex own.cdx.json',
    isShaping: true,
  },
  ignoreFile: {
    kind: 'list',
    flag: 'ignore-file',
    argument: 'FILE',
    commands: JUDGING,
    environment: 'PLIMSOLL_IGNORE_FILE',
    configKey: 'ignore-file',
    description:
      'read ignore rules from FILE: one of plimsoll, .grype.yaml, .trivyignore, .trivyignore.yaml or osv-scanner.toml; may be repeated',
    example: 'plimsoll app.tar --ignore-file .trivyignore',
    isShaping: true,
  },
  derive: {
    kind: 'boolean',
    flag: 'derive',
    default: true,
    commands: JUDGING,
    environment: 'PLIMSOLL_DERIVE',
    configKey: 'derive',
    description:
      'justify findings from bytes and advisories where they prove it, and suggest where they hint at it',
    example: 'plimsoll app.tar --no-derive',
    isShaping: true,
  },
  failIncomplete: {
    kind: 'boolean',
    flag: 'fail-incomplete',
    default: false,
    commands: ['scan', 'why', 'why-not', 'sbom', 'convert', 'config'],
    environment: 'PLIMSOLL_FAIL_INCOMPLETE',
    configKey: 'fail-incomplete',
    description: 'exit with status 4 where data are missing or something could not be read',
    example: 'plimsoll alpine.tar --fail-incomplete',
  },
  db: {
    kind: 'text',
    flag: 'db',
    argument: 'FOLDER',
    defaultAbout: 'the folder "db" in the cache folder',
    commands: ['scan', 'why', 'why-not', 'db', 'config'],
    environment: 'PLIMSOLL_DB',
    configKey: 'db',
    description: 'the folder that holds the advisory database',
    example: 'plimsoll alpine.tar --db ./advisories',
  },
  dbUrl: {
    kind: 'list',
    flag: 'db-url',
    argument: 'URL',
    commands: ['scan', 'why', 'why-not', 'db', 'config'],
    environment: 'PLIMSOLL_DB_URL',
    configKey: 'db-url',
    description:
      'where the advisory database is published, instead of https://grype.anchore.io/databases; may be repeated, tried in order',
    example: 'plimsoll db update --db-url https://mirror.example/databases',
  },
  dbAutoUpdate: {
    kind: 'boolean',
    flag: 'db-auto-update',
    default: true,
    commands: ['scan', 'why', 'why-not', 'config'],
    environment: 'PLIMSOLL_DB_AUTO_UPDATE',
    configKey: 'db-auto-update',
    description:
      'fetch the advisory database where it is missing or a newer one is published; --no-db-auto-update does not look',
    example: 'plimsoll --db-auto-update=false alpine.tar',
  },
  dbMaxAge: {
    kind: 'number',
    flag: 'db-max-age',
    argument: 'DAYS',
    default: 5,
    commands: ['scan', 'why', 'why-not', 'db', 'config'],
    environment: 'PLIMSOLL_DB_MAX_AGE',
    configKey: 'db-max-age',
    description: 'days after which advisories are too old to rely on; 0 for any age',
    example: 'plimsoll alpine.tar --db-max-age 14 --fail-incomplete',
  },
  cache: {
    kind: 'boolean',
    flag: 'cache',
    default: true,
    commands: READING,
    environment: 'PLIMSOLL_CACHE',
    configKey: 'cache',
    description:
      'keep what the layers of images hold, and do not read again those that are known; --no-cache neither looks nor keeps',
    example: 'plimsoll --cache=false alpine.tar',
  },
  verify: {
    kind: 'boolean',
    flag: 'verify',
    default: false,
    commands: READING,
    environment: 'PLIMSOLL_VERIFY',
    configKey: 'verify',
    description: 'read and hash every layer anew, also those that are known, and renew the cache',
    example: 'plimsoll alpine.tar --verify',
  },
  cacheDir: {
    kind: 'text',
    flag: 'cache-dir',
    argument: 'FOLDER',
    defaultAbout: '$XDG_CACHE_HOME/plimsoll or ~/.cache/plimsoll',
    commands: ['scan', 'why', 'why-not', 'sbom', 'db', 'cache', 'config'],
    environment: 'PLIMSOLL_CACHE_DIR',
    configKey: 'cache-dir',
    description: 'the folder that holds caches and databases',
    example: 'plimsoll alpine.tar --cache-dir .cache/plimsoll',
  },
  offline: {
    kind: 'boolean',
    flag: 'offline',
    default: false,
    commands: ['scan', 'why', 'why-not', 'sbom', 'convert', 'db', 'config'],
    environment: 'PLIMSOLL_OFFLINE',
    configKey: 'offline',
    description: 'open no connection, neither to a network nor to a container engine',
    example: 'plimsoll alpine.tar --offline',
  },
  caFile: {
    kind: 'text',
    flag: 'ca-file',
    argument: 'FILE',
    defaultAbout: 'the authorities of Node and of the system only',
    commands: ['scan', 'why', 'why-not', 'sbom', 'db', 'config'],
    environment: 'PLIMSOLL_CA_FILE',
    configKey: 'ca-file',
    description: 'certificates in PEM to trust besides the usual ones',
    example: 'plimsoll registry.example.com/app:1 --ca-file company.pem',
  },
  insecureSkipTlsVerify: {
    kind: 'boolean',
    flag: 'insecure-skip-tls-verify',
    default: false,
    commands: READING,
    environment: 'PLIMSOLL_INSECURE_SKIP_TLS_VERIFY',
    configKey: 'insecure-skip-tls-verify',
    description:
      'do not check the certificates of registries, which lets anybody stand in for them',
    example: 'plimsoll registry.example.com/app:1 --insecure-skip-tls-verify',
  },
  insecureUseHttp: {
    kind: 'boolean',
    flag: 'insecure-use-http',
    default: false,
    commands: READING,
    environment: 'PLIMSOLL_INSECURE_USE_HTTP',
    configKey: 'insecure-use-http',
    description: 'speak plain HTTP to registries that do not answer to TLS; logins go in the clear',
    example: 'plimsoll registry.example.com:5000/app:1 --insecure-use-http',
  },
  registryMirror: {
    kind: 'list',
    flag: 'registry-mirror',
    argument: 'HOST=MIRROR',
    commands: READING,
    environment: 'PLIMSOLL_REGISTRY_MIRRORS',
    configKey: 'registry-mirrors',
    description: 'ask MIRROR[/PATH] before the registry HOST; may be repeated, tried in order',
    example: 'plimsoll alpine:3.20 --registry-mirror docker.io=mirror.example.com',
  },
  limits: {
    kind: 'limits',
    flag: 'limit',
    argument: 'NAME=VALUE',
    commands: ['scan', 'why', 'why-not', 'sbom', 'convert', 'db', 'cache', 'config'],
    environment: 'PLIMSOLL_LIMITS',
    configKey: 'limits',
    description: 'set one of the limits that "plimsoll help limits" lists; may be repeated',
    example: 'plimsoll huge.tar --limit layerBytesMax=128GiB',
    isShaping: true,
  },
  maxMemory: {
    kind: 'bytes',
    flag: 'max-memory',
    argument: 'SIZE',
    default: 0,
    commands: READING,
    environment: 'PLIMSOLL_MAX_MEMORY',
    configKey: 'max-memory',
    description:
      'take no more memory than SIZE, at least 160MiB; what is kept goes to temporary files sooner, and limits of what cannot are lowered; 0 for as much as there is',
    example: 'plimsoll huge.tar --max-memory 512MiB',
    isShaping: true,
  },
  color: {
    kind: 'choice',
    flag: 'color',
    argument: 'WHEN',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    commands: EVERY,
    environment: 'PLIMSOLL_COLOR',
    configKey: 'color',
    description: 'colours; "auto" means on a terminal, unless NO_COLOR or CI is set',
    example: 'plimsoll alpine.tar --color always | less -R',
  },
  quiet: {
    kind: 'boolean',
    flag: 'quiet',
    short: 'q',
    default: false,
    commands: EVERY,
    environment: 'PLIMSOLL_QUIET',
    configKey: 'quiet',
    description: 'no progress and no notices; errors are still printed',
    example: 'plimsoll alpine.tar -q -o json',
  },
  verbose: {
    kind: 'boolean',
    flag: 'verbose',
    short: 'v',
    default: false,
    commands: EVERY,
    environment: 'PLIMSOLL_VERBOSE',
    configKey: 'verbose',
    description: 'say more: each problem met, causes of errors',
    example: 'plimsoll alpine.tar -v',
  },
  config: {
    kind: 'text',
    flag: 'config',
    short: 'c',
    argument: 'FILE',
    defaultAbout: '.plimsoll.yaml here, then plimsoll/config.yaml in the configuration folder',
    commands: EVERY,
    environment: 'PLIMSOLL_CONFIG',
    description: 'the configuration file to read',
    example: 'plimsoll alpine.tar --config ci/plimsoll.yaml',
  },
  help: {
    kind: 'boolean',
    flag: 'help',
    short: 'h',
    default: false,
    commands: EVERY,
    description: 'print help, examples first',
    example: 'plimsoll scan --help',
  },
  version: {
    kind: 'boolean',
    flag: 'version',
    default: false,
    commands: EVERY,
    description: 'print the version',
    example: 'plimsoll --version',
  },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;
