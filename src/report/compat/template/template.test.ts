import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_REPORT, writeReport } from '../../../../test/support/sample-report.ts';
import { UserError } from '../../../foundation/core/error.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { parseTemplate } from './parse-template.ts';
import { runTemplate } from './run-template.ts';
import { template } from './template.ts';

const DATA = {
  artifacts: [
    { name: 'busybox', version: '1.36', metadata: { author: 'Ada <a@b.org>' }, cpes: [] },
    { name: 'zlib', version: '', metadata: null, cpes: ['a', 'b'] },
  ],
  source: { type: 'image', target: { imageID: 'sha256:1' } },
  matches: [{ artifact: { name: 'zlib', purl: 'pkg:x' }, vulnerability: { id: 'CVE-1' } }],
  size: 3,
  flag: false,
};

function renderTemplate(text: string, data: unknown = DATA): string {
  let output = '';
  const sink = {
    write: (piece: string): void => {
      output += piece;
    },
  };
  runTemplate(parseTemplate(text, 20), data, sink, {
    stepsMax: 100_000,
    depthMax: 20,
    outputCharsMax: 10_000,
    isForTerminal: false,
  });
  return output;
}

/** Outputs of Go's package text/template with Sprig's functions, as Syft and Grype use them. */
const CASES: readonly (readonly [template: string, output: string])[] = [
  ['plain', 'plain'],
  ['a {{- /* not said */ -}} b', 'ab'],
  ['a\n {{- .size -}} \n b', 'a3b'],
  ['{{range .artifacts}}{{.name}}@{{.version}};{{end}}', 'busybox@1.36;zlib@;'],
  ['{{range $i, $a := .artifacts}}{{$i}}{{$a.name}} {{end}}', '0busybox 1zlib '],
  ['{{range .nothing}}x{{else}}none{{end}}', 'none'],
  ['{{range $k, $v := .source}}{{$k}},{{end}}', 'target,type,'],
  ['{{range .artifacts}}{{if eq .name "zlib"}}{{break}}{{end}}{{.name}}{{end}}', 'busybox'],
  ['{{range .artifacts}}{{if .version}}{{continue}}{{end}}{{.name}}{{end}}', 'zlib'],
  ['{{if .flag}}a{{else if .size}}b{{else}}c{{end}}', 'b'],
  ['{{with .source}}{{.type}} {{$.size}}{{end}}', 'image 3'],
  ['{{with .none}}a{{else with .source}}{{.type}}{{end}}', 'image'],
  ['{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{end}}{{$x}}', '2'],
  ['{{define "t"}}<{{.}}>{{end}}{{template "t" .size}}{{block "b" 1}}{{.}}{{end}}', '<3>1'],
  ['{{(index .artifacts 0).name}} {{index .artifacts 1 "name"}}', 'busybox zlib'],
  ['{{if index (index .artifacts 1).metadata "author"}}a{{else}}NO AUTHOR{{end}}', 'NO AUTHOR'],
  ['{{.none}} {{.none.more}} {{nil}}', '<no value> <no value> <no value>'],
  ['{{.source}}', 'map[target:map[imageID:sha256:1] type:image]'],
  ['{{range .Matches}}{{.Artifact.PURL}} {{.Vulnerability.ID}}{{end}}', 'pkg:x CVE-1'],
  ['{{.Source.Target.ID}}', 'sha256:1'],
  ['{{len .artifacts}} {{len "ä"}} {{getLastIndex .artifacts}}', '2 2 1'],
  ['{{and .size .flag}} {{or .flag "b"}} {{not .flag}}', 'false b true'],
  ['{{or true (index .artifacts 9)}}', 'true'],
  ['{{eq .size 1 3}} {{ne 1 2}} {{lt 1 2}} {{ge "b" "a"}}', 'true true true true'],
  [
    '{{printf "%-4s|%4d|%.1f|%q|%v|%%|%05d" "a" 7 1.25 "x" true 42}}',
    'a   |   7|1.3|"x"|true|%|00042',
  ],
  ['{{printf "%d" "a"}} {{printf "%s"}}', '%!d(string=a) %!s(MISSING)'],
  ['{{"a,b" | splitList "," | join ";" | upper | quote}}', '"A;B"'],
  ['{{default "x" .none}} {{ternary "y" "n" .flag}} {{coalesce "" "z"}}', 'x n z'],
  ['{{add 1 2 3}} {{sub 5 2}} {{div 7 2}} {{mod 7 2}} {{max 1 9}}', '6 3 3 1 9'],
  ['{{trimPrefix "v" "v1"}} {{replace "$" "&" "a$b"}} {{trunc 2 "abc"}}', '1 a&b ab'],
  ['{{html "<a>"}} {{js "\'"}} {{urlquery "a b"}}', '&lt;a&gt; \\u0027 a+b'],
  ['{{toJson .source}}', '{"type":"image","target":{"imageID":"sha256:1"}}'],
  ['{{range until 3}}{{.}}{{end}} {{range 2}}{{.}}{{end}}', '012 01'],
  ['{{get (dict "a" 1 "b" 2) "b"}} {{has 1 (list 1 2)}} {{first (list 4 5)}}', '2 true 4'],
  ['{{`raw\\n`}} {{"tab\\tend"}} {{\'A\'}}', 'raw\\n tab\tend 65'],
];

