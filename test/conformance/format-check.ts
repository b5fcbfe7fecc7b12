import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv } from 'ajv/dist/ajv.js';
import type { Format, FormatOptions, Report } from '../../src/foundation/core/format.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { formats } from '../../src/report/output/formats.ts';
import { writeReport } from '../support/sample-report.ts';
import type { OtherReader, WrittenDocument } from './other-readers.ts';
import { TEMPLATE_OF_FINDINGS, TEMPLATE_OF_PACKAGES } from './template.data.ts';
import { checkAnnotations, checkCsv, checkMarkdown } from './text-check.ts';

/** The result of checking a document, and the schema or reading program that checked it. */
export interface Verdict {
  readonly format: string;
  readonly by: string;
  /** Empty if the document is valid. */
  readonly fault: string;
}

interface Check {
  readonly by: string;
  /** Returns the problem of the document; empty if there is none. */
  fault(text: string): string;
}

type JsonValidator = ((value: unknown) => boolean) & { readonly errors?: unknown };

interface PublishedSchema {
  readonly id?: string;
  readonly $id?: string;
  readonly $schema?: string;
  readonly $ref?: string;
}

/** Checks that are not available everywhere. */
export interface MoreChecks {
  /** Other programs that read the formats they support. */
  readonly readers?: readonly OtherReader[];
  /** Files of further schemas by format; `FILE#/path/in/it` is a part of a file. */
  readonly schemas?: ReadonlyMap<string, string>;
}

/** Checks documents of every format with schemas, and with other programs if they are available. */
export class FormatChecker {
  readonly #schemas: string;
  readonly #folder: string;
  readonly #readers: readonly OtherReader[];
  readonly #moreSchemas: ReadonlyMap<string, string>;
  readonly #validators = new Map<string, JsonValidator>();

  constructor(shared: string, folder: string, more: MoreChecks = {}) {
    const { readers = [], schemas = new Map() } = more;
    this.#schemas = join(shared, 'schemas');
    this.#folder = folder;
    this.#readers = readers;
    this.#moreSchemas = schemas;
  }

