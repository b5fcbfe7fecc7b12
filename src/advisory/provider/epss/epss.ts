import type { EpssScore } from '../../../core/advisory.ts';
import { type Bytes, readText } from '../../../core/bytes.ts';
import { toText } from '../../../core/to-text.ts';
import { splitLines } from '../../../syntax/text/lines.ts';
import type { FeedDocument, FeedOmission, FeedOutcome, FeedProvider } from '../contract.ts';
import { hasMembers, hasPatterns } from '../document-head.ts';
import {
  leaveOut,
  leaveOutDocument,
  listRecords,
  parseJsonDocument,
  toObject,
} from '../feed-value.ts';
import { isCveId, parseDate } from '../package-statement.ts';
import { readWhole } from '../read-whole.ts';
import { splitCsv } from '../split-csv.ts';

/** Scores are delivered in lists of this length, so that they are not all in memory at once. */
const LIST_LENGTH = 10_000;
const DATE_IN_COMMENT = /score_date:(\S+)/;
const DATE_IN_NAME = /(\d{4}-\d{2}-\d{2})\.(?:csv|json)(?:\.gz)?$/;
/** The columns, which may follow comments. */
const TABLE_START = /^(?:#[^\n]*\n)*cve,(?:[^\n]*,)?epss\b/i;
const FRACTION = /^(?:0?\.\d+|[01](?:\.\d*)?|\d(?:\.\d+)?[eE]-\d+)$/;

/** Column names in lower case. */
const ID_COLUMN = 'cve';
const SCORE_COLUMN = 'epss';
const PERCENTILE_COLUMNS = ['percentile', 'epss percentile'];

/**
 * Scores of the Exploit Prediction Scoring System: the daily CSV file, or answers of the API. If a
 * document does not state the day of its scores, the day in its name or that of the file counts.
 */
export const epss: FeedProvider = {
  kind: 'feed',
  id: 'epss',
  title: 'Exploit Prediction Scoring System',
  spec: 'https://www.first.org/epss/data_stats',
  sources: [
    { url: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz', form: 'document' },
  ],
  license: { expression: 'LicenseRef-EPSS-Usage', attribution: 'EPSS, FIRST.org' },
  version: 1,
  rules: {},
  recognize: (head) => hasMembers(head, 'cve', 'epss') || hasPatterns(head, TABLE_START),
  read: (document, limits) =>
    readWhole((bytes) => readScores(bytes, findDay(document)))(document, limits),
};

function findDay({ name, modifiedAt = '' }: FeedDocument): string | undefined {
  return DATE_IN_NAME.exec(name)?.[1] ?? parseDate(modifiedAt);
}

function readScores(document: Bytes, day: string | undefined): Iterable<FeedOutcome> {
  const text = readText(document);
  return /^\s*[[{]/.test(text) ? readAnswer(document, day) : readTable(text, day);
}

function* readTable(text: string, day: string | undefined): Generator<FeedOutcome> {
  let date = day;
  let columns: Columns | undefined;
  const scores: EpssScore[] = [];
  for (const { text: line } of splitLines(text)) {
    if (line.startsWith('#')) {
      date = parseDate(DATE_IN_COMMENT.exec(line)?.[1] ?? '') ?? date;
    } else if (columns === undefined) {
      columns = findColumns(line);
      if (columns === undefined || date === undefined) {
        const missing = columns === undefined ? 'columns of EPSS scores' : 'day of its scores';
        yield leaveOutDocument(`without the ${missing}`, `the document has no ${missing}`);
        return;
      }
    } else if (line !== '') {
      const values = splitCsv(line);
      const score = parseScore({
        cve: values[columns.id] ?? '',
        epss: values[columns.score] ?? '',
        percentile: values[columns.percentile] ?? '',
        date: date ?? '',
      });
      if (score === undefined) {
        yield leaveOutScore(values[columns.id] ?? '');
        continue;
      }
      scores.push(score);
      if (scores.length === LIST_LENGTH) {
        yield createFacts(scores.splice(0));
      }
    }
  }
  if (columns === undefined) {
    yield leaveOutDocument('without the columns of EPSS scores', 'the document has no scores');
  }
  yield createFacts(scores);
}

interface Columns {
  readonly id: number;
  readonly score: number;
  readonly percentile: number;
}

function findColumns(header: string): Columns | undefined {
  const names = splitCsv(header).map((name) => name.trim().toLowerCase());
  const columns = {
    id: names.indexOf(ID_COLUMN),
    score: names.indexOf(SCORE_COLUMN),
    percentile: names.findIndex((name) => PERCENTILE_COLUMNS.includes(name)),
  };
  return Object.values(columns).includes(-1) ? undefined : columns;
}

/** An answer of the API has the scores of its day in `data`, as texts. */
function* readAnswer(document: Bytes, day: string | undefined): Generator<FeedOutcome> {
  const parsed = parseJsonDocument(document);
  if ('problem' in parsed) {
    yield parsed;
    return;
  }
  const data = toObject(parsed.value)?.['data'];
  if (!Array.isArray(data)) {
    yield leaveOutDocument('not a list of EPSS scores', 'the document has no list of scores');
    return;
  }
  const scores: EpssScore[] = [];
  for (const entry of listRecords(data)) {
    const score = parseScore({
      cve: toText(entry['cve']),
      epss: String(entry['epss']),
      percentile: String(entry['percentile']),
      date: parseDate(toText(entry['date'])) ?? day ?? '',
    });
    if (score === undefined) {
      yield leaveOutScore(toText(entry['cve']));
    } else {
      scores.push(score);
    }
  }
  yield createFacts(scores);
}

function parseScore(
  stated: Readonly<Record<'cve' | 'epss' | 'percentile' | 'date', string>>,
): EpssScore | undefined {
  const { cve, date } = stated;
  const isValid =
    isCveId(cve) && date !== '' && FRACTION.test(stated.epss) && FRACTION.test(stated.percentile);
  const [epssValue, percentile] = [Number(stated.epss), Number(stated.percentile)];
  return isValid && epssValue <= 1 && percentile <= 1
    ? { cve, epss: epssValue, percentile, date }
    : undefined;
}

function leaveOutScore(id: string): FeedOmission {
  return leaveOut('fact', 'an invalid score', `the score of "${id}" is invalid`);
}

function createFacts(scores: readonly EpssScore[]): FeedOutcome {
  const date = scores[0]?.date;
  return {
    facts: { epss: scores },
    ...(date === undefined ? {} : { statedAt: `${date}T00:00:00Z` }),
  };
}
