import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDefault, formatFlag, formatLimit } from '../src/cli/help-text.ts';
import { createPolicySchema } from '../src/compliance/policy/policy-schema.ts';
import { COMMAND_NAMES } from '../src/foundation/config/command-names.data.ts';
import type { OptionSpec } from '../src/foundation/config/option-spec.ts';
import { OPTION_LIST, OPTION_TOPICS } from '../src/foundation/config/option-table.ts';
import { isBytesLimit, LIMIT_NAMES } from '../src/foundation/config/read-value.ts';
import { LIMITS } from '../src/foundation/core/limits.ts';
import { providers } from '../src/vulnerability/advisory/provider/registry.generated.ts';
import { createFactsPage } from './facts-page.ts';
import { createPacksPage } from './packs-page.ts';

const ROOT = join(import.meta.dirname, '..');

/** Returns every generated page under `docs`, by path, with its content. */
export function generateDocs(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/options.md', createOptionsPage()],
    ['docs/feeds.md', createFeedsPage()],
    ['docs/facts.md', createFactsPage()],
    ['docs/packs.md', createPacksPage()],
    ['docs/config.schema.json', `${JSON.stringify(createConfigurationSchema(), undefined, 2)}\n`],
    ['docs/policy.schema.json', `${JSON.stringify(createPolicySchema(), undefined, 2)}\n`],
  ]);
}

/** Returns the paths of pages that are missing or differ from the generated content. */
export function findOutdatedDocs(): string[] {
  return [...generateDocs()]
    .filter(([path, content]) => readPage(path) !== content)
    .map(([path]) => path);
}

function readPage(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

const INTRODUCTION = `# Options

This page is generated from \`src/foundation/config/options\` by \`tools/generate-docs.ts\`.

A flag takes precedence over the environment, the environment over the configuration file, and the file over the default.
\`plimsoll config\` prints every value and its origin. An unknown flag, an unknown variable \`PLIMSOLL_…\`, or an unknown key of
the file is an error.

## Configuration files

| file | used | may set |
|---|---|---|
| the one that \`--config FILE\` or \`PLIMSOLL_CONFIG\` names | instead of all others | everything |
| \`plimsoll/config.yaml\` in \`$XDG_CONFIG_HOME\` (\`~/.config\`) | if it exists | everything |
| \`.plimsoll.yaml\` in the working directory | if it exists, after your own | only settings that cannot harm you |

\`docs/config.schema.json\` is their schema. Paths in them are relative to the working directory.

Your own file takes precedence over the one in the working directory. That file may have come with a checkout, so its author is not
trusted:

- When it is used, standard error lists the keys that it sets, even with \`-q\`, and reports record its path and SHA-256.
- It may choose formats for standard output, gates, and the displayed results.
- It may not write files, choose templates, databases, mirrors, certificates or caches, raise limits, or silence the run. Such a key is
  an error, and the hint is to name the file: \`--config .plimsoll.yaml\`.
- Keys that leave out packages or findings (\`exclude\`, \`select-catalogers\`, \`severity\` …) make the result incomplete. So do
  ignore rules without a reason and expired ones. All its ignore rules are printed.
- It is never used if it is part of the target, as with \`plimsoll dir:.\`, because it then comes from the author of the target.

The same rules apply to \`.grype.yaml\` and \`.syft.yaml\` with the command lines of Grype and Syft, except that a rejected key is
reported and has no effect.
`;

/** Feeds with more addresses than this are described by the first and the number of the others. */
const SOURCES_SHOWN = 3;

function createFeedsPage(): string {
  const rows = providers.flatMap((feed) => {
    if (feed.kind !== 'feed') return [];
    const { id, title, spec, license, sources, marks = [] } = feed;
    const urls = sources.slice(0, SOURCES_SHOWN).map(({ url, form }) => `${url} (${form})`);
    const more = sources.length - urls.length;
    const places = [...urls, ...(more > 0 ? [`and ${more} more`] : [])].join('<br>');
    const stated = license.expression === 'NONE' ? 'none stated' : license.expression;
    const terms = [stated, ...marks.map((mark) => mark.replace('-', ' '))].join('; ');
    return [`| \`${id}\` | [${title}](${spec}) | ${places} | ${terms} | ${license.attribution} |`];
  });
  return `${FEEDS_INTRODUCTION}${rows.join('\n')}\n`;
}

const FEEDS_INTRODUCTION = `# Advisory feeds

This page is generated from \`src/vulnerability/advisory/provider\` by \`tools/generate-docs.ts\`.

\`plimsoll db build FEED=FILE\` reads documents of these feeds. Each is a directory in \`src/vulnerability/advisory/provider\` that declares its
addresses and license, and reads its documents. If you distribute a database that you built, follow the licenses and name the sources.
Do not distribute documents or databases of a feed that is marked as *never shipped*; *untested* feeds were never read in full.

| feed | documents | addresses | license | attribution |
|---|---|---|---|---|
`;

function createOptionsPage(): string {
  const sections = OPTION_TOPICS.map(({ title, options }) => {
    const heading = `## ${title[0]?.toUpperCase()}${title.slice(1)}`;
    return [heading, ...Object.values(options).map(formatOptionSection)].join('\n\n');
  });
  const limits = LIMIT_NAMES.map(
    (name) => `| \`${name}\` | ${formatLimit(name)} | ${LIMITS[name].about} |`,
  );
  const table = `| limit | default | bounds |\n|---|---|---|\n${limits.join('\n')}`;
  return `${INTRODUCTION}\n${sections.join('\n\n')}\n\n## Limits\n\n${table}\n`;
}

function formatOptionSection(spec: OptionSpec): string {
  const commands = COMMAND_NAMES.filter((name) => spec.commands.includes(name));
  const isEvery = commands.length === COMMAND_NAMES.length;
  const facts = [
    spec.kind === 'choice' ? `Values: ${spec.choices.join(', ')}.` : undefined,
    formatDefault(spec) === '' ? undefined : `Default: ${formatDefault(spec)}.`,
    spec.environment === undefined ? undefined : `Variable \`${spec.environment}\`.`,
    spec.configKey === undefined
      ? undefined
      : `Key \`${spec.configKey}\`${formatProjectText(spec)}.`,
    isEvery ? undefined : `Commands: ${commands.join(', ')}.`,
  ].filter((fact) => fact !== undefined);
  const sentence = `${spec.description[0]?.toUpperCase()}${spec.description.slice(1)}.`;
  return `### \`${formatFlag(spec).trim()}\`\n\n${[sentence, ...facts].join(' ')}\n\n\`\`\`sh\n${spec.example}\n\`\`\``;
}

/** Describes the effect of the key in a file that the user did not name. */
function formatProjectText({ fromProject }: OptionSpec): string {
  switch (fromProject) {
    case 'allowed':
      return '';
    case 'incomplete':
      return ', which makes the result incomplete if the configuration file was discovered';
    case 'standard-output':
      return ', which cannot write files if the configuration file was discovered';
    case 'refused':
      return ', only in your own configuration file or one named with `--config`';
  }
}

/** One string or several. */
const TEXTS = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };

