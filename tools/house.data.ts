/**
 * The architecture as data: the storeys and their rooms, the rooms that each room may import, the
 * modules of Node and npm packages it may use, and the places of the plug-ins. `docs/architecture.md`
 * describes the same; the checks and the generator read it from here.
 */

interface Storey {
  readonly name: string;
  /** Directories of the storey. Without any, the storey itself is one room of the same name. */
  readonly rooms: readonly string[];
}

/** The storeys of `src`, lowest first. Imports go down: a room never imports a higher storey. */
export const STOREYS: readonly Storey[] = [
  {
    name: 'foundation',
    rooms: ['core', 'bytes', 'syntax', 'version', 'identity', 'http', 'config', 'present'],
  },
  { name: 'document', rooms: [] },
  { name: 'image', rooms: ['source', 'read', 'view'] },
  { name: 'inventory', rooms: ['catalog', 'ecosystem', 'assemble'] },
  { name: 'vulnerability', rooms: ['advisory', 'match', 'decide', 'explain'] },
  {
    name: 'hardening',
    rooms: ['reach', 'surface', 'compare', 'base', 'emit', 'harden', 'trial'],
  },
  { name: 'compliance', rooms: ['policy', 'justify', 'attest'] },
  { name: 'assess', rooms: [] },
  { name: 'report', rooms: ['format', 'output', 'compat', 'library'] },
  { name: 'server', rooms: [] },
  { name: 'cli', rooms: [] },
];

/** The directory of each room below `src`. */
export const ROOM_FOLDERS: ReadonlyMap<string, string> = new Map(
  STOREYS.flatMap(({ name, rooms }): [string, string][] =>
    rooms.length > 0 ? rooms.map((room) => [room, `${name}/${room}`]) : [[name, name]],
  ),
);

interface RoomRule {
  /** Rooms that its modules may import, besides itself. */
  readonly imports: readonly string[];
  /** npm packages that its modules may import. */
  readonly packages: readonly string[];
}

/** Every stage of the pipeline in `assess`, with the rooms that the stages depend on. */
const STAGES = [
  'core',
  'config',
  'bytes',
  'syntax',
  'identity',
  'version',
  'ecosystem',
  'http',
  'source',
  'read',
  'view',
  'catalog',
  'assemble',
  'advisory',
  'match',
  'decide',
  'policy',
  'reach',
  'surface',
  'explain',
  'compare',
  'justify',
  'base',
  'attest',
  'harden',
  'document',
] as const;

const ALL_BELOW_CLI = [
  ...STAGES,
  'present',
  'format',
  'output',
  'compat',
  'emit',
  'trial',
  'assess',
] as const;

