import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DocumentContent } from '../../foundation/core/document.ts';
import { DEFAULT_LIMITS, type Limits } from '../../foundation/core/limits.ts';
import { cyclonedxXml } from './read.ts';

const DESCRIPTION = {
  kind: 'sbom',
  userInput: 'a',
  name: 'a',
  path: 'a',
  origin: 'file',
} as const;

function read(text: string | Uint8Array, limits: Partial<Limits> = {}): DocumentContent {
  return cyclonedxXml.read(Buffer.from(text), {
    limits: { ...DEFAULT_LIMITS, ...limits },
    description: DESCRIPTION,
  });
}

const createBom = (content: string) =>
  `<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">${content}</bom>`;

const createLibrary = (content: string, ref = 'a') =>
  `<component type="library" bom-ref="${ref}">${content}</component>`;

describe('a CycloneDX document in XML', () => {
  it('equals one in JSON', () => {
    const { inventory, keys } = read(
      createBom(`
        <metadata>
          <tools><components>${createLibrary('<name>tool</name>')}</components></tools>
          <component type="container"><name>debian</name></component>
        </metadata>
        <components>
          <component type="library" bom-ref="deb">
            <publisher>Debian</publisher>
            <name>libc6</name>
            <version>2.36-9</version>
            <licenses>
              <license acknowledgement="concluded"><id>MIT</id><url>https://example.org</url></license>
              <expression>GPL-2.0-only OR MIT</expression>
            </licenses>
            <cpe>cpe:2.3:a:gnu:glibc:2.36:*:*:*:*:*:*:*</cpe>
            <purl>pkg:deb/debian/libc6@2.36-9?arch=amd64&amp;upstream=glibc</purl>
            <components>${createLibrary('<name>inner</name>', 'inner')}</components>
            <properties>
              <property name="syft:location:0:path">/var/lib/dpkg/status</property>
              <property name="own"><![CDATA[<x>]]></property>
            </properties>
          </component>
          <component type="operating-system"><name>debian</name><version>12</version>
            <swid tagId="debian" name="debian" version="12"/></component>
        </components>
        <dependencies>
          <dependency ref="deb"><dependency ref="inner"/><dependency ref="none"/></dependency>
        </dependencies>`),
    );
    const [libc, inner, ...others] = inventory.packages;
    assert.equal(keys, 'document');
    assert.deepEqual(others, []);
    assert.deepEqual([libc?.name, libc?.type, libc?.version], ['libc6', 'deb', '2.36-9']);
    assert.deepEqual(libc?.upstreams, [{ name: 'glibc' }]);
    assert.deepEqual(
      libc?.licenses.map(({ value, kind, urls }) => [value, kind, urls]),
      [
        ['MIT', 'concluded', ['https://example.org']],
        ['GPL-2.0-only OR MIT', 'declared', []],
      ],
    );
    assert.equal(libc?.locations[0]?.path, '/var/lib/dpkg/status');
    assert.equal(libc?.cpes.length, 1);
    assert.deepEqual(
      inventory.relationships.flatMap((each) => (each.kind === 'dependency-of' ? [each] : [])),
      [{ kind: 'dependency-of', from: 'inner', to: 'deb' }],
    );
    assert.equal(inner?.name, 'inner');
    assert.deepEqual(inventory.distro, { id: 'debian', idLike: [], versionId: '12' });
    assert.equal(inventory.target.name, 'debian');
    assert.deepEqual(inventory.problems, []);
  });

  it('may have prefixes, its own encoding, and text on separate lines', () => {
    const text =
      '<?xml version="1.0" encoding="ISO-8859-1"?><b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.2">' +
      '<b:components><b:component type="library"><b:name>\n  gr\u00fcn\n  </b:name></b:component>' +
      '</b:components></b:bom>';
    const content = Buffer.from(text, 'latin1');
    assert.equal(cyclonedxXml.recognize(content), 1);
    assert.equal(read(content).inventory.packages[0]?.name, 'grün');
  });

  it('includes its author, time and tool', () => {
    const createMetadata = (tools: string) =>
      `<metadata><timestamp>2026-01-01T00:00:00Z</timestamp><tools>${tools}</tools>` +
      '<authors><author><name>Ada</name><email>ada@example.org</email></author></authors>' +
      '<supplier><name>Example</name><url>https://example.org</url></supplier></metadata>';
    const tools = [
      '<tool><name>x</name></tool>',
      `<components>${createLibrary('<name>x</name>')}</components>`,
    ];
    for (const tool of tools) {
      assert.deepEqual(read(createBom(createMetadata(tool))).about, {
        authors: ['Ada ada@example.org', 'Example https://example.org'],
        tools: ['x'],
        createdAt: '2026-01-01T00:00:00Z',
      });
    }
  });

  it('keeps leading and trailing blanks of single-line text', () => {
    const { inventory } = read(
      createBom(`<components>${createLibrary('<name> a </name>')}</components>`),
    );
    assert.equal(inventory.packages[0]?.name, ' a ');
  });

  it('is recognized by its root element and namespace', () => {
    const recognizeText = (text: string) => cyclonedxXml.recognize(Buffer.from(text));
    assert.equal(recognizeText(createBom('')), 1);
    assert.equal(recognizeText(`<!-- <bom> -->\n${createBom('').slice(22)}`), 1);
    assert.equal(recognizeText('<bom version="1">'), 0);
    assert.equal(recognizeText('<project xmlns="http://cyclonedx.org/schema/bom/1.6">'), 0);
    assert.equal(recognizeText(`hello ${createBom('')}`), 0);
  });
});

