import type { Sink } from '../../../foundation/core/sink.ts';
import { link, type Markup, markup, shortenText } from '../../../foundation/present/markup.ts';
import type { Entry } from '../page/entry.ts';

const DESCRIPTION_CHARS_MAX = 1_000;
const REFERENCES_MAX = 5;

/** Characters of all descriptions together: most of them are never read, and `json` has all. */
const CHARS_MAX = 15_000;

/** The description of a vulnerability, with the number of its link target. */
export type Descriptions = ReadonlyMap<string, Markup>;

/**
 * Describes vulnerabilities once, regardless of the number of affected packages: those with the
 * highest priority, as many as fit.
 */
export function describeVulnerabilities(entries: readonly Entry[]): Descriptions {
  const byId = Map.groupBy(entries, ({ finding }) => finding.id);
  const described = new Map<string, Markup>();
  let chars = 0;
  for (const [id, affected] of byId) {
    const text = describe(id, described.size + 1, affected);
    chars += text.html.length;
    if (chars > CHARS_MAX && described.size > 0) {
      break;
    }
    described.set(id, text);
  }
  return described;
}

export function writeVulnerabilities(sink: Sink, descriptions: Descriptions): void {
  sink.write(
    '<section id="vulnerabilities"><h2>Vulnerabilities</h2><p>Descriptions from the advisory sources, of the vulnerabilities with the highest priority.</p>\n',
  );
  for (const text of descriptions.values()) {
    sink.write(`${text.html}\n`);
  }
  sink.write('</section>\n');
}

function describe(id: string, number: number, entries: readonly Entry[]): Markup {
  const matches = entries.flatMap(({ finding }) => finding.matches);
  const records = matches.flatMap(({ record, related }) => [record, ...related]);
  const text = records.find(({ description }) => description !== '')?.description ?? '';
  const published = records.flatMap(({ publishedAt }) => publishedAt ?? []).at(0);
  const addresses = [
    ...new Set(records.flatMap(({ references }) => references.map(({ url }) => url))),
  ].slice(0, REFERENCES_MAX);
  const vectors = [
    ...new Set(
      matches.flatMap(({ scores = [] }) =>
        scores.map(({ vector, baseScore }) => `${baseScore.toFixed(1)} by ${vector}`),
      ),
    ),
  ];
  const weaknesses = [
    ...new Set(matches.flatMap((match) => match.weaknesses.map(({ cwe }) => cwe))),
  ];
  const facts = [
    ...(published === undefined ? [] : [`Published ${published.slice(0, 10)}.`]),
    ...(weaknesses.length === 0 ? [] : [`${weaknesses.join(', ')}.`]),
    ...(vectors.length === 0 ? [] : [`CVSS ${vectors.join('; ')}.`]),
  ].join(' ');
  const links = addresses.map((address) => markup`<li>${link(address, address)}</li>`);
  const description = shortenText(text || 'No description available.', DESCRIPTION_CHARS_MAX);
  return markup`<details><summary>${id}</summary>
<div id="v${number}" class="text"><p>${description}</p>
${facts === '' ? undefined : markup`<p class="dim">${facts}</p>`}
${links.length === 0 ? undefined : markup`<ul>${links}</ul>`}</div></details>`;
}
