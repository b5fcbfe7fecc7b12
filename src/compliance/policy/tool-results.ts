import { hash } from 'node:crypto';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { createPolicyError } from './file/policy-node.ts';

export const RESULT_KINDS = ['malware', 'stig', 'other'] as const;
export type ResultKind = (typeof RESULT_KINDS)[number];

/** The worst first. */
export const RESULT_STATES = ['failed', 'error', 'skipped', 'passed', 'not-applicable'] as const;
export type ResultState = (typeof RESULT_STATES)[number];

/** One check or detection of another tool. */
export interface ToolResult {
  readonly id: string;
  readonly title: string;
  /** Absent if the file states none. */
  readonly state?: ResultState;
  readonly path: string;
  /** IDs of requirements that it is about, such as `CCI-000366` or `CM-6`; absent if none. */
  readonly tags?: readonly string[];
}

/** One run of another tool, such as a search for malware. This program never does it itself. */
export interface ToolRun {
  readonly file: string;
  readonly digest: string;
  readonly tool: string;
  readonly kind: ResultKind;
  /** RFC 3339; absent if the file states none. */
  readonly ranAt?: string;
  /** Digests of the target in the file. */
  readonly targets: readonly string[];
  readonly results: readonly ToolResult[];
}

/**
 * Reads the results of another tool in the Heimdall Data Format, or as a JSON object with `tool`,
 * `kind`, `ran`, `target` and `results` (`id`, `status`, `title`, `path`).
 *
 * @throws UserError `E_POLICY` if it is neither
 */
export function readJsonRuns(bytes: Uint8Array, file: string): readonly ToolRun[] {
  const document = parseJson(Buffer.from(bytes).toString('utf8'));
  if (!isRecord(document)) {
    const hint =
      'give results of OpenSCAP (XCCDF), in the Heimdall Data Format, or as a JSON object';
    throw createPolicyError(file, 'the results are neither XML nor a JSON object', hint);
  }
  const digest = `sha256:${hash('sha256', bytes)}`;
  const frame = { file, digest };
  const isHdf = Array.isArray(document['profiles']);
  return isHdf ? readHdf(document, frame) : readPlain(document, frame);
}

/** Returns whether a run was about the target; `undefined` if it states no digest. */
export function isSameTarget(
  { targets }: Pick<ToolRun, 'targets'>,
  target: TargetDescription,
): boolean | undefined {
  const stated = targets.flatMap((text) => /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? []);
  const own =
    target.kind === 'image' ? [target.manifestDigest, target.imageId, ...target.repoDigests] : [];
  return stated.length === 0
    ? undefined
    : stated.some((digest) => own.some((one) => one.endsWith(digest)));
}

type Frame = Pick<ToolRun, 'file' | 'digest'>;

function readPlain(document: JsonRecord, frame: Frame): readonly ToolRun[] {
  const kind = RESULT_KINDS.find((one) => one === document['kind']);
  const tool = getGivenText(document, 'tool');
  const list = document['results'];
  if (kind === undefined || tool === undefined || !Array.isArray(list) || !list.every(isRecord)) {
    throw createPolicyError(
      frame.file,
      'the results need "tool", "kind" and "results"',
      `"kind" is one of ${RESULT_KINDS.join(', ')}; a file in the Heimdall Data Format has "profiles"`,
    );
  }
  const ranAt = getGivenText(document, 'ran');
  const target = getGivenText(document, 'target');
  return [
    {
      ...frame,
      tool,
      kind,
      ...(ranAt === undefined ? {} : { ranAt }),
      targets: target === undefined ? [] : [target],
      results: list.map((one: JsonRecord) => createResult(one, getText(one, 'status'))),
    },
  ];
}

function createResult(record: JsonRecord, status: string): ToolResult {
  const state = RESULT_STATES.find((one) => one === status);
  return {
    id: getText(record, 'id'),
    title: getText(record, 'title'),
    ...(state === undefined ? {} : { state }),
    path: getText(record, 'path'),
  };
}

/** One run for each profile. heimdall2, schema `exec-json`. */
function readHdf(document: JsonRecord, frame: Frame): readonly ToolRun[] {
  const target = getText(getRecord(document, 'platform') ?? {}, 'target_id');
  return getRecords(document, 'profiles').map((profile) => {
    const controls = getRecords(profile, 'controls');
    const times = controls
      .flatMap((control) => getRecords(control, 'results'))
      .flatMap((result) => getGivenText(result, 'start_time') ?? [])
      .toSorted(compareText);
    const [ranAt] = times;
    return {
      ...frame,
      tool: getGivenText(profile, 'title') ?? getGivenText(profile, 'name') ?? 'unnamed profile',
      kind: detectKind(profile, controls),
      ...(ranAt === undefined ? {} : { ranAt }),
      targets: target === '' ? [] : [target],
      results: controls.map((control) => ({
        ...createResult(control, judgeControl(control)),
        ...listTags(control),
      })),
    };
  });
}

/** Every text in the tags of a control: their names differ from profile to profile. */
function listTags(control: JsonRecord): Pick<ToolResult, 'tags'> {
  const values = Object.values(getRecord(control, 'tags') ?? {}).flat();
  const tags = values.filter((one) => typeof one === 'string' && one.length <= TAG_CHARS_MAX);
  return tags.length === 0 ? {} : { tags: [...new Set(tags as string[])] };
}

const TAG_CHARS_MAX = 100;

const MALWARE_TOOL = /clam ?av|malware|antivirus|yara/i;
const STIG_TOOL = /\bstig\b|\bsrg\b/i;

function detectKind(profile: JsonRecord, controls: readonly JsonRecord[]): ResultKind {
  const names = ['name', 'title', 'summary'].map((name) => getText(profile, name)).join(' ');
  if (MALWARE_TOOL.test(names)) {
    return 'malware';
  }
  const isStig = controls.some((control) => {
    const tags = getRecord(control, 'tags') ?? {};
    return tags['stig_id'] !== undefined || tags['gtitle'] !== undefined;
  });
  return isStig || STIG_TOOL.test(names) ? 'stig' : 'other';
}

/**
 * The worst of all results counts. In the format itself, one passed test makes a control with
 * skipped ones pass; and an impact of 0 makes it not applicable.
 */
function judgeControl(control: JsonRecord): string {
  const states = getRecords(control, 'results').map((result) => getText(result, 'status'));
  const worst = RESULT_STATES.find((state) => states.includes(state)) ?? '';
  const isKnown = states.every((state) => RESULT_STATES.some((one) => one === state));
  if (worst === 'failed') {
    return worst;
  }
  return control['impact'] === 0 && isKnown ? 'not-applicable' : isKnown ? worst : '';
}
