import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv } from 'ajv/dist/ajv.js';
import { present } from '../../src/core/assert.ts';
import type { Format, Report } from '../../src/core/format.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { formats } from '../../src/format/registry.generated.ts';
import { written } from '../support/sample-report.ts';

/** How a document was held to be good: by which schema, or by which other program that read it. */
export interface Verdict {
  readonly format: string;
  readonly by: string;
  /** Empty where it is good. */
  readonly fault: string;
}

interface Check {
  readonly by: string;
  /** What is wrong with the document; empty: nothing. */
  fault(text: string, report: Report): string;
}

type JsonValidator = ((value: unknown) => boolean) & { readonly errors?: unknown };

/** Holds documents of every format against schemas, and against Syft where it is at hand. */
export class FormatChecker {
  readonly #schemas: string;
  readonly #folder: string;
  readonly #syft: string | undefined;
  readonly #validators = new Map<string, JsonValidator>();

  constructor(shared: string, folder: string, syft: string | undefined) {
    this.#schemas = join(shared, 'schemas');
    this.#folder = folder;
    this.#syft = syft;
  }

  /** A verdict for each format and version that holds what the report has. */
  check(report: Report): Verdict[] {
    const kind = report.findings === undefined ? 'inventory' : 'findings';
    return formats
      .filter(({ carries }) => carries.includes(kind))
      .flatMap((format) =>
        (format.versions?.all ?? [undefined]).map((version) =>
          this.#verdict(format, version, report),
        ),
      );
  }