/** `index` is the one file `src/index.ts`. */
export const ROOMS: Readonly<Record<string, RoomRule>> = {
  core: { imports: [], packages: [] },
  present: { imports: ['core'], packages: [] },
  config: { imports: ['core'], packages: [] },
  syntax: { imports: ['core'], packages: ['saxes', 'smol-toml', 'yaml'] },
  bytes: { imports: ['core', 'syntax'], packages: [] },
  identity: {
    imports: ['core', 'syntax'],
    packages: ['spdx-exceptions', 'spdx-expression-parse', 'spdx-license-ids'],
  },
  version: { imports: ['core'], packages: [] },
  ecosystem: { imports: ['core', 'syntax', 'bytes', 'identity', 'version'], packages: ['saxes'] },
  http: { imports: ['core'], packages: [] },
  source: { imports: ['core', 'bytes', 'syntax', 'identity', 'http', 'document'], packages: [] },
  read: { imports: ['core', 'bytes'], packages: [] },
  view: { imports: ['core'], packages: [] },
  catalog: {
    imports: ['core', 'bytes', 'syntax', 'ecosystem', 'identity', 'version', 'document'],
    packages: [],
  },
  assemble: { imports: ['core', 'view', 'identity'], packages: [] },
  advisory: {
    imports: ['core', 'bytes', 'syntax', 'http', 'identity', 'version'],
    packages: ['yaml'],
  },
  match: { imports: ['core', 'version', 'advisory'], packages: [] },
  decide: { imports: ['core', 'syntax', 'version', 'identity'], packages: [] },
  policy: {
    imports: ['core', 'syntax', 'version', 'identity', 'compare'],
    packages: ['@marcbachmann/cel-js', 're2js', 'yaml'],
  },
  reach: { imports: ['core', 'bytes', 'syntax', 'ecosystem', 'view'], packages: [] },
  surface: { imports: ['core', 'bytes', 'syntax', 'view', 'reach'], packages: [] },
  explain: { imports: ['core', 'present', 'version', 'advisory', 'match'], packages: [] },
  compare: { imports: ['core', 'syntax', 'version', 'identity'], packages: [] },
  justify: {
    imports: ['core', 'syntax', 'compare', 'decide', 'policy'],
    packages: ['yaml'],
  },
  base: { imports: ['core', 'bytes', 'syntax'], packages: [] },
  attest: {
    imports: ['core', 'bytes', 'syntax'],
    packages: ['@sigstore/bundle', '@sigstore/protobuf-specs', '@sigstore/verify', 're2js'],
  },
  emit: { imports: ['core', 'bytes', 'syntax', 'view', 'harden'], packages: ['fflate'] },
  harden: { imports: ['core', 'syntax', 'reach', 'surface', 'match', 'base'], packages: [] },
  trial: { imports: ['core'], packages: [] },
  document: { imports: ['core', 'syntax', 'identity', 'present'], packages: ['saxes'] },
  format: { imports: ['core', 'present', 'compare', 'harden'], packages: [] },
  compat: { imports: ['core', 'config', 'version', 'match', 'document'], packages: [] },
  output: { imports: ['core', 'document', 'format', 'compat'], packages: [] },
  assess: { imports: [...STAGES, 'emit'], packages: [] },
  server: {
    imports: ALL_BELOW_CLI,
    packages: [
      '@hono/node-server',
      'aws4fetch',
      'hono',
      'kysely',
      'nodemailer',
      'openid-client',
      'pg',
      'zod',
    ],
  },
  cli: { imports: [...ALL_BELOW_CLI, 'server'], packages: ['yaml'] },
  library: { imports: ALL_BELOW_CLI, packages: [] },
  index: { imports: [...ALL_BELOW_CLI, 'library'], packages: [] },
};

interface Power {
  readonly title: string;
  readonly modules: readonly string[];
  /** Names that need no import. */
  readonly globals: readonly string[];
  /** Rooms; with a slash, directories in a room. */
  readonly folders: readonly string[];
}

/** Ways to access resources outside the process, and the rooms that may use them. */
export const POWERS: readonly Power[] = [
  {
    title: 'files',
    modules: ['node:fs', 'node:fs/promises'],
    globals: [],
    folders: [
      'source',
      'read',
      'advisory',
      'base',
      'emit',
      'trial',
      'server',
      'cli',
      'policy/pack',
    ],
  },
  {
    title: 'SQLite',
    modules: ['node:sqlite'],
    globals: [],
    folders: ['advisory', 'read', 'base', 'emit', 'server'],
  },
  {
    title: 'sockets',
    modules: [
      'node:net',
      'node:tls',
      'node:http',
      'node:https',
      'node:http2',
      'node:dns',
      'node:dns/promises',
      'node:dgram',
    ],
    globals: ['fetch', 'WebSocket', 'EventSource'],
    folders: ['http', 'server'],
  },
  {
    title: 'child processes',
    modules: ['node:child_process'],
    globals: [],
    folders: ['source/registry/credentials', 'trial'],
  },
  {
    title: 'threads',
    modules: ['node:worker_threads', 'node:cluster'],
    globals: ['Worker'],
    folders: ['read', 'server'],
  },
  {
    title: 'the machine',
    modules: ['node:os', 'node:process', 'node:tty', 'node:readline', 'node:v8'],
    globals: [],
    folders: ['source', 'read', 'advisory', 'base', 'emit', 'trial', 'server', 'cli'],
  },
  {
    title: 'other contexts of V8, for the call of the garbage collector',
    modules: ['node:vm'],
    globals: [],
    folders: ['read'],
  },
  {
    title: 'loading of modules',
    modules: ['node:module'],
    globals: [],
    folders: ['syntax', 'cli/start', 'server/pages/island'],
  },
];

interface HomeWord {
  readonly title: string;
  readonly pattern: RegExp;
  /** Rooms whose modules may contain it. */
  readonly rooms: readonly string[];
}

