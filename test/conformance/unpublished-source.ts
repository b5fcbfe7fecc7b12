import { readFileSync, writeFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { isSecretName, MASK } from '../../src/foundation/core/secret-name.ts';

interface SourceMetadata {
  config?: string;
  labels?: Readonly<Record<string, string>>;
}

interface SyftDocument {
  readonly source: { readonly metadata?: SourceMetadata };
}

type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * Syft publishes the entire image configuration; we publish no values of variables and build
 * arguments, and no secrets. If ours differs from Syft's only in these, Syft's is copied into our
 * document so that the scorer compares everything else exactly: digests, sizes, layers and
 * platform. If it differs in more, our document stays unchanged, and the scorer reports a different
 * source.
 */
export function completeSource(expectedFile: string, actualFile: string): void {
  const expected = readDocument(zstdDecompressSync(readFileSync(expectedFile)));
  const actual = readDocument(readFileSync(actualFile));
  const [whole, published] = [expected.source.metadata, actual.source.metadata];
  if (whole?.config === undefined || published?.config === undefined) {
    return;
  }
  if (whole.config !== published.config && isPublishedConfig(whole.config, published.config)) {
    published.config = whole.config;
  }
  if (isPublishedLabels(whole.labels, published.labels)) {
    published.labels = whole.labels ?? {};
  }
  writeFileSync(actualFile, JSON.stringify(actual));
}

function readDocument(bytes: Uint8Array): SyftDocument {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as SyftDocument;
}

/** Returns whether one configuration, in base64, is the publishable form of the other. */
function isPublishedConfig(whole: string, published: string): boolean {
  const [before, after] = [whole, published].map((text): unknown =>
    JSON.parse(Buffer.from(text, 'base64').toString('utf8')),
  );
  return isRecord(before) && isRecord(after) && isPublishedRecord(before, after);
}

/** Docker's build data: the same configuration again, its container and its version. */
const OMITTED: ReadonlySet<string> = new Set(['container', 'container_config', 'docker_version']);

function isPublishedRecord(whole: JsonRecord, published: JsonRecord): boolean {
  const names = Object.keys(whole).filter((name) => !OMITTED.has(name));
  return (
    names.join() === Object.keys(published).join() &&
    names.every((name) => isPublishedMember(name, whole[name], published[name]))
  );
}

function isPublishedMember(name: string, whole: unknown, published: unknown): boolean {
  if (name === 'config' && isRecord(whole) && isRecord(published)) {
    return isPublishedProcess(whole, published);
  }
  if (name !== 'history' || !Array.isArray(whole) || !Array.isArray(published)) {
    return isSame(whole, published);
  }
  return (
    whole.length === published.length &&
    whole.every((entry, index) => isPublishedEntry(entry, published[index]))
  );
}

/** Variables keep their names and order; secret labels are masked; everything else is equal. */
function isPublishedProcess(
  { Env: variables, Labels: labels, ...whole }: JsonRecord,
  { Env: names, Labels: publishedLabels, ...published }: JsonRecord,
): boolean {
  const expected = Array.isArray(variables)
    ? variables.map((line) => String(line).split('=', 1)[0])
    : variables;
  return (
    isSame(whole, published) &&
    isSame(expected, names) &&
    (isSame(labels, publishedLabels) ||
      (isRecord(labels) && isRecord(publishedLabels) && isPublishedLabels(labels, publishedLabels)))
  );
}

function isPublishedLabels(whole: JsonRecord = {}, published: JsonRecord = {}): boolean {
  const masked = Object.entries(whole).map(([name, value]) => [
    name,
    isSecretName(name) ? MASK : value,
  ]);
  return isSame(Object.fromEntries(masked), published);
}

const DECLARES = /\b(?:ENV|ARG)\s|^(?:RUN )?\|\d+ /;

/** Instructions that set variables, or run with build arguments, name each with a mask. */
function isPublishedEntry(whole: unknown, published: unknown): boolean {
  if (!isRecord(whole) || !isRecord(published)) {
    return false;
  }
  const { created_by: before, ...others } = whole;
  const { created_by: after, ...publishedOthers } = published;
  const isMasked =
    typeof before === 'string' &&
    typeof after === 'string' &&
    DECLARES.test(before) &&
    isMaskMatch(before, after);
  return isSame(others, publishedOthers) && (before === after || isMasked);
}

/**
 * Returns whether the full string contains all parts of the masked one in order, from start to end.
 */
function isMaskMatch(whole: string, masked: string): boolean {
  const parts = masked
    .split(MASK)
    .map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^]+?')}$`).test(whole);
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