  #verdict(format: Format, version: string | undefined, report: Report): Verdict {
    const name = version === undefined ? format.id : `${format.id}@${version}`;
    const text = documentText(format, report, version);
    const check = this.#checkFor(name) ?? LINES;
    return { format: name, by: check.by, fault: check.fault(text, report) };
  }

  #checkFor(name: string): Check | undefined {
    const json = JSON_SCHEMAS[name.replace(/@.*/, '')];
    const version = name.replace(/^[^@]*@?/, '');
    if (json !== undefined) {
      return this.#jsonCheck(json.replace('VERSION', version));
    }
    if (name.startsWith('cyclonedx-xml') && version !== '1.5') {
      return { by: `cyclonedx-${version}.xsd`, fault: (text) => this.#xsdFault(text, version) };
    }
    if (name === 'github-json') {
      return GITHUB;
    }
    return this.#syft !== undefined && READ_BY_SYFT.test(name)
      ? { by: 'read by Syft', fault: (text, report) => this.#syftFault(text, report) }
      : undefined;
  }

  #jsonCheck(schema: string): Check {
    const file = schema.replace(/^spdx-3\.0\./, 'spdx-3.0.1.');
    return {
      by: file,
      fault: (text) => {
        const validate = this.#validator(file);
        return validate(JSON.parse(text)) ? '' : JSON.stringify(validate.errors).slice(0, 500);
      },
    };
  }

  #validator(file: string): JsonValidator {
    const known = this.#validators.get(file);
    if (known !== undefined) {
      return known;
    }
    const { id: _, $schema: draft = '', ...schema } = this.#schema(file);
    const options = { strict: false, validateFormats: false };
    const ajv = /2020-12/.test(draft) ? new Ajv2020(options) : new Ajv(options);
    if (file.startsWith('cyclonedx')) {
      for (const other of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
        ajv.addSchema(this.#schema(`${other}.schema.json`));
      }
    }
    const compiled = ajv.compile(schema) as unknown as JsonValidator;
    this.#validators.set(file, compiled);
    return compiled;
  }

  #schema(file: string): { readonly id?: string; readonly $schema?: string } {
    const bytes = readFileSync(join(this.#schemas, file));
    const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    return JSON.parse(text.toString('utf8')) as { readonly id?: string };
  }

  /** The schemas import one by its address, which a catalog maps to the file. */
  #xsdFault(text: string, version: string): string {
    const file = join(this.#folder, 'document.xml');
    const catalog = join(this.#folder, 'catalog.xml');
    const licenses = pathToFileURL(join(this.#schemas, 'cyclonedx-spdx.xsd')).href;
    writeFileSync(file, text);
    writeFileSync(
      catalog,
      '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">' +
        `<system systemId="http://cyclonedx.org/schema/spdx" uri="${licenses}"/></catalog>`,
    );
    const schema = join(this.#schemas, `cyclonedx-${version}.xsd`);
    const { status, stderr } = spawnSync(
      'xmllint',
      ['--nonet', '--noout', '--schema', schema, file],
      { encoding: 'utf8', env: { ...process.env, XML_CATALOG_FILES: catalog } },
    );
    return status === 0 ? '' : stderr.slice(0, 500);
  }

  /** Syft must read every package that has a package URL. */
  #syftFault(text: string, { inventory }: Report): string {
    const file = join(this.#folder, 'document.txt');
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync(
      present(this.#syft, 'Syft'),
      ['convert', file, '-q', '-o', 'syft-json'],
      { encoding: 'utf8', maxBuffer: 2 ** 29 },
    );
    if (status !== 0) {
      return stderr.slice(0, 500);
    }
    const { artifacts } = JSON.parse(stdout) as { artifacts: { purl: string }[] };
    const read = new Set(artifacts.map(({ purl }) => purl.replace(/[?#].*/, '').toLowerCase()));
    const missing = inventory.packages.find(
      ({ purl }) => purl !== '' && !read.has(purl.replace(/[?#].*/, '').toLowerCase()),
    );
    return missing === undefined ? '' : `Syft does not find ${missing.purl}`;
  }
}

const JSON_SCHEMAS: Readonly<Record<string, string>> = {
  'cyclonedx-json': 'cyclonedx-VERSION.schema.json',
  'spdx-json': 'spdx-VERSION.schema.json',
  'syft-json': 'syft-json-16.schema.json.gz',
  sarif: 'sarif-2.1.0.schema.json',
};

const READ_BY_SYFT = /^(?:cyclonedx-xml|spdx-tag-value|purls)(?:@|$)/;

/** For documents of which there is neither a schema nor a reader: each has something to say. */
const LINES: Check = {
  by: 'no schema and no other reader',
  fault: (text) => (text.endsWith('\n') ? '' : 'the last line has no end'),
};

/** What GitHub requires of each part. REST API, "Create a snapshot of dependencies". */
const GITHUB_SCHEMA = {
  type: 'object',
  required: ['version', 'job', 'detector', 'scanned', 'manifests'],
  properties: {
    version: { type: 'integer' },
    job: { type: 'object' },
    detector: { type: 'object', required: ['name', 'version', 'url'] },
    metadata: { $ref: '#/$defs/metadata' },
    scanned: { type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$` },
    manifests: { type: 'object', additionalProperties: { $ref: '#/$defs/manifest' } },
  },
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
        file: { type: 'object', properties: { source_location: { type: 'string' } } },
        metadata: { $ref: '#/$defs/metadata' },
        resolved: { type: 'object', additionalProperties: { $ref: '#/$defs/dependency' } },
      },
    },
    dependency: {
      type: 'object',
      properties: {
        package_url: { type: 'string', pattern: '^pkg:' },
        metadata: { $ref: '#/$defs/metadata' },
        relationship: { enum: ['direct', 'indirect'] },
        scope: { enum: ['runtime', 'development'] },
        dependencies: { type: 'array', items: { type: 'string' } },
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

const TEMPLATE =
  '{{range .artifacts}}{{.name}} {{end}}{{range .matches}}{{.artifact.name}} {{end}}\n';

/** The document as the command line writes it. */
function documentText(format: Format, report: Report, version: string | undefined): string {
  const seen = report.findings === undefined ? 'syft-json' : 'grype-json';
  const document = present(
    formats.find(({ id }) => id === seen),
    'a format that templates see',
  );
  return written(format, report, {
    ...(version === undefined ? {} : { version }),
    ...(format.takesTemplate
      ? { template: { text: TEMPLATE, document, limits: DEFAULT_LIMITS } }
      : {}),
  });
}

/** A digest of what every format and version writes. */
export function digestOfAll(report: Report): string {
  const kind = report.findings === undefined ? 'inventory' : 'findings';
  const all = formats
    .filter(({ carries }) => carries.includes(kind))
    .flatMap((format) =>
      (format.versions?.all ?? [undefined]).map((version) =>
        hash('sha256', documentText(format, report, version)),
      ),
    );
  return hash('sha256', all.join());
}