  /**
   * Returns at least one verdict for each format and version that supports the report's content: of
   * its schema, of each other program that reads it, or else of its last line.
   */
  check(report: Report, documents = writeAllDocuments(report)): Verdict[] {
    const verdicts = documents.flatMap(({ format, text }) => [
      ...[this.judge(format, text)].filter((verdict) => verdict !== undefined),
      ...this.#checkSchemas(format, text),
    ]);
    if (this.#readers.length > 0) {
      verdicts.push(...this.#checkReaders(documents, report));
    }
    const checked = new Set(verdicts.map(({ format }) => format));
    const others = documents
      .filter(({ format }) => !checked.has(format))
      .map(({ format, text }) => ({ format, by: LINES.by, fault: LINES.fault(text) }));
    return [...verdicts, ...others];
  }

  /** Checks by the schema or the rules of the format; `undefined` if there is neither. */
  judge(format: string, text: string): Verdict | undefined {
    const check = this.#findCheck(format);
    return check && { format, by: check.by, fault: check.fault(text) };
  }

  #checkReaders(
    documents: readonly { readonly format: string; readonly text: string }[],
    report: Report,
  ): Verdict[] {
    const inFolder: readonly WrittenDocument[] = documents.map(({ format, text }) => {
      const file = join(this.#folder, `document.${format}`);
      writeFileSync(file, text);
      return { format, text, file };
    });
    return this.#readers.flatMap((reader) => {
      const readable = inFolder.filter(({ format }) => reader.reads.test(format));
      const faults = readable.length === 0 ? [] : reader.faults(readable, report);
      return readable.map(({ format }, place) => ({
        format,
        by: reader.name,
        fault: faults[place] ?? '',
      }));
    });
  }

  #checkSchemas(format: string, text: string): readonly Verdict[] {
    const schema = this.#moreSchemas.get(format);
    const check = schema === undefined ? undefined : this.#createJsonCheck(schema);
    return check === undefined ? [] : [{ format, by: check.by, fault: check.fault(text) }];
  }

  #findCheck(name: string): Check | undefined {
    const json = JSON_SCHEMAS[name.replace(/@.*/, '')];
    const version = name.replace(/^[^@]*@?/, '');
    if (json !== undefined) {
      return this.#createJsonCheck(json.replace('VERSION', version));
    }
    if (name.startsWith('cyclonedx-xml') && version !== '1.5') {
      return { by: `cyclonedx-${version}.xsd`, fault: (text) => this.#findXsdFault(text, version) };
    }
    if (name === 'junit') {
      return { by: JUNIT, fault: (text) => this.#findLintFault(text, join(OWN_SCHEMAS, JUNIT)) };
    }
    return name === 'github-json' ? GITHUB : TEXT_CHECKS[name];
  }

  #createJsonCheck(schema: string): Check {
    const file = schema.replace(/^spdx-3\.0\./, 'spdx-3.0.1.');
    return {
      by: file,
      fault: (text) => {
        const validate = this.#getValidator(file);
        return validate(JSON.parse(text)) ? '' : JSON.stringify(validate.errors).slice(0, 500);
      },
    };
  }

  #getValidator(file: string): JsonValidator {
    const known = this.#validators.get(file);
    if (known !== undefined) {
      return known;
    }
    const { id: _, $schema: draft = '', ...schema } = this.#readSchema(file);
    const options = { strict: false, validateFormats: false };
    const ajv = /2020-12/.test(draft) ? new Ajv2020(options) : new Ajv(options);
    const family = file.replace(/-.*/, '');
    for (const [other, address] of REFERRED_SCHEMAS[family] ?? []) {
      const { id: _id, $id: _$id, $schema: _draft, ...rest } = this.#readSchema(other);
      ajv.addSchema(rest, address);
    }
    OPEN_SCHEMAS[family]?.forEach((address) => ajv.addSchema({}, address));
    const compiled = ajv.compile(schema) as unknown as JsonValidator;
    this.#validators.set(file, compiled);
    return compiled;
  }

  #readSchema(place: string): PublishedSchema {
    const [file = '', part] = place.split('#', 2);
    const folder = file.startsWith('gitlab') ? OWN_SCHEMAS : this.#schemas;
    const bytes = readFileSync(resolve(folder, file));
    const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    const schema = JSON.parse(text.toString('utf8'), replaceNullable) as PublishedSchema;
    return part === undefined ? schema : { ...schema, $ref: `#${part}` };
  }

  /** The schemas import one by its address, which a catalog maps to the file. */
  #findXsdFault(text: string, version: string): string {
    const catalog = join(this.#folder, 'catalog.xml');
    const licenses = pathToFileURL(join(this.#schemas, 'cyclonedx-spdx.xsd')).href;
    writeFileSync(
      catalog,
      '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">' +
        `<system systemId="http://cyclonedx.org/schema/spdx" uri="${licenses}"/></catalog>`,
    );
    return this.#findLintFault(text, join(this.#schemas, `cyclonedx-${version}.xsd`), catalog);
  }

  #findLintFault(text: string, schema: string, catalog = ''): string {
    const file = join(this.#folder, 'document.xml');
    writeFileSync(file, text);
    const { status, stderr } = spawnSync(
      'xmllint',
      ['--nonet', '--noout', '--schema', schema, file],
      { encoding: 'utf8', env: { ...process.env, XML_CATALOG_FILES: catalog } },
    );
    return status === 0 ? '' : stderr.slice(0, 500);
  }
}

/** Schemas that are small and freely licensed enough to lie beside the tests. */
const OWN_SCHEMAS = join(import.meta.dirname, 'schema');
const JUNIT = 'junit-10.xsd';

const TEXT_CHECKS: Readonly<Record<string, Check>> = {
  'github-annotations': { by: 'the rules of workflow commands', fault: checkAnnotations },
  csv: { by: 'RFC 4180', fault: checkCsv },
  markdown: { by: 'the rules of tables in GFM', fault: checkMarkdown },
};

/**
 * OpenAPI 3.0 uses `nullable` because its types cannot include null, unlike those of JSON Schema.
 */
function replaceNullable(_name: string, value: unknown): unknown {
  const isNullable =
    typeof value === 'object' && value !== null && 'nullable' in value && !('type' in value);
  if (!isNullable) {
    return value;
  }
  const { nullable: _, ...rest } = value;
  return { anyOf: [rest, { type: 'null' }] };
}

const JSON_SCHEMAS: Readonly<Record<string, string>> = {
  'cyclonedx-json': 'cyclonedx-VERSION.schema.json',
  'spdx-json': 'spdx-VERSION.schema.json',
  'syft-json': 'syft-json-16.schema.json.gz',
  sarif: 'sarif-2.1.0.schema.json',
  openvex: 'openvex-0.2.schema.json',
  'cyclonedx-vex': 'cyclonedx-VERSION.schema.json',
  gitlab: 'gitlab-container-scanning-15.2.1.schema.json',
  'csaf-vex': 'csaf-VERSION.schema.json',
};

/** Schemas that those of a family refer to, by the address that is used for them. */
const REFERRED_SCHEMAS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  cyclonedx: [
    ['spdx.schema.json', 'http://cyclonedx.org/schema/spdx.schema.json'],
    ['jsf-0.82.schema.json', 'http://cyclonedx.org/schema/jsf-0.82.schema.json'],
    ['cryptography-defs.schema.json', 'http://cyclonedx.org/schema/cryptography-defs.schema.json'],
  ],
  csaf: ['2.0', '3.0', '3.1'].map((version) => [
    `cvss-v${version}.schema.json`,
    `https://www.first.org/cvss/cvss-v${version}.json`,
  ]),
};

