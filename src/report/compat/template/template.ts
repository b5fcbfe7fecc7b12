import { grypeJson } from '../../../document/grype-json/write.ts';
import { syftJson } from '../../../document/syft-json/write.ts';
import { assert } from '../../../foundation/core/assert.ts';
import type { Format, FormatOptions, Report } from '../../../foundation/core/format.ts';
import { escapeJoinedText } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import { parseTemplate } from './parse-template.ts';
import { runTemplate } from './run-template.ts';

/**
 * Writes the report with a template of the user. It is one of Go's package text/template, as in
 * Syft and Grype, and its data is the report as one of the JSON documents.
 */
export const template: Format = {
  id: 'template',
  aliases: [],
  title: 'A template of the user',
  spec: 'https://pkg.go.dev/text/template',
  carries: ['inventory', 'findings'],
  isForTerminal: false,
  takesTemplate: true,
  write: writeTemplate,
};

function writeTemplate(report: Report, sink: Sink, options: FormatOptions): void {
  assert(options.template !== undefined, 'a template for the format "template"');
  const { text, limits } = options.template;
  const document = report.findings === undefined ? syftJson : grypeJson;
  const definitions = parseTemplate(text, limits.templateDepthMax);
  const pieces: string[] = [];
  const { template: _, version: __, ...rest } = options;
  document.write(report, { write: (piece) => void pieces.push(piece) }, rest);
  runTemplate(definitions, readTemplateDocument(pieces.join('')), sink, {
    stepsMax: limits.templateStepsMax,
    depthMax: limits.templateDepthMax,
    outputCharsMax: limits.templateOutputCharsMax,
    isForTerminal: options.columns !== undefined,
  });
}

/**
 * Parses the document with commands to CI systems disarmed in its strings. In the template itself
 * they are the user's own and stay: the output may be meant for a CI system.
 */
function readTemplateDocument(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) =>
    typeof value === 'string' ? escapeJoinedText(value) : value,
  );
}