describe('a hostile CycloneDX document in XML', () => {
  it('does not expand its entities', () => {
    const entities = Array.from(
      { length: 9 },
      (_, number) => `<!ENTITY e${number + 1} "${`&e${number};`.repeat(10)}">`,
    );
    const bomb = `<!DOCTYPE bom [<!ENTITY e0 "lol">${entities.join('')}]>`;
    const text = createBom(`<components>${createLibrary('<name>&e9;</name>')}</components>`);
    assert.throws(() => read(text.replace('<bom', `${bomb}<bom`)), { code: 'E_DOCUMENT_INVALID' });
    const external = '<!DOCTYPE bom [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
    assert.throws(() => read(text.replace('e9', 'x').replace('<bom', `${external}<bom`)), {
      code: 'E_DOCUMENT_INVALID',
    });
  });

  it('is limited in depth, even in ignored parts, and in the number of its values', () => {
    const nestDeeply = (name: string) => `<${name}>`.repeat(5_000) + `</${name}>`.repeat(5_000);
    assert.throws(() => read(createBom(nestDeeply('x'))), { code: 'E_LIMIT' });
    const nested = '<components><component type="library">'.repeat(600);
    assert.throws(() => read(createBom(nested)), { code: 'E_LIMIT' });
    const many = `<components>${createLibrary('').repeat(100)}</components>`;
    assert.throws(() => read(createBom(many), { documentValuesMax: 50 }), { code: 'E_LIMIT' });
    assert.throws(() => read(createBom(many), { documentBytesMax: 50 }), { code: 'E_LIMIT' });
  });

  it('is rejected if truncated, not XML, or with another root', () => {
    const whole = createBom(`<components>${createLibrary('<name>a</name>')}</components>`);
    for (const text of [
      whole.slice(0, -3),
      '<project/>',
      '',
      'hello',
      createBom('&#0;'),
      createBom('<a></b>'),
    ]) {
      assert.throws(() => read(text), { code: 'E_DOCUMENT_INVALID' });
    }
  });

  it('has only members of the notation', () => {
    const text = createBom(
      '<__proto__><polluted/></__proto__><components><component __proto__="x" type="library">' +
        '<name>a</name><constructor/></component></components>',
    );
    assert.equal(read(text).inventory.packages.length, 1);
    assert.ok(!('polluted' in {}));
  });
});