/** `docs/decisions.md`, "Ignore rules". */
const IGNORE_SCHEMA = {
  description: 'rules that ignore findings; each requires a reason',
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['reason'],
    properties: {
      vulnerability: TEXTS,
      package: {
        anyOf: [
          { type: 'string' },
          {
            type: 'object',
            additionalProperties: false,
            properties: Object.fromEntries(
              ['name', 'version', 'type', 'language', 'purl', 'path', 'upstream'].map((name) => [
                name,
                { type: 'string' },
              ]),
            ),
          },
        ],
      },
      'fix-state': TEXTS,
      'match-type': TEXTS,
      reason: { type: 'string', minLength: 1 },
      owner: { type: 'string' },
      ticket: { type: 'string' },
      expires: { type: 'string', format: 'date' },
      'until-fixed': { type: 'boolean' },
    },
  },
};

const HARDEN_RULES = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['value', 'reason'],
    properties: {
      value: { type: 'string', minLength: 1 },
      reason: { type: 'string', minLength: 1 },
      owner: { type: 'string' },
      expires: { type: 'string', format: 'date' },
    },
  },
};

/** `docs/harden.md`, "Declare it in a file". */
const HARDEN_SCHEMA = {
  description: 'files and commands that removal plans keep or drop; each requires a reason',
  type: 'object',
  additionalProperties: false,
  properties: { keep: HARDEN_RULES, drop: HARDEN_RULES, also: HARDEN_RULES },
};

/** Creates the JSON Schema (2020-12) of the configuration file. */
function createConfigurationSchema(): unknown {
  const properties = OPTION_LIST.flatMap(({ spec }) =>
    spec.configKey === undefined ? [] : [[spec.configKey, createPropertySchema(spec)] as const],
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration file of plimsoll',
    type: 'object',
    additionalProperties: false,
    properties: { ...Object.fromEntries(properties), ignore: IGNORE_SCHEMA, harden: HARDEN_SCHEMA },
  };
}

function createPropertySchema(spec: OptionSpec): Record<string, unknown> {
  const { description } = spec;
  const text = { type: 'string', minLength: 1 };
  switch (spec.kind) {
    case 'boolean':
      return { description, type: 'boolean', default: spec.default };
    case 'choice':
      return { description, enum: spec.choices, default: spec.default };
    case 'list':
      return { description, anyOf: [text, { type: 'array', items: text }] };
    case 'number':
      return { description, type: 'integer', minimum: 0, default: spec.default };
    case 'bytes':
      return { description, ...BYTES, default: spec.default };
    case 'limits':
      return { description, ...createLimitsSchema() };
    case 'text':
      return { description, ...text };
  }
}

const BYTES = {
  anyOf: [
    { type: 'integer', minimum: 1 },
    { type: 'string', pattern: '^\\d[\\d_]{0,23} ?([kKmMgG]([iI]?[bB])?|[bB])?$' },
  ],
} as const;

function createLimitsSchema(): Record<string, unknown> {
  const properties = LIMIT_NAMES.map((name) => [
    name,
    {
      description: LIMITS[name].about,
      ...(isBytesLimit(name) ? BYTES : { type: 'integer', minimum: 1 }),
      default: LIMITS[name].value,
    },
  ]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

if (import.meta.main) {
  const isCheck = process.argv.includes('--check');
  const outdated = findOutdatedDocs();
  for (const path of outdated) {
    if (isCheck) {
      process.stderr.write(`${path} is outdated: run node tools/generate-docs.ts\n`);
    } else {
      writeFileSync(join(ROOT, path), generateDocs().get(path) ?? '');
      process.stdout.write(`wrote ${path}\n`);
    }
  }
  process.exitCode = isCheck && outdated.length > 0 ? 1 : 0;
}
