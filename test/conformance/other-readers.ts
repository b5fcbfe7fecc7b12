import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Report } from '../../src/foundation/core/format.ts';
import { READER_PROGRAM } from './other-readers.data.ts';
import { TEMPLATE_OF_PACKAGES } from './template.data.ts';

/** One document as a file in a directory. */
export interface WrittenDocument {
  /** `FORMAT` or `FORMAT@VERSION`. */
  readonly format: string;
  readonly file: string;
  readonly text: string;
}

/** Another program that reads documents of some formats. */
export interface OtherReader {
  readonly name: string;
  readonly reads: RegExp;
  /** Returns the fault of each document, in the same order; empty if there is none. */
  faults(documents: readonly WrittenDocument[], report: Report): readonly string[];
}

/** Paths of the programs; those without a path are not run. */
export interface OtherPrograms {
  readonly syft?: string | undefined;
  readonly trivy?: string | undefined;
  /**
   * A Python that has `cyclonedx-python-lib[validation]`, `spdx-tools`, `spdx-python-model`,
   * `packageurl-python`, `markdown-it-py`, `html5lib` and `junitparser`.
   */
  readonly python?: string | undefined;
}

export function listOtherReaders({ syft, trivy, python }: OtherPrograms): readonly OtherReader[] {
  return [
    ...(syft === undefined ? [] : [createSyftReader(syft), createSyftWriter(syft)]),
    ...(trivy === undefined ? [] : [createTrivyReader(trivy)]),
    ...(python === undefined ? [] : PYTHON_READERS.map((each) => createPythonReader(python, each))),
  ];
}

const OUTPUT_BYTES_MAX = 2 ** 29;

interface Run {
  readonly output: string;
  /** Empty if it succeeded. */
  readonly fault: string;
}

function run(program: string, args: readonly string[], input = ''): Run {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    input,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  const isFine = status === 0 && error === undefined;
  return { output: stdout, fault: isFine ? '' : (error?.message ?? stderr).slice(-500) };
}