const ALL_ROOMS = Object.keys(ROOMS);

/**
 * Words, including those in comments, for concepts that have a home. Tests may use them anywhere.
 */
export const HOME_WORDS: readonly HomeWord[] = [
  {
    title: 'a quirk of another scanner: matching reads a MatchStrategy',
    pattern: /quirk/iu,
    rooms: ['compat'],
  },
  {
    // Formats depend on an option of the user; decisions on findings depend on a strategy.
    title: 'parity with another scanner: matching reads a MatchStrategy',
    pattern: /\bparity\b|[a-z]Parity\b|\b[a-z]+(?:As|In|By)Grype\b/u,
    rooms: ['compat', 'config', 'core', 'document', 'format', 'output', 'library', 'server', 'cli'],
  },
  {
    title: 'layout of text: it belongs to present',
    pattern:
      /\.padEnd\(|\\(?:u001b|x1b)\[[0-9$]|<\/[a-z]|\b(?:textWidth|widthOf|cutTo|wrapLines)\b/u,
    rooms: ALL_ROOMS.filter((room) => room !== 'core'),
  },
];

/** Modules of Node that only compute: any room except `core` may use them. */
export const PLAIN_MODULES: readonly string[] = [
  'node:buffer',
  'node:crypto',
  'node:events',
  'node:path',
  'node:path/posix',
  'node:stream',
  'node:stream/promises',
  'node:string_decoder',
  'node:timers/promises',
  'node:url',
  'node:util',
  'node:zlib',
];

export interface Family {
  /** Directory of the plug-ins: each has a subdirectory or a file of its own. */
  readonly folder: string;
  readonly shape: 'folders' | 'files';
  /**
   * The module in a plug-in's directory, without its extension, if it is not named after the
   * directory. Such a directory holds plug-ins of several families, so an ID may differ from its
   * name.
   */
  readonly entry?: string;
  /** Directories below `folder` with code that the plug-ins share. */
  readonly shared?: readonly string[];
  /** Ends the names of the exported constants, if IDs may be reserved words such as `package`. */
  readonly nameSuffix?: string;
  /** The member with the plug-in's name, which equals that of its directory or file. */
  readonly idMember: 'id' | 'type';
  /** Types with which a plug-in may be declared. */
  readonly contracts: readonly string[];
  /**
   * Type of the list's elements as written there, e.g. `Cataloger<unknown>`, and the module that
   * declares it.
   */
  readonly elementType: string;
  readonly contractPath: string;
  /**
   * If true, the list holds loaders of the plug-ins (`FormatLoader`) instead of the plug-ins. Their
   * `aliases` must be written as a list of strings.
   */
  readonly isLazy?: true;
  readonly registry: string;
  readonly listName: string;
  /** One sentence above the list. */
  readonly about: string;
  /** Plug-ins of another contract in the same directory, which are not listed. */
  readonly unlisted: readonly string[];
  /** Plug-ins that the program names itself, which may therefore be imported directly. */
  readonly named: readonly string[];
}

const SHARED_DOCUMENT_CODE = ['cyclonedx', 'sbom', 'spdx', 'vex'];

/** Kinds of plug-ins that have a generated list. */
export const FAMILIES: readonly Family[] = [
  {
    folder: 'src/image/source',
    shape: 'folders',
    idMember: 'id',
    contracts: ['Source'],
    elementType: 'Source',
    contractPath: 'src/foundation/core/target.ts',
    registry: 'src/image/source/registry.generated.ts',
    listName: 'sources',
    about: 'Every source of targets, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/inventory/catalog',
    shape: 'folders',
    idMember: 'id',
    contracts: ['Cataloger'],
    elementType: 'Cataloger<unknown>',
    contractPath: 'src/foundation/core/cataloger.ts',
    registry: 'src/inventory/catalog/registry.generated.ts',
    listName: 'catalogers',
    about: 'Every cataloger, sorted by id.',
    unlisted: ['distro'],
    named: ['distro'],
  },
  {
    folder: 'src/foundation/version/scheme',
    shape: 'files',
    idMember: 'id',
    contracts: ['Scheme'],
    elementType: 'Scheme<unknown>',
    contractPath: 'src/foundation/core/scheme.ts',
    registry: 'src/foundation/version/registry.generated.ts',
    listName: 'schemes',
    about: 'Every version scheme, sorted by id.',
    unlisted: [],
    named: ['fuzzy'],
  },
  {
    folder: 'src/foundation/identity/cpe',
    shape: 'files',
    idMember: 'type',
    contracts: ['CpeRules'],
    elementType: 'CpeRules',
    contractPath: 'src/foundation/identity/cpe-rules.ts',
    registry: 'src/foundation/identity/cpe/registry.generated.ts',
    listName: 'cpeRules',
    about: 'The naming rules of every package type that has some, sorted by type.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/vulnerability/advisory/provider',
    shape: 'folders',
    idMember: 'id',
    contracts: ['AdvisoryProvider', 'DatabaseFormat', 'FeedProvider'],
    elementType: 'AdvisoryProvider',
    contractPath: 'src/vulnerability/advisory/provider/contract.ts',
    registry: 'src/vulnerability/advisory/provider/registry.generated.ts',
    listName: 'providers',
    about: 'Every provider of advisories, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/vulnerability/match/matcher',
    shape: 'files',
    idMember: 'id',
    contracts: ['Matcher'],
    elementType: 'Matcher',
    contractPath: 'src/vulnerability/match/matcher.ts',
    registry: 'src/vulnerability/match/registry.generated.ts',
    listName: 'matchers',
    about: 'Every matcher, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/report/format',
    shape: 'folders',
    shared: ['comparison', 'page', 'plan', 'verdict'],
    idMember: 'id',
    contracts: ['Format'],
    elementType: 'Format',
    contractPath: 'src/foundation/core/format.ts',
    isLazy: true,
    registry: 'src/report/format/registry.generated.ts',
    listName: 'reports',
    about: 'Every report for people and CI, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/report/format/comparison',
    shape: 'folders',
    shared: ['parts'],
    idMember: 'id',
    contracts: ['DifferenceFormat'],
    elementType: 'DifferenceFormat',
    contractPath: 'src/report/format/comparison/contract.ts',
    isLazy: true,
    registry: 'src/report/format/comparison/registry.generated.ts',
    listName: 'differenceFormats',
    about: 'Every form of a comparison, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/server/notify/channel',
    shape: 'files',
    idMember: 'id',
    contracts: ['Channel'],
    elementType: 'Channel',
    contractPath: 'src/server/notify/channel-contract.ts',
    registry: 'src/server/notify/channel/registry.generated.ts',
    listName: 'channels',
    about: 'Every way to send messages about changes, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/hardening/harden/recipe',
    shape: 'folders',
    idMember: 'id',
    contracts: ['RecipeFormat'],
    elementType: 'RecipeFormat',
    contractPath: 'src/hardening/harden/recipe-contract.ts',
    registry: 'src/hardening/harden/recipe/registry.generated.ts',
    listName: 'recipeFormats',
    about: 'Every kind of recipe, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/report/format/plan',
    shape: 'folders',
    idMember: 'id',
    contracts: ['PlanFormat'],
    elementType: 'PlanFormat',
    contractPath: 'src/report/format/plan/contract.ts',
    isLazy: true,
    registry: 'src/report/format/plan/registry.generated.ts',
    listName: 'planFormats',
    about: 'Every form of a removal plan, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/report/format/verdict',
    shape: 'folders',
    idMember: 'id',
    contracts: ['VerdictFormat'],
    elementType: 'VerdictFormat',
    contractPath: 'src/foundation/core/verdict-format.ts',
    isLazy: true,
    registry: 'src/report/format/verdict/registry.generated.ts',
    listName: 'verdictFormats',
    about: 'Every report about a verdict, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/document',
    shape: 'folders',
    entry: 'write',
    shared: SHARED_DOCUMENT_CODE,
    idMember: 'id',
    contracts: ['Format'],
    elementType: 'Format',
    contractPath: 'src/foundation/core/format.ts',
    isLazy: true,
    registry: 'src/document/writers.generated.ts',
    listName: 'documentWriters',
    about: 'Every writer of documents, sorted by id.',
    unlisted: [],
    named: ['grype-json', 'syft-json'],
  },
  {
    folder: 'src/document',
    shape: 'folders',
    entry: 'read',
    shared: SHARED_DOCUMENT_CODE,
    idMember: 'id',
    contracts: ['DocumentReader'],
    elementType: 'DocumentReader',
    contractPath: 'src/foundation/core/document.ts',
    registry: 'src/document/readers.generated.ts',
    listName: 'documentReaders',
    about: 'Every reader of documents, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/vulnerability/decide/derive/rule',
    shape: 'files',
    idMember: 'id',
    contracts: ['FindingDerivation', 'AnswerDerivation'],
    elementType: 'Derivation',
    contractPath: 'src/vulnerability/decide/derive/derivation.ts',
    registry: 'src/vulnerability/decide/derive/registry.generated.ts',
    listName: 'derivations',
    about: 'Every derived justification, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/compliance/policy/gate',
    shape: 'files',
    idMember: 'id',
    contracts: ['Gate'],
    elementType: 'Gate',
    contractPath: 'src/compliance/policy/gate-contract.ts',
    registry: 'src/compliance/policy/gate/registry.generated.ts',
    listName: 'gates',
    about: 'Every gate, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/compliance/policy/subject',
    shape: 'files',
    nameSuffix: 'Subject',
    idMember: 'id',
    contracts: ['SubjectKind'],
    elementType: 'SubjectKind<unknown>',
    contractPath: 'src/compliance/policy/fact.ts',
    registry: 'src/compliance/policy/subject/registry.generated.ts',
    listName: 'subjectKinds',
    about: 'Every kind of subject of policy rules, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/compliance/policy/clock',
    shape: 'files',
    idMember: 'id',
    contracts: ['Clock'],
    elementType: 'Clock',
    contractPath: 'src/compliance/policy/clock-contract.ts',
    registry: 'src/compliance/policy/clock/registry.generated.ts',
    listName: 'clocks',
    about: 'Every clock for due dates, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/hardening/reach/rule',
    shape: 'folders',
    idMember: 'id',
    contracts: ['ReachRule'],
    elementType: 'ReachRule<unknown>',
    contractPath: 'src/hardening/reach/rule-contract.ts',
    registry: 'src/hardening/reach/rule/registry.generated.ts',
    listName: 'reachRules',
    about: 'Every rule by which files use files, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/document',
    shape: 'folders',
    entry: 'read',
    shared: SHARED_DOCUMENT_CODE,
    idMember: 'id',
    contracts: ['VexReader'],
    elementType: 'VexReader',
    contractPath: 'src/foundation/core/vex-reader.ts',
    registry: 'src/document/vex-readers.generated.ts',
    listName: 'vexReaders',
    about: 'Every reader of VEX documents, sorted by id.',
    unlisted: [],
    named: [],
  },
  {
    folder: 'src/vulnerability/decide/ignore-file',
    shape: 'folders',
    idMember: 'id',
    contracts: ['IgnoreFileReader'],
    elementType: 'IgnoreFileReader',
    contractPath: 'src/foundation/core/ignore-rule.ts',
    registry: 'src/vulnerability/decide/ignore-file/registry.generated.ts',
    listName: 'ignoreFileReaders',
    about: 'Every reader of files with ignore rules, sorted by id.',
    unlisted: [],
    named: [],
  },
];

/** Commands are plug-ins without a generated list: `src/cli/command-table.ts` describes them. */
export const COMMANDS = {
  folder: 'src/cli/command',
  contracts: ['Command'],
  contractPath: 'src/cli/command.ts',
} as const;

/** One library per job: a second one at run time is an error. */
export const JOBS: Readonly<Record<string, readonly string[]>> = {
  YAML: ['yaml', 'js-yaml'],
  'regular expressions': ['re2js', '@bufbuild/re2'],
  CEL: ['@marcbachmann/cel-js', '@bufbuild/cel', 'cel-js'],
  TOML: ['smol-toml', '@iarna/toml', 'toml'],
  XML: ['saxes', 'sax', 'fast-xml-parser', 'xml2js'],
  schemas: ['valibot', 'zod', 'ajv', 'joi', 'yup', 'superstruct', 'arktype'],
  'version ranges': ['semver', 'compare-versions', 'semver-compare'],
  'path patterns': ['picomatch', 'minimatch', 'micromatch', 'glob'],
  'command line': ['commander', 'yargs', 'cac', 'citty', 'oclif'],
  web: ['hono', 'express', 'fastify', 'koa'],
  SQL: ['kysely', 'knex', 'drizzle-orm', 'typeorm'],
};