/** Referenced schemas that are not available: they accept anything. */
const OPEN_SCHEMAS: Readonly<Record<string, readonly string[]>> = {
  csaf: [
    'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/extension-content.json',
    'https://www.first.org/cvss/cvss-v4.0.json',
    'https://certcc.github.io/SSVC/data/schema/v2/SelectionList_2_0_0.schema.json',
  ],
};

/** For documents without a schema and a reader: each must have some content. */
const LINES: Check = {
  by: 'no schema and no other reader',
  fault: (text) => (text === '' || text.endsWith('\n') ? '' : 'the last line has no end'),
};

const TEXT = { type: 'string' } as const;

/** Requirements of GitHub for each part. REST API, "Create a snapshot of dependencies". */
const GITHUB_SCHEMA = {
  type: 'object',
  required: ['version', 'job', 'sha', 'ref', 'detector', 'scanned', 'manifests'],
  properties: {
    version: { type: 'integer' },
    job: {
      type: 'object',
      required: ['id', 'correlator'],
      properties: { id: TEXT, correlator: TEXT, html_url: TEXT },
      additionalProperties: false,
    },
    sha: { type: 'string', minLength: 40, maxLength: 64 },
    ref: { type: 'string', pattern: '^refs/' },
    detector: {
      type: 'object',
      required: ['name', 'version', 'url'],
      properties: { name: TEXT, version: TEXT, url: TEXT },
      additionalProperties: false,
    },
    metadata: { $ref: '#/$defs/metadata' },
    scanned: { type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$` },
    manifests: { type: 'object', additionalProperties: { $ref: '#/$defs/manifest' } },
  },
  additionalProperties: false,
  $defs: {
    metadata: {
      type: 'object',
      maxProperties: 8,
      additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    },
    manifest: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', minLength: 1 },
        file: {
          type: 'object',
          properties: { source_location: TEXT },
          additionalProperties: false,
        },
        metadata: { $ref: '#/$defs/metadata' },
        resolved: { type: 'object', additionalProperties: { $ref: '#/$defs/dependency' } },
      },
      additionalProperties: false,
    },
    dependency: {
      type: 'object',
      properties: {
        package_url: { type: 'string', pattern: '^pkg:' },
        metadata: { $ref: '#/$defs/metadata' },
        relationship: { enum: ['direct', 'indirect'] },
        scope: { enum: ['runtime', 'development'] },
        dependencies: { type: 'array', items: TEXT },
      },
      additionalProperties: false,
    },
  },
} as const;

const githubValidator = new Ajv({ strict: false }).compile(GITHUB_SCHEMA);

const GITHUB: Check = {
  by: "the shapes of GitHub's REST API",
  fault: (text) =>
    githubValidator(JSON.parse(text)) ? '' : JSON.stringify(githubValidator.errors).slice(0, 500),
};

/** The workflow run for formats that a run must submit. */
const RUN = {
  sha: 'ab'.repeat(20),
  ref: 'refs/heads/main',
  id: '7',
  correlator: 'build_scan',
  url: 'https://github.example.org/ada/app/actions/runs/7',
} as const;

/**
 * Writes the report in every format and version that supports its content, as the command line
 * does.
 */
export function writeAllDocuments(
  report: Report,
  isParity = false,
): readonly { readonly format: string; readonly text: string }[] {
  const kind = report.findings === undefined ? 'inventory' : 'findings';
  return formats
    .filter(
      ({ carries, findRefusal: refusal }) =>
        carries.includes(kind) && refusal?.(report) === undefined,
    )
    .flatMap((format) =>
      (format.versions?.all ?? [undefined]).map((version) => ({
        format: version === undefined ? format.id : `${format.id}@${version}`,
        text: documentText(format, report, {
          isParity,
          ...(version === undefined ? {} : { version }),
        }),
      })),
    );
}

function documentText(
  format: Format,
  report: Report,
  options: Pick<FormatOptions, 'isParity' | 'version'>,
): string {
  const text = report.findings === undefined ? TEMPLATE_OF_PACKAGES : TEMPLATE_OF_FINDINGS;
  return writeReport(format, report, {
    ...options,
    ...(format.namesRun ? { run: RUN } : {}),
    ...(format.takesTemplate ? { template: { text, limits: DEFAULT_LIMITS } } : {}),
  });
}
