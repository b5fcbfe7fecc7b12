import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SaxesParser } from 'saxes';
import { assertGolden } from '../../../test/support/golden.ts';
import { SAMPLE_REPORT, writeReport } from '../../../test/support/sample-report.ts';
import { createElement, escapeXml, formatElement } from '../../foundation/present/xml-element.ts';
import { cyclonedxXml } from './write.ts';

suite('cyclonedx-xml', () => {
  test('writes the recorded document', () => {
    const golden = new URL('./golden/report.xml', import.meta.url);
    assertGolden(golden, writeReport(cyclonedxXml, SAMPLE_REPORT));
  });

  test('writes the recorded document with all details', () => {
    const golden = new URL('./golden/full.xml', import.meta.url);
    assertGolden(golden, writeReport(cyclonedxXml, SAMPLE_REPORT, { isFull: true }));
  });

  test('every version is well formed, with any names', () => {
    for (const version of cyclonedxXml.versions?.all ?? []) {
      const names: string[] = [];
      const parser = new SaxesParser();
      parser.on('error', (error) => assert.fail(error));
      parser.on('text', (text) => names.push(text));
      parser.write(writeReport(cyclonedxXml, SAMPLE_REPORT, { version })).close();
      assert.ok(names.includes('evil\\u{1b}[31m\r\n\u202ename'), version);
    }
  });

  test('text cannot leave its element', () => {
    assert.equal(escapeXml('</name><x a="\'">&'), "&lt;/name&gt;&lt;x a=&quot;'&quot;&gt;&amp;");
    assert.equal(escapeXml('\u0000\ud800\u2028'), '\\u{0}\\u{d800}&#8232;');
    assert.equal(escapeXml('a\u{1f600}'), 'a\u{1f600}');
  });

  test('an empty element closes itself', () => {
    assert.equal(
      formatElement(createElement('a', [undefined], { b: '"', c: undefined }), ''),
      '<a b="&quot;"/>\n',
    );
  });
});
