import { hash } from 'node:crypto';
import { formatTargetTitle } from '../../../foundation/core/target-title.ts';
import type { VerdictReport } from '../../../foundation/core/verdict-format.ts';
import { escapeMarkdown } from '../../../foundation/present/escape-markdown.ts';
import { type AssessedControl, listAssessedControls, toLine } from './assessed-controls.ts';
import { computeNameUuid } from './content-uuid.ts';

const OSCAL_VERSION = '1.2.1';

/** The parts that the OSCAL documents of one verdict share. */
export interface OscalFrame {
  readonly controls: readonly AssessedControl[];
  readonly title: string;
  /** RFC 3339. */
  readonly time: string;
  readonly toolUuid: string;
  readonly imageUuid: string;
  /** Returns the UUID of a part of the documents. */
  identify(...names: readonly string[]): string;
}

/** Creates the shared parts. UUIDs depend on the verdict and the program only. */
export function createOscalFrame({ verdict, assessment, tool }: VerdictReport): OscalFrame {
  const content = JSON.stringify({ ...verdict, proof: undefined });
  const seed = verdict.proof ?? `sha256:${hash('sha256', content)}`;
  const identify = (...names: readonly string[]): string =>
    computeNameUuid(seed, tool.version, ...names);
  return {
    controls: listAssessedControls(verdict),
    title: formatTargetTitle(assessment.target),
    time: verdict.evaluatedAt,
    toolUuid: identify('tool'),
    imageUuid: identify('image'),
    identify,
  };
}

/** Formats one line of Markdown in which nothing is markup. */
export function formatMarkup(text: string): string {
  return escapeMarkdown(text.replace(/\s+/g, ' ').trim()) || 'none';
}

/** Formats one or more lines of Markdown in which nothing is markup. */
export function formatMarkupLines(lines: readonly string[]): string {
  return lines.map((line) => `- ${formatMarkup(line)}`).join('\n') || 'none';
}

export function createMetadata({ time }: OscalFrame, title: string): object {
  return {
    title: formatMarkup(title),
    'last-modified': time,
    version: '1',
    'oscal-version': OSCAL_VERSION,
  };
}

/** The program and the image as components. */
export function createComponents(frame: OscalFrame, report: VerdictReport): readonly object[] {
  const { target } = report.assessment;
  const { tool } = report;
  const digest = target.kind === 'image' ? target.manifestDigest : undefined;
  return [
    {
      uuid: frame.toolUuid,
      type: 'software',
      title: formatMarkup(tool.name),
      description: 'The program that evaluated the controls.',
      props: [{ name: 'version', value: toLine(tool.version) }],
      status: { state: 'operational' },
    },
    {
      uuid: frame.imageUuid,
      type: 'software',
      title: formatMarkup(frame.title),
      description: 'The evaluated target.',
      ...(digest === undefined
        ? {}
        : { props: [{ name: 'asset-id', value: digest, class: 'manifest-digest' }] }),
      status: { state: 'operational' },
    },
  ];
}

/** Selects the controls; those that do not apply are excluded. */
export function createReviewedControls({ controls }: OscalFrame): object {
  const select = (list: readonly AssessedControl[]): readonly object[] =>
    list.map(({ token }) => ({ 'control-id': token }));
  const [excluded, included] = [
    controls.filter(({ status }) => status === 'not-applicable'),
    controls.filter(({ status }) => status !== 'not-applicable'),
  ];
  return {
    'control-selections': [
      {
        ...(included.length === 0
          ? { 'include-all': {} }
          : { 'include-controls': select(included) }),
        ...(excluded.length === 0 ? {} : { 'exclude-controls': select(excluded) }),
      },
    ],
  };
}

/** Returns the ID of the assessment objective of a control. */
export function getObjectiveId({ token }: AssessedControl): string {
  return `${token}_obj`;
}
