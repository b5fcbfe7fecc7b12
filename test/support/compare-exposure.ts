import assert from 'node:assert/strict';
import type { ExposureView } from '../../src/server/query/exposure.ts';
import { readJson, readPage } from './compared-server.ts';
import {
  type PageRow,
  readCell,
  readHeading,
  readNumber,
  readRows,
  readSection,
  readText,
} from './page-numbers.ts';
import type { ServerApp } from './server-app.ts';

/** Rows that the API sends. */
const LISTED_MAX = 100;

/** Compares the page about a package, or about a vulnerability, with the API. */
export async function compareExposure(
  app: ServerApp,
  subject: 'package' | 'vulnerability',
  question: Readonly<Record<string, string>>,
): Promise<ExposureView> {
  const query = new URLSearchParams(question).toString();
  const html = await readPage(app, `/exposure?${query}`);
  const asked = subject === 'package' ? query.replace(/^package=/, 'name=') : query;
  const answer = await readJson<ExposureView>(app, `/exposure?${asked}`);
  const heading = readHeading(html);
  assert.equal(readNumber(heading, /: ([\d,]+) images?\b/), answer.images, `${query}: ${heading}`);
  const text = readText(html);
  assert.equal(
    readNumber(text, /Checked against ([\d,]+) package version/),
    answer.searched,
    query,
  );
  const outside = readNumber(text, /([\d,]+) other versions? of it outside the range/);
  assert.equal(outside, answer.outside ?? 0, query);
  const incomparable = readNumber(text, /([\d,]+) versions? cannot be compared with this range/);
  assert.equal(incomparable, answer.incomparable ?? 0, query);
  const leftOut = readNumber(text, /([\d,]+) images? (?:is|are) left out/);
  assert.equal(leftOut, answer.leftOut ?? 0, query);
  const section = readSection(html, 'components');
  const count = answer.components.length + answer.componentsNotListed;
  assert.equal(readNumber(section, /<h2>([\d,]+)/), count, query);
  const rows = readRows(section).filter(
    ({ cells }) => cells.get('Severity')?.includes('not affected') !== true,
  );
  const shown = rows.slice(0, LISTED_MAX);
  assert.deepEqual(
    shown.map((row) => describeRow(row, subject)),
    answer.components.map((one) => describeComponent(one, subject, hasReach(shown))),
    query,
  );
  return answer;
}

function hasReach(rows: readonly PageRow[]): boolean {
  return rows.some(({ cells }) => cells.has(REACH));
}

const REACH = 'Can an image load it?';

function describeRow(row: PageRow, subject: 'package' | 'vulnerability') {
  const reach = row.cells.get(REACH);
  const images = readCell(row, 'Images');
  const own =
    subject === 'vulnerability'
      ? { severity: row.cells.get('Severity') }
      : { findings: readCell(row, 'Distinct findings'), worst: row.cells.get('Highest severity') };
  return {
    name: row.name,
    images,
    ...own,
    fix: row.cells.get('Fixed in'),
    ...(reach === undefined
      ? {}
      : {
          reachable: readNumber(reach, /(?<!not )reachable in ([\d,]+)/),
          unreachable: readNumber(reach, /not reachable in ([\d,]+)/),
          unknown: readNumber(reach, /unknown in ([\d,]+)/),
        }),
  };
}

type Component = ExposureView['components'][number];

function describeComponent(
  { name, version, type, images, reach, ...component }: Component,
  subject: 'package' | 'vulnerability',
  isAnalyzed: boolean,
) {
  const { findings, worst, cleared = 0, clearedBy = 'no fix', severity, fixVersions } = component;
  const others =
    cleared > 0 && cleared < findings ? ` ${cleared} of ${findings}; others have no fix` : '';
  return {
    name: subject === 'package' ? `${version} ${type}` : `${name} ${version} ${type}`,
    images: images.length,
    ...(subject === 'vulnerability'
      ? { severity, fix: fixVersions === '' ? 'no fix' : fixVersions }
      : {
          findings,
          worst: worst ?? 'no findings',
          fix: worst === undefined ? '' : `${clearedBy}${others}`,
        }),
    ...(isAnalyzed ? reach : {}),
  };
}