/** Removes qualifiers, which readers reorder or drop, and case. */
function simplifyPurl(purl: string): string {
  return purl.replace(/[?#].*/, '').toLowerCase();
}

/** Reports the first package with a package URL that the reader did not return. */
function findLostPackage(purls: readonly string[], { inventory }: Report, who: string): string {
  const read = new Set(purls.map(simplifyPurl));
  const missing = inventory.packages.find(
    ({ purl }) => purl !== '' && !read.has(simplifyPurl(purl)),
  );
  return missing === undefined ? '' : `${who} does not find ${missing.purl}`;
}

/** Syft must read every package that has a package URL. */
function createSyftReader(syft: string): OtherReader {
  return {
    name: 'read by Syft',
    reads: /^(?:syft-json|cyclonedx-json|cyclonedx-xml|spdx-json|spdx-tag-value|purls)(?:@|$)/,
    faults: (documents, report) =>
      documents.map(({ file }) => {
        const { output, fault } = run(syft, ['convert', file, '-q', '-o', 'syft-json']);
        if (fault !== '' || output === '') {
          return fault || 'Syft writes nothing of it';
        }
        const { artifacts } = JSON.parse(output) as { artifacts: { purl: string }[] };
        return findLostPackage(
          artifacts.map(({ purl }) => purl),
          report,
          'Syft',
        );
      }),
  };
}

/** Syft's output for our `syft-json` must equal our output for the inventory. */
function createSyftWriter(syft: string): OtherReader {
  return {
    name: 'as Syft writes it',
    reads: /^(?:syft-json|text|template|sbom-table|purls|github-json)$/,
    faults: (documents) => {
      const source = documents.find(({ format }) => format === 'syft-json');
      return documents.map(({ format, text }) => {
        if (source === undefined || format === source.format) {
          return '';
        }
        const args = ['sbom', `sbom:${source.file}`, '-q', ...createOptions(format, source.file)];
        const { output, fault } = run(syft, args);
        return fault === ''
          ? findFirstDifference(readShape(format, output), readShape(format, text))
          : fault;
      });
    },
  };
}

/** Returns Syft's arguments for a format; its template lies beside the document. */
function createOptions(format: string, source: string): readonly string[] {
  if (format !== 'template') {
    return ['-o', SYFT_NAMES[format] ?? format];
  }
  const file = `${source}.template`;
  writeFileSync(file, TEMPLATE_OF_PACKAGES);
  return ['-o', 'template', '-t', file];
}

const SYFT_NAMES: Readonly<Record<string, string>> = {
  text: 'syft-text',
  'sbom-table': 'syft-table',
};

interface Snapshot {
  readonly manifests: Readonly<Record<string, { readonly resolved?: Readonly<object> }>>;
}

/** Returns the parts that must be equal; trailing blanks and the order of a list need not be. */
function readShape(format: string, text: string): readonly string[] {
  if (format === 'github-json') {
    const { manifests } = JSON.parse(text) as Snapshot;
    // Syft leaves out packages without a package URL. If two packages share a package URL, Syft has
    // the last one, and we have both by their keys.
    const names = Object.entries(manifests).flatMap(([name, { resolved = {} }]) =>
      Object.keys(resolved)
        .filter((purl) => purl.startsWith('pkg:'))
        .map((purl) => `${name} ${purl.replace(/[?#].*/, '')}`),
    );
    return [...new Set(names)].sort();
  }
  // The text below the table is not about packages.
  const [table = ''] = format === 'sbom-table' ? text.split('\n\n', 1) : [text];
  const lines = table.trimEnd().split('\n');
  const trimmed = lines.map((line) => line.trimEnd());
  return format === 'purls' ? [...new Set(trimmed)].sort() : trimmed;
}

function findFirstDifference(theirs: readonly string[], ours: readonly string[]): string {
  const length = Math.max(theirs.length, ours.length);
  for (let index = 0; index < length; index += 1) {
    if (theirs[index] !== ours[index]) {
      return `Syft has "${theirs[index] ?? 'nothing'}", we have "${ours[index] ?? 'nothing'}"`;
    }
  }
  return '';
}

interface TrivyBom {
  readonly components?: readonly { readonly purl?: string }[];
}

/** Trivy must read every package of the types it supports. */
function createTrivyReader(trivy: string): OtherReader {
  const args = ['sbom', '--quiet', '--offline-scan', '--skip-version-check'];
  return {
    name: 'read by Trivy',
    reads: /^(?:cyclonedx-json|spdx-json@2|spdx-tag-value)/,
    faults: (documents, report) =>
      documents.map(({ file }) => {
        const { output, fault } = run(trivy, [...args, '--format', 'cyclonedx', file]);
        if (fault !== '') {
          return fault;
        }
        const { components = [] } = JSON.parse(output) as TrivyBom;
        const known = report.inventory.packages
          .filter(({ purl }) => TRIVY_PURLS.test(purl))
          .map((pkg) => ({ ...pkg, purl: dropVersion(pkg.purl) }));
        const inventory = { ...report.inventory, packages: known };
        const purls = components.flatMap(({ purl }) => dropVersion(purl ?? ''));
        return findLostPackage(purls, { ...report, inventory }, 'Trivy');
      }),
  };
}

/** Trivy moves the epoch of a version into a qualifier. */
function dropVersion(purl: string): string {
  const plain = simplifyPurl(purl);
  return plain.slice(
    0,
    plain.lastIndexOf('@') > plain.lastIndexOf('/') ? plain.lastIndexOf('@') : plain.length,
  );
}

const TRIVY_PURLS = /^pkg:(?:apk|cargo|composer|deb|gem|golang|maven|npm|nuget|pypi|rpm)\//;

interface PythonReader {
  readonly name: string;
  readonly reads: RegExp;
  /** The part of the program that reads it. */
  readonly kind: string;
}

const PYTHON_READERS: readonly PythonReader[] = [
  { name: "CycloneDX's Python library", reads: /^cyclonedx-(?:json|xml)@/, kind: 'cyclonedx' },
  { name: "SPDX's Python tools", reads: /^spdx-(?:json|tag-value)@2/, kind: 'spdx2' },
  { name: "SPDX's Python model", reads: /^spdx-json@3/, kind: 'spdx3' },
  { name: "Python's csv", reads: /^csv$/, kind: 'csv' },
  { name: "Python's json", reads: /^(?:json|grype-json)$/, kind: 'json' },
  { name: 'packageurl-python', reads: /^purls$/, kind: 'purls' },
  { name: 'markdown-it-py', reads: /^markdown$/, kind: 'markdown' },
  { name: 'html5lib', reads: /^html$/, kind: 'html' },
  { name: 'junitparser', reads: /^junit$/, kind: 'junit' },
];

/** One process reads all documents of a target because Python starts slowly. */
function createPythonReader(python: string, { name, reads, kind }: PythonReader): OtherReader {
  return {
    name,
    reads,
    faults: (documents, report) => {
      const { findings, inventory } = report;
      const purls = inventory.packages.map(({ purl }) => purl).filter(Boolean);
      const question = {
        kind,
        documents: documents.map(({ format, file }) => [format, file]),
        purls: [...new Set(purls)],
        rows: findings?.findings.length ?? inventory.packages.length,
        hasFindings: findings !== undefined,
        aside: findings?.dispositioned?.length ?? 0,
        words: findings?.findings.map(({ id }) => id) ?? inventory.packages.map((pkg) => pkg.name),
      };
      const { output, fault } = run(python, ['-c', READER_PROGRAM], JSON.stringify(question));
      return fault === '' ? (JSON.parse(output) as string[]) : documents.map(() => fault);
    },
  };
}
