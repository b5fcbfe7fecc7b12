import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv/dist/ajv.js';
import licenseIds from 'spdx-license-ids/index.json' with { type: 'json' };
import { present } from '../../src/core/assert.ts';
import { compareText } from '../../src/core/digest.ts';
import type { Format, Report } from '../../src/core/format.ts';
import { SILENT } from '../../src/core/progress.ts';
import { IDS_NOT_LISTED } from '../../src/format/cyclonedx-license.data.ts';
import { formats } from '../../src/format/registry.generated.ts';
import { readInventory } from '../../src/scan/scan.ts';
import { SAMPLE_REPORT, written } from '../support/sample-report.ts';
import { withFolder } from './score.ts';
import { SKIP_REASON, sharedMaterial } from './shared-material.ts';
import { corpusTargets } from './targets.ts';

const QUICK = new RegExp(
  `^(${[
    'alpine-3\\.20',
    'debian-trixie-slim',
    'go-web-alpine',
    'polyglot-image',
    'python-mini',
    'rpm-rocky9',
    'rust-ledger',
  ].join('|')})$`,
);
const TOOL = { name: 'plimsoll', version: '0' };

const shared = sharedMaterial();
const skip = shared === undefined ? SKIP_REASON : false;
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
const skipXml = hasXmllint ? skip : 'xmllint is not here (Debian: libxml2-utils)';

type NamedReport = readonly [name: string, report: Report];

let known: Promise<readonly NamedReport[]> | undefined;

/** Reports of the corpus, and the one that has something of everything. */
function reports(): Promise<readonly NamedReport[]> {
  known ??= withFolder(async (temporaryFolder) => {
    const list: NamedReport[] = [['sample', SAMPLE_REPORT]];
    for (const { name, input } of corpusTargets(shared ?? '', temporaryFolder, QUICK)) {
      const inventory = await readInventory(input, { name, temporaryFolder, progress: SILENT });
      list.push([name, { tool: TOOL, inventory, configuration: {} }]);
    }
    assert.equal(list.length, 8);
    return list;
  });
  return known;
}

function formatOf(id: string): Format {
  return present(
    formats.find((each) => each.id === id),
    'a format of this id',
  );
}

function schemaFile(name: string): object {
  return JSON.parse(readFileSync(join(shared ?? '', 'schemas', name), 'utf8')) as object;
}

/** The schemas refer to each other by addresses, which are those that the files name. */
function schemaOf(name: string): ValidateFunction {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  if (name.startsWith('cyclonedx')) {
    for (const other of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
      ajv.addSchema(schemaFile(`${other}.schema.json`));
    }
  }
  return ajv.compile(schemaFile(name));
}

suite('published formats', () => {
  for (const [id, schema] of [
    ['cyclonedx-json', 'cyclonedx'],
    ['spdx-json', 'spdx'],
  ] as const) {
    const format = formatOf(id);
    for (const version of format.versions?.all ?? []) {
      test(`${id} ${version} is valid under the published schema`, { skip }, async () => {
        const validate = schemaOf(`${schema}-${version}.schema.json`);
        assert.ok(!validate({}), 'the schema does not take everything');
        for (const [name, report] of await reports()) {
          const text = written(format, report, { version });
          assert.ok(validate(JSON.parse(text)), `${name}: ${ajvText(validate)}`);
          assert.equal(written(format, report, { version }), text, name);
        }
      });
    }
  }

  // The published schemas for XML at hand are of these versions.
  for (const version of ['1.4', '1.6', '1.7']) {
    const title = `cyclonedx-xml ${version} is valid under the published schema`;
    test(title, { skip: skipXml }, async () => {
      const list = await reports();
      await withFolder(async (folder) => {
        const files = list.map(([name, report]) => {
          const file = join(folder, `${name}.xml`);
          writeFileSync(file, written(formatOf('cyclonedx-xml'), report, { version }));
          return file;
        });
        const run = xmllint(folder, version, files);
        assert.equal(run.status, 0, run.stderr.slice(0, 2_000));
        const lines = run.stderr.trim().split('\n');
        assert.deepEqual(
          lines,
          files.map((file) => `${file} validates`),
        );
      });
    });
  }

  test('sarif is valid under the published schema', { skip }, () => {
    // Of draft 4 the schema uses only what later drafts kept, besides the name of its own address.
    const {
      id: _,
      $schema: __,
      ...schema
    } = schemaFile('sarif-2.1.0.schema.json') as {
      readonly id: string;
      readonly $schema: string;
    };
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    assert.ok(!validate({}), 'the schema does not take everything');
    const text = written(formatOf('sarif'), SAMPLE_REPORT);
    assert.ok(validate(JSON.parse(text)), ajvText(validate));
  });

  test('the identifiers of licences that the schema does not list are known', { skip }, () => {
    const { enum: listed } = schemaFile('spdx.schema.json') as { readonly enum: readonly string[] };
    const missing = licenseIds.filter((id) => !listed.includes(id));
    assert.deepEqual(missing.toSorted(compareText), [...IDS_NOT_LISTED].sort(compareText));
  });
});

function ajvText(validate: ValidateFunction): string {
  return JSON.stringify(validate.errors?.slice(0, 3));
}

/** The schemas import one by its address, which a catalog maps to the file. */
function xmllint(
  folder: string,
  version: string,
  files: readonly string[],
): { readonly status: number | null; readonly stderr: string } {
  const schemas = join(shared ?? '', 'schemas');
  const licenses = pathToFileURL(join(schemas, 'cyclonedx-spdx.xsd')).href;
  const catalog = join(folder, 'catalog.xml');
  writeFileSync(
    catalog,
    '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">' +
      `<system systemId="http://cyclonedx.org/schema/spdx" uri="${licenses}"/></catalog>`,
  );
  return spawnSync(
    'xmllint',
    ['--nonet', '--noout', '--schema', join(schemas, `cyclonedx-${version}.xsd`), ...files],
    { encoding: 'utf8', env: { ...process.env, XML_CATALOG_FILES: catalog } },
  );
}
