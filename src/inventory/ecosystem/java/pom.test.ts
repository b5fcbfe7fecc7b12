import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { present } from '../../../foundation/core/assert.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type Pom, parsePom } from './pom.ts';
import { evaluatePom } from './pom-values.ts';

const parse = (text: string | Uint8Array): Pom | undefined =>
  parsePom(Buffer.from(text), new Budget(DEFAULT_LIMITS));

const parseInnerPom = (inner: string): Pom =>
  present(parse(`<project>${inner}</project>`), 'a POM');

describe('a POM', () => {
  it('has fields, properties, dependencies and licenses', () => {
    const pom = parseInnerPom(`
      <parent><groupId>g</groupId><version> 1 </version></parent>
      <artifactId>a</artifactId><!-- <artifactId>b</artifactId> -->
      <name><![CDATA[A & B]]></name>
      <properties><x.version>2</x.version></properties>
      <licenses><license><name>L &amp; M</name><url>u</url></license></licenses>
      <dependencyManagement><dependencies>
        <dependency><groupId>m</groupId><artifactId>n</artifactId><version>3</version></dependency>
      </dependencies></dependencyManagement>
      <dependencies><dependency>
        <groupId>d</groupId><artifactId>e</artifactId><scope>test</scope>
        <exclusions><exclusion><groupId>no</groupId></exclusion></exclusions>
      </dependency></dependencies>
      <build><plugins><plugin><dependencies>
        <dependency><artifactId>of-a-plugin</artifactId></dependency>
      </dependencies></plugin></plugins></build>
      <profiles><profile><dependencies>
        <dependency><artifactId>of-a-profile</artifactId></dependency>
      </dependencies></profile></profiles>`);
    const { fields, properties, dependencies, managed, licenses } = pom;
    assert.deepEqual(
      [fields['parent.version'], fields['artifactId'], fields['name']],
      ['1', 'a', 'A & B'],
    );
    assert.deepEqual(properties, { 'x.version': '2' });
    assert.deepEqual(licenses, [{ name: 'L & M', url: 'u' }]);
    assert.deepEqual(
      dependencies.map(({ groupId, artifactId, scope }) => [groupId, artifactId, scope]),
      [
        ['d', 'e', 'test'],
        ['', 'of-a-profile', ''],
      ],
    );
    assert.deepEqual(
      managed.map(({ artifactId, version }) => [artifactId, version]),
      [['n', '3']],
    );
  });

  it('is read in its own encoding', () => {
    const text = '<project><name>Grüße</name></project>';
    const declared = `<?xml version="1.0" encoding="ISO-8859-1"?>${text}`;
    for (const bytes of [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      Buffer.from(text, 'latin1'),
      Buffer.from(declared, 'latin1'),
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      Buffer.from(`<?xml version="1.0" encoding="no-such"?>${text}`),
    ]) {
      assert.equal(parse(bytes)?.fields['name'], 'Grüße');
    }
  });

  it('is undefined if it is not well-formed', () => {
    for (const text of [
      '',
      'text',
      '<html/>',
      '<project>',
      '<project><a></b></project>',
      '<project>'.repeat(100_000),
      '<project><version>&v;</version></project>',
      Buffer.alloc(1000, 0xff),
    ]) {
      assert.equal(parse(text), undefined);
    }
  });

  it('does not expand its own entities, and permits HTML entities in prose', () => {
    const bomb = `<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><project><name>&b;</name></project>`;
    assert.equal(parse(bomb)?.fields['name'], '&b;');
    assert.equal(parseInnerPom('<name>Laugst&oslash;l</name>').fields['name'], 'Laugst&oslash;l');
  });

  it('ends at the end of its root', () => {
    assert.equal(parse('<project><name>n</name></project>\nrubbish <')?.fields['name'], 'n');
  });
});

describe('values of a POM', () => {
  const PARENT = parseInnerPom(
    '<groupId>g</groupId><artifactId>p</artifactId><version>1</version>' +
      '<properties><v>parent</v><w>${v}-${project.artifactId}</w></properties>',
  );
  const CHILD = parseInnerPom(
    '<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>' +
      '<artifactId>${x}</artifactId><properties><v>child</v><x>c</x></properties>',
  );

  it('have properties substituted, those of the child before those of its parents', () => {
    const values = evaluatePom([CHILD, PARENT], DEFAULT_LIMITS);
    assert.deepEqual(values.id, { groupId: 'g', artifactId: 'c', version: '1' });
    assert.equal(values.evaluateText('${ v }.${project.version}.${pom.groupId}'), 'child.1.g');
    assert.equal(values.evaluateText('${w}', 1), 'child-p');
    assert.equal(values.evaluateText('${project.artifactId}', 1), 'p');
    assert.equal(values.evaluateText('plain ${ not closed'), 'plain ${ not closed');
  });

  it('are unknown if a property is unknown or circular', () => {
    const pom = parseInnerPom('<properties><a>${b}</a><b>${a}</b><c>${c}</c></properties>');
    const values = evaluatePom([pom], DEFAULT_LIMITS);
    for (const text of ['${a}', 'x-${b}', '${c}', '${no}', '${constructor}', '${project.name}']) {
      assert.equal(values.evaluateText(text), '');
    }
    assert.equal(values.parentId, undefined);
  });

  it('stay short if each property repeats the previous one many times', () => {
    const many = Array.from(
      { length: 60 },
      (_, index) => `<p${index + 1}>${`\${p${index}}`.repeat(9)}</p${index + 1}>`,
    );
    for (const first of ['', 'x'.repeat(100)]) {
      const pom = parseInnerPom(`<properties><p0>${first}</p0>${many.join('')}</properties>`);
      assert.equal(evaluatePom([pom], DEFAULT_LIMITS).evaluateText('${p60}'), '');
    }
  });
});