const FAULTS: readonly (readonly [template: string, message: RegExp])[] = [
  ['{{range .artifacts}}', /line 1: missing "end"/],
  ['a\n{{end}}', /line 2: unexpected "end": it is outside its block/],
  ['{{.name', /not closed/],
  ['{{"a}}', /the string is not closed/],
  ['{{now}}', /no clock/],
  ['{{env "HOME"}}', /templates can only read the report/],
  ['{{regexMatch "(a+)+$" "a"}}', /forever/],
  ['{{nonsense 1}}', /unknown function "nonsense"/],
  ['{{.size.more}}', /a number has no field "more"/],
  ['{{range .size.more}}{{end}}', /no field/],
  ['{{index .artifacts 9}}', /no element 9/],
  ['{{$x}}', /undeclared variable \$x/],
  ['{{template "t"}}', /undefined template "t"/],
  ['{{1 2}}', /arguments were passed/],
  ['{{div 1 0}}', /division by zero/],
  ['{{.a | }}', /missing a value/],
  ['{{if}}{{end}}', /missing a value/],
  ['{{repeat 100000000 "x"}}', /exceed 16777216 characters/],
  ['{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', /more than 20 deep/],
  ['{{range until 999}}{{range until 999}}{{.}}{{end}}{{end}}', /characters|steps/],
  [`${'{{if true}}'.repeat(30)}${'{{end}}'.repeat(30)}`, /actions are nested more than 20 deep/],
  [`{{${'('.repeat(30)}1${')'.repeat(30)}}}`, /parentheses are nested more than 20 deep/],
];

suite('template', () => {
  for (const [text, output] of CASES) {
    test(`${JSON.stringify(text)} prints the same as Go`, () => {
      assert.equal(renderTemplate(text), output);
    });
  }

  for (const [text, message] of FAULTS) {
    test(`${JSON.stringify(text.slice(0, 60))} is refused with a reason`, () => {
      assert.throws(
        () => renderTemplate(text),
        (error) =>
          error instanceof UserError && error.code === 'E_TEMPLATE' && message.test(error.message),
      );
    });
  }

  test('names from an image are data and are never executed', () => {
    const data = { name: '{{range until 9}}x{{end}}', constructor: 1 };
    assert.equal(
      renderTemplate('{{.name}} {{.toString}} {{.__proto__}}', data),
      `${data.name} <no value> <no value>`,
    );
  });

  test('a template receives the JSON of Grype if there are findings, else that of Syft', () => {
    const text = '{{if .matches}}matches{{end}}{{if .artifacts}}artifacts{{end}}';
    const options = { template: { text, limits: DEFAULT_LIMITS } };
    const { findings: _, ...inventory } = SAMPLE_REPORT;
    assert.equal(writeReport(template, SAMPLE_REPORT, options), 'matches');
    assert.equal(writeReport(template, inventory, options), 'artifacts');
  });
});
