import type { AdvisoryRange, Fix, VulnerabilityRecord } from '../../../core/advisory.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { defined } from '../../../core/defined.ts';
import type { FeedOutcome, FeedProvider } from '../contract.ts';
import { readCvssVector } from '../cvss-severity.ts';
import { leaveOut, leaveOutDocument } from '../feed-value.ts';
import { createPackageStatement } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';

const ECOSYSTEM = 'opam';
/** Opam orders versions as Debian does. Opam Manual, "Version ordering". */
const SCHEME = 'deb';
/** The header of an advisory, and the title of its text. */
const DOCUMENT = /^```(?:opam)?\r?\n([\s\S]*?)\r?\n```(?:\s*#\s*([^\r\n]+))?/;
const ID = /^OSEC-\d{4}-\d{1,4}$/;
const PAGES = 'https://github.com/ocaml/security-advisories/blob/main/advisories/';
/** A field that starts a line: a name, a string, or a list. */
const FIELD = /^([a-z_]+):\s*(.*(?:\n(?![a-z_]+:).*)*)/gm;
/** `"tls" {< "2.1.0"}`: package and formula. */
const AFFECTED = /^"([^"]+)"(?:\s*\{([^{}]*)\})?$/;
const TERM = /^(>=|<=|>|<|=)\s*"([^"\s]+)"$/;

/**
 * One advisory of the OCaml security team: a header in the form of opam files, and a text in
 * Markdown. Versions are a formula of opam: alternatives of terms.
 */
export const ocamlAdvisories: FeedProvider = {
  kind: 'feed',
  id: 'ocaml-advisories',
  title: 'OCaml security advisories',
  spec: 'https://github.com/ocaml/security-advisories#advisory-format',
  sources: [
    {
      url: 'https://github.com/ocaml/security-advisories.git',
      form: 'git',
      documents: /^advisories\/.*\/OSEC-[^/]+\.md$/,
    },
  ],
  license: { expression: 'CC0-1.0', attribution: 'OCaml security team' },
  version: 1,
  rules: {},
  recognize: ({ text }) => /^```[a-z]*\s+id: OSEC-/.test(text),
  read: readWhole(readOcamlAdvisory),
};

function* readOcamlAdvisory(document: Bytes): Generator<FeedOutcome> {
  const [, header = '', title = ''] = DOCUMENT.exec(readText(document)) ?? [];
  const fields = new Map(
    Array.from(header.matchAll(FIELD), ([, name = '', value = '']) => [name, value.trim()]),
  );
  const id = unquote(fields.get('id') ?? '');
  if (!ID.test(id)) {
    yield leaveOutDocument('not an advisory', 'the document is not an advisory about OCaml');
    return;
  }
  const record = createOcamlRecord(id, fields, title.trim());
  const stated = fields.get('affected') ?? '';
  const [, packageName = '', formula = ''] = AFFECTED.exec(stated) ?? [];
  const ranges = readFormula(formula);
  if (packageName === '' || ranges === undefined) {
    const message = `${id} has unsupported versions: ${stated}`;
    yield leaveOut('statement', 'unsupported versions', message);
    yield { record, statements: [] };
    return;
  }
  yield {
    record,
    statements: [createPackageStatement(record, { ecosystem: ECOSYSTEM, packageName, ranges })],
  };
}

/**
 * Returns a range for each alternative; every version without a formula; `undefined` for one with
 * other operators. Parentheses only occur around an alternative.
 */
function readFormula(formula: string): readonly AdvisoryRange[] | undefined {
  const ranges: AdvisoryRange[] = [];
  for (const alternative of formula.split('|')) {
    const text = alternative.trim().replace(/^\((.*)\)$/, '$1');
    const terms = text.trim() === '' ? [] : text.split('&').map((term) => TERM.exec(term.trim()));
    if (terms.includes(null) || (terms.length === 0 && formula.trim() !== '')) {
      return undefined;
    }
    const bounds = terms.map((term) => ({ operator: term?.[1] ?? '', version: term?.[2] ?? '' }));
    const fixed = bounds.find(({ operator }) => operator === '<')?.version;
    const fix: Fix =
      fixed === undefined
        ? { state: 'not-fixed', references: [] }
        : { state: 'fixed', version: fixed, references: [] };
    const constraint = bounds.map(({ operator, version }) => `${operator} ${version}`).join(', ');
    ranges.push({ scheme: SCHEME, constraint, fix });
  }
  return ranges;
}

function createOcamlRecord(
  id: string,
  fields: ReadonlyMap<string, string>,
  title: string,
): VulnerabilityRecord {
  const [publishedAt, modifiedAt, withdrawnAt] = ['published', 'modified', 'withdrawn'].map(
    (name) => unquote(fields.get(name) ?? '') || undefined,
  );
  const urls = (fields.get('references') ?? '').match(/https?:\/\/[^"\s]+/g) ?? [];
  const page = `${PAGES}${id.split('-')[1]}/${id}.md`;
  return {
    id,
    provider: 'ocaml',
    status: withdrawnAt === undefined ? 'active' : 'rejected',
    aliases: (fields.get('aliases') ?? '').match(/[A-Z]+-[0-9A-Za-z-]+/g) ?? [],
    assigners: [],
    description: title,
    references: [{ url: page, tags: ['advisory'] }, ...urls.map((url) => ({ url, tags: [] }))],
    severities: readCvssVector(unquote(fields.get('severity') ?? ''), 1),
    ...defined({ publishedAt, modifiedAt, withdrawnAt }),
  };
}

function unquote(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}
