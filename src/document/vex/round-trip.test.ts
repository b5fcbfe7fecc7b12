import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_INVENTORY, writeReport } from '../../../test/support/sample-report.ts';
import { readVex } from '../../../test/support/vex-refusals.ts';
import { present } from '../../foundation/core/assert.ts';
import {
  VEX_JUSTIFICATIONS,
  VEX_STATUSES,
  type VexDocument,
  type VexStatement,
} from '../../foundation/core/decision.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { VexReader } from '../../foundation/core/vex-reader.ts';
import { formats } from '../../report/output/formats.ts';
import { REMEDIATIONS } from '../csaf/vocabulary.data.ts';
import {
  ANALYSIS_JUSTIFICATIONS,
  ANALYSIS_RESPONSES,
  ANALYSIS_STATES,
} from '../cyclonedx/vocabulary.data.ts';
import { HASH_DIGITS } from '../sbom/hash-algorithm.ts';
import { vexReaders } from '../vex-readers.generated.ts';

interface Notation {
  readonly writer: string;
  readonly reader: string;
  readonly version?: string;
}

const OPENVEX: Notation = { writer: 'openvex', reader: 'openvex' };
const CSAFS = ['2.0', '2.1'].map((version) => ({ writer: 'csaf-vex', reader: 'csaf', version }));
const CYCLONEDXES = ['1.4', '1.6', '1.7'].map((version) => ({
  writer: 'cyclonedx-vex',
  reader: 'cyclonedx-vex',
  version,
}));
const NOTATIONS: readonly Notation[] = [OPENVEX, ...CSAFS, ...CYCLONEDXES];

const PURL = 'pkg:oci/app@sha256%3Aab';
const PRODUCT = { identifiers: [PURL], hashes: [], subcomponents: [] };

type Seed = Partial<VexStatement> & Pick<VexStatement, 'status'>;

/** Writes a document with one statement, and returns the statement that is read from it. */
function convert({ writer, reader, version }: Notation, seed: Seed): VexStatement {
  const statement: VexStatement = {
    index: 0,
    vulnerability: 'CVE-2026-1',
    aliases: [],
    products: [PRODUCT],
    responses: [],
    impactStatement: 'why',
    ...seed,
  };
  const vex: VexDocument = {
    format: 'test',
    origin: 'test',
    id: 'test',
    author: 'A',
    statements: [statement],
    problems: [],
  };
  const text = writeReport(
    present(
      formats.find(({ id }) => id === writer),
      writer,
    ),
    {
      tool: { name: 'plimsoll', version: '1' },
      inventory: SAMPLE_INVENTORY,
      timestamp: '2026-11-25T00:00:00Z',
      configuration: {},
      vex,
    },
    defined({ version }),
  );
  const read = readVex(findVexReader(reader), text);
  assert.deepEqual(read.problems, []);
  return present(read.statements[0], 'a statement');
}

function findVexReader(id: string): VexReader {
  return present(
    vexReaders.find((one) => one.id === id),
    id,
  );
}

suite('a VEX statement that is written and read again', () => {
  test('has the same status in every format', () => {
    for (const notation of NOTATIONS) {
      for (const status of VEX_STATUSES) {
        assert.equal(convert(notation, { status }).status, status, notation.writer);
      }
    }
  });

  test('has the same justification, except for one that CycloneDX does not distinguish', () => {
    for (const notation of NOTATIONS) {
      for (const justification of VEX_JUSTIFICATIONS) {
        const read = convert(notation, { status: 'not_affected', justification });
        const isCyclonedx = notation.writer === 'cyclonedx-vex';
        const isMerged = isCyclonedx && justification === 'component_not_present';
        const expected = isMerged ? 'vulnerable_code_not_present' : justification;
        assert.equal(read.justification, expected, notation.writer);
      }
    }
  });

  test("keeps each of CycloneDX's justifications and its false positives as a detail", () => {
    for (const notation of CYCLONEDXES) {
      for (const [detail, justification] of ANALYSIS_JUSTIFICATIONS.values) {
        const read = convert(notation, { status: 'not_affected', justification, detail });
        assert.deepEqual([read.detail, read.justification], [detail, justification]);
      }
      const read = convert(notation, { status: 'not_affected', detail: 'false_positive' });
      assert.equal(read.detail, 'false_positive');
      assert.ok(ANALYSIS_STATES.values.has(read.detail));
    }
  });

  test('has the same responses in CycloneDX, and the nearest ones for those of CSAF', () => {
    const responses = new Set([
      ...ANALYSIS_RESPONSES.values.keys(),
      ...REMEDIATIONS['2.1'].values.keys(),
    ]);
    const nearest: Readonly<Record<string, readonly string[]>> = {
      no_fix_planned: ['will_not_fix'],
      vendor_fix: ['update'],
      optional_patch: ['update'],
      mitigation: ['workaround_available'],
      workaround: ['workaround_available'],
      none_available: [],
      fix_planned: [],
    };
    for (const notation of CYCLONEDXES) {
      for (const response of responses) {
        const read = convert(notation, { status: 'affected', responses: [response] });
        assert.deepEqual(read.responses, nearest[response] ?? [response], response);
      }
    }
  });

  test('has the same response in CSAF, and the nearest one for those of CycloneDX', () => {
    const nearest: Readonly<Record<string, string>> = {
      can_not_fix: 'no_fix_planned',
      will_not_fix: 'no_fix_planned',
      update: 'vendor_fix',
      rollback: 'mitigation',
      workaround_available: 'workaround',
    };
    const nearestOf2: Readonly<Record<string, string>> = {
      fix_planned: 'none_available',
      optional_patch: 'vendor_fix',
    };
    for (const notation of CSAFS) {
      for (const response of REMEDIATIONS['2.1'].words.keys()) {
        const read = convert(notation, { status: 'affected', responses: [response] });
        const older = notation.version === '2.0' ? nearestOf2[response] : undefined;
        assert.deepEqual(read.responses, [older ?? nearest[response] ?? response], response);
      }
    }
  });

  test('is about the same versions', () => {
    const versionRange = 'vers:generic/<2';
    for (const notation of CYCLONEDXES) {
      for (const status of VEX_STATUSES) {
        const read = convert(notation, { status, products: [{ ...PRODUCT, versionRange }] });
        assert.deepEqual(
          read.products.map((one) => one.versionRange),
          [versionRange],
          status,
        );
      }
    }
  });

  test('has the same hashes, except for those that the format does not have', () => {
    const missing: Readonly<Record<string, readonly string[]>> = {
      openvex: ['adler32', 'blake2b384', 'blake3', 'md2', 'md4', 'sha224', ...STREEBOG],
      'csaf-vex': ['adler32'],
      'cyclonedx-vex': ['adler32', 'blake2s256', 'md2', 'md4', 'sha224', 'sha3224'],
    };
    for (const notation of NOTATIONS) {
      const hashes = [...HASH_DIGITS].map(([algorithm, digits]) => ({
        algorithm,
        value: 'a'.repeat(digits),
      }));
      const read = convert(notation, { status: 'fixed', products: [{ ...PRODUCT, hashes }] });
      const isOld = notation.reader === 'cyclonedx-vex' && notation.version !== '1.7';
      const lost = [...(missing[notation.writer] ?? []), ...(isOld ? STREEBOG : [])];
      const expected = hashes.filter(({ algorithm }) => !lost.includes(algorithm));
      assert.deepEqual(read.products[0]?.hashes, expected, notation.writer);
    }
  });
});

const STREEBOG = ['streebog256', 'streebog512'] as const;
