import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { catalogFiles, type Files } from '../../../../test/support/flat-view.ts';
import { createZip } from '../../../foundation/bytes/zip/zip.fixture.ts';
import { present } from '../../../foundation/core/assert.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../foundation/core/limits.ts';
import type { PublishedArchives } from '../../../foundation/core/published-archives.ts';
import { javaArchive } from './java-archive.ts';

type Content = Readonly<Record<string, string | Uint8Array>>;

const MANIFEST = 'Manifest-Version: 1.0\n';

function createJar(content: Content, manifest: string | undefined = MANIFEST): Buffer {
  const files = manifest === undefined ? content : { 'META-INF/MANIFEST.MF': manifest, ...content };
  return createZip(
    Object.entries(files).map(([name, text]) => ({
      name,
      content: text,
      isStored: name.endsWith('.jar'),
    })),
  );
}

function zipContent(content: Content): Buffer {
  return createZip(Object.entries(content).map(([name, text]) => ({ name, content: text })));
}

/** Files that Maven writes into an archive for `group:artifact:version`. */
function createMavenFiles(coordinates: string, pom = ''): Content {
  const [group = '', artifact = '', version = ''] = coordinates.split(':');
  const folder = `META-INF/maven/${group}/${artifact}`;
  const properties = `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`;
  return {
    [`${folder}/pom.properties`]: properties,
    ...(pom === '' ? {} : { [`${folder}/pom.xml`]: `<project>${pom}</project>` }),
  };
}

const catalogArchives = (files: Files, limits: Limits = DEFAULT_LIMITS) =>
  catalogFiles(javaArchive, files, { limits });

const listPurls = (files: Files) => catalogArchives(files).packages.map(({ purl }) => purl);

const catalogSingle = (files: Files) => {
  const { packages } = catalogArchives(files);
  assert.equal(packages.length, 1);
  return present(packages[0], 'explain it for one package');
};

describe('the identity of a Java archive', () => {
  it('is read from the pom.properties that matches its file name', () => {
    const pom =
      '<parent><groupId>p</groupId><artifactId>q</artifactId><version>9</version></parent>' +
      '<artifactId>tool</artifactId><name>A ${project.version}</name>' +
      '<description>\n  two\n  lines\n</description>' +
      '<licenses><license><name>Apache-2.0</name><url>http://x</url></license></licenses>';
    const { name, version, type, purl, confidence, licenses, metadata } = catalogSingle({
      '/lib/tool-1.2.jar': createJar(createMavenFiles('org.example:tool:1.2.3', pom)),
    });
    assert.deepEqual(
      [name, version, type, purl, confidence],
      ['tool', '1.2.3', 'java-archive', 'pkg:maven/org.example/tool@1.2.3', 1],
    );
    assert.deepEqual(
      licenses.map(({ value, kind, urls }) => [value, kind, urls]),
      [['Apache-2.0', 'declared', ['http://x']]],
    );
    const folder = 'META-INF/maven/org.example/tool';
    assert.deepEqual(metadata, {
      kind: 'java-archive',
      value: {
        virtualPath: '/lib/tool-1.2.jar',
        manifest: { main: [{ key: 'Manifest-Version', value: '1.0' }] },
        pomProperties: {
          path: `${folder}/pom.properties`,
          name: '',
          groupId: 'org.example',
          artifactId: 'tool',
          version: '1.2.3',
        },
        pomProject: {
          path: `${folder}/pom.xml`,
          parent: { groupId: 'p', artifactId: 'q', version: '9' },
          groupId: 'p',
          artifactId: 'tool',
          version: '9',
          name: 'A 9',
          description: 'two lines',
        },
      },
    });
  });

  it('is read from the manifest and the file name if there is no Maven record', () => {
    const files = {
      '/a/plain-1.0.jar': createJar({}),
      '/a/named.jar': createJar(
        {},
        'Implementation-Version: 3\nBundle-SymbolicName: org.named;singleton:=true\n',
      ),
      '/a/org.x.deep.jar': createJar({}, 'Specification-Version: 4\n'),
      '/a/1-odd.jar': createJar({}, 'Bundle-Name: Odd\nBundle-Version: 5\n'),
      '/a/2-odder.jar': createJar({}),
      '/a/renamed.jar': createJar(
        {},
        'Created-By: Apache Maven Bundle Plugin\nBundle-SymbolicName: org.json\nBundle-Version: 6\n',
      ),
    };
    assert.deepEqual(listPurls(files), [
      'pkg:maven/plain/plain@1.0',
      'pkg:maven/org.named/named@3',
      'pkg:maven/deep/deep@4',
      'pkg:maven/Odd/Odd@5',
      'pkg:maven/2-odder/2-odder',
      'pkg:maven/org.json/json@6',
    ]);
    const [plain, named] = catalogArchives(files).packages;
    assert.ok((plain?.confidence ?? 1) < (named?.confidence ?? 0));
    assert.match(plain?.rule ?? '', /no group is known/);
  });

  it('is read from a pom.properties with the name in the manifest, for any file name', () => {
    const manifest = 'Created-By: Apache Maven Bundle Plugin\nBundle-SymbolicName: org.json\n';
    const files = {
      '/a/renamed.jar': createJar(
        createMavenFiles('g:json:7', '<artifactId>json</artifactId>'),
        manifest,
      ),
    };
    assert.equal(catalogSingle(files).purl, 'pkg:maven/g/json@7');
  });

  it('is read from Maven records or the file name if there is no manifest', () => {
    assert.deepEqual(listPurls({ '/a/x.jar': zipContent(createMavenFiles('g:other:1')) }), [
      'pkg:maven/g/other@1',
    ]);
    const many = { ...createMavenFiles('g:a:1'), ...createMavenFiles('g:b:2') };
    assert.deepEqual(listPurls({ '/a/x.jar': zipContent(many) }), [
      'pkg:maven/g/a@1',
      'pkg:maven/g/b@2',
    ]);
    assert.deepEqual(listPurls({ '/a/x-1.jar': zipContent({ 'X.class': '' }) }), [
      'pkg:maven/x/x@1',
    ]);
    assert.deepEqual(
      listPurls({ '/a/x-1.jar': zipContent({ 'x.txt': '' }), '/a/y.jar': zipContent({}) }),
      [],
    );
  });

  it('is a plug-in of Jenkins by its extension or its group', () => {
    const { packages } = catalogArchives({
      '/p/one.hpi': createJar({}, 'Plugin-Version: 1\nPlugin-License-Name: MIT\n'),
      '/p/two.jar': createJar(createMavenFiles('org.jenkins-ci.plugins.x:two:2')),
    });
    assert.deepEqual(
      packages.map(({ name, version, type, licenses }) => [name, version, type, licenses.length]),
      [
        ['one', '1', 'jenkins-plugin', 1],
        ['two', '2', 'jenkins-plugin', 0],
      ],
    );
  });

  it('is unknown for an agent with the name of an instrumented library', () => {
    const manifest = 'Implementation-Title: spring\nWeave-Classes: org.spring\n';
    assert.deepEqual(
      listPurls({ '/a/spring-1.jar': createJar(createMavenFiles('g:spring:1'), manifest) }),
      [],
    );
  });

  it('includes licenses of license files if the manifest names none', () => {
    const listLicenses = (content: Content, manifest?: string) =>
      catalogSingle({ '/a/x-1.jar': createJar(content, manifest) }).licenses.map(({ value }) =>
        value.slice(0, 12),
      );
    assert.deepEqual(listLicenses({ 'META-INF/LICENSE': 'terms', 'META-INF/x/LICENSE': 'no' }), [
      'sha256:51d23',
    ]);
    assert.deepEqual(listLicenses({ LICENSE: 'terms' }, 'Bundle-License: MIT\n'), ['MIT']);
    assert.deepEqual(listLicenses({}, 'Bundle-License: MIT;link=http://a.example,ISC\n'), [
      'ISC',
      'MIT',
    ]);
  });
});

describe('the content of a Java archive', () => {
  it('consists of packages that it needs: nested archives and packed projects', () => {
    const inner = createJar({ ...createMavenFiles('g:inner:2'), 'lib/deep-3.jar': createJar({}) });
    const outer = createJar({
      ...createMavenFiles('g:app:1'),
      ...createMavenFiles('h:shaded:4'),
      'BOOT-INF/lib/inner-2.jar': inner,
      'BOOT-INF/lib/broken-1.jar': 'no archive',
      'BOOT-INF/lib/empty-1.jar': '',
    });
    const { packages, edges, problems } = catalogArchives({ '/app.jar': outer });
    assert.deepEqual(
      packages.map(({ name, metadata }) => [name, metadata?.value['virtualPath']]),
      [
        ['app', '/app.jar'],
        ['shaded', '/app.jar:h:shaded'],
        ['inner', '/app.jar:BOOT-INF/lib/inner-2.jar'],
        ['deep', '/app.jar:BOOT-INF/lib/inner-2.jar:lib/deep-3.jar'],
      ],
    );
    assert.deepEqual(
      packages.map(({ locations }) => locations.map(({ path, accessPath }) => [path, accessPath])),
      [
        [['/app.jar', '/app.jar']],
        [['/app.jar', '/app.jar']],
        [['/app.jar', '/app.jar:BOOT-INF/lib/inner-2.jar']],
        [['/app.jar', '/app.jar:BOOT-INF/lib/inner-2.jar:lib/deep-3.jar']],
      ],
    );
    assert.deepEqual(
      packages.map(({ ownedFiles }) => ownedFiles.map(({ path }) => path)),
      [['/app.jar'], [], [], []],
    );
    assert.deepEqual(edges, ['deep 3 > inner 2', 'inner 2 > app 1', 'shaded 4 > app 1']);
    assert.deepEqual(problems, ['P_MALFORMED /app.jar:']);
    assert.deepEqual(packages[2]?.metadata?.value['digest'], [
      { algorithm: 'sha1', value: createHash('sha1').update(inner).digest('hex') },
    ]);
  });

  it('keeps packed forks with the same name apart', () => {
    const content = {
      ...createMavenFiles('com.sun:core:1'),
      ...createMavenFiles('org.fish:core:2'),
    };
    assert.deepEqual(listPurls({ '/core-1.jar': createJar(content) }), [
      'pkg:maven/com.sun/core@1',
      'pkg:maven/org.fish/core@2',
    ]);
  });

  it('is limited in depth, number and bytes', () => {
    let nested = createJar({});
    for (let depth = 0; depth < 20; depth++) {
      nested = createJar({ 'x-1.jar': nested });
    }
    const countPackages = (change: Partial<Limits>, content: Buffer) => {
      const { packages, problems } = catalogArchives(
        { '/x-1.jar': content },
        { ...DEFAULT_LIMITS, ...change },
      );
      return [packages.length, problems];
    };
    assert.deepEqual(countPackages({}, nested), [8, ['P_LIMIT /x-1.jar:']]);
    const wide = createJar({
      'a-1.jar': createJar({}),
      'b-1.jar': createJar({}),
      'c-1.jar': createJar({}),
    });
    assert.deepEqual(countPackages({ nestedArchivesMax: 2 }, wide), [3, ['P_LIMIT /x-1.jar:']]);
    assert.deepEqual(
      countPackages({ zipHeldBytesMax: 10 }, createZip([{ name: 'a.jar', content: wide }])),
      [0, ['P_LIMIT /x-1.jar:']],
    );
    assert.deepEqual(countPackages({ archiveTextBytesMax: 10 }, createJar({})), [
      1,
      ['P_LIMIT /x-1.jar:'],
    ]);
    assert.deepEqual(countPackages({ configFileBytesMax: 10 }, createJar({})), [
      1,
      ['P_LIMIT /x-1.jar:'],
    ]);
  });

  it('stops at archives that contain themselves many times', () => {
    let nested = createJar({});
    for (let depth = 0; depth < 7; depth++) {
      const content = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`n-${n}.jar`, nested]));
      nested = createJar(content);
    }
    const { problems, packages } = catalogArchives(
      { '/x.jar': nested },
      { ...DEFAULT_LIMITS, nestedArchivesMax: 500 },
    );
    assert.ok(packages.length <= 501);
    assert.deepEqual([...new Set(problems)], ['P_LIMIT /x.jar:']);
  });
});

describe('problems of a Java archive', () => {
  it('are listed up to a limit', () => {
    const broken = Array.from({ length: 150 }, (_, index) => [`${index}.jar`, 'broken'] as const);
    const { problems } = catalogArchives({ '/x-1.jar': createJar(Object.fromEntries(broken)) });
    assert.equal(problems.length, 101);
    assert.equal(problems.at(-1), 'P_LIMIT /x-1.jar:');
  });
});

describe('a file with the extension of a Java archive', () => {
  it('is a problem if it is not an archive, unless others use the extension, too', () => {
    const { packages, problems } = catalogArchives({
      '/a.jar': 'text',
      '/b.rar': 'Rar!\x1a\x07',
      '/c.jar': '',
      '/d.war': createJar({}).subarray(0, -30),
      '/e.rar': createJar({}).subarray(0, -30),
    });
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, [
      'P_MALFORMED /a.jar:',
      'P_MALFORMED /d.war:',
      'P_MALFORMED /e.rar:',
    ]);
  });

  it('tolerates names that lead elsewhere, and an invalid POM', () => {
    const { packages, problems } = catalogArchives({
      '/a-1.jar': createJar({
        '../../x-2.jar': createJar({}),
        'META-INF/maven/g/a/pom.xml': '<project>',
        '../pom.properties': 'artifactId=up\nversion=3\ngroupId=h\n',
      }),
    });
    assert.deepEqual(
      packages.map(({ purl, locations }) => [purl, locations[0]?.path]),
      [
        ['pkg:maven/a/a@1', '/a-1.jar'],
        ['pkg:maven/h/up@3', '/a-1.jar'],
        ['pkg:maven/x/x@2', '/a-1.jar'],
      ],
    );
    assert.deepEqual(problems, ['P_MALFORMED /a-1.jar:']);
  });

  it('finds archives in other zip files, which are not packages themselves', () => {
    const { packages, problems } = catalogArchives({
      '/dist.zip': createJar({
        'dist/lib/a-1.jar': createJar(createMavenFiles('g:a:1')),
        'dist/pom.xml': '<project><artifactId>b</artifactId><version>1</version></project>',
        'dist/inner.zip': createJar({ 'c-1.jar': createJar({}) }),
      }),
      '/data.zip': createJar({ 'a.txt': 'text' }),
      '/text.zip': 'no archive',
      '/cut.zip': createJar({ 'a.txt': 'text' }).subarray(0, -30),
    });
    assert.deepEqual(
      packages.map(({ purl, locations }) => [purl, locations[0]?.accessPath]),
      [['pkg:maven/g/a@1', '/dist.zip:dist/lib/a-1.jar']],
    );
    assert.deepEqual(problems, ['P_MALFORMED /cut.zip:']);
  });
});

describe('the group of a Java archive without a record of Maven', () => {
  const readGroupId = (name: string, manifest: string, classes: readonly string[]) => {
    const content = Object.fromEntries(classes.map((each) => [`${each}/A.class`, '']));
    const { purl } = catalogSingle({ [`/${name}.jar`]: createJar(content, MANIFEST + manifest) });
    return purl.slice('pkg:maven/'.length, purl.lastIndexOf('/'));
  };

  it('is a prefix of its bundle or module name, whose suffix is the artifact', () => {
    const bundle = `Main-Class: org.hibernate.annotations.common.Version
Implementation-Vendor-Id: org.hibernate
Bundle-SymbolicName: org.hibernate.common.hibernate-commons-annotations
`;
    const name = 'hibernate-commons-annotations-5.1.2.Final';
    assert.equal(readGroupId(name, bundle, ['org/hibernate/annotations']), 'org.hibernate.common');
    const guava = 'Bundle-SymbolicName: com.google.guava\n';
    assert.equal(readGroupId('guava-33.0', guava, ['com/google/common']), 'com.google.guava');
  });

  it('contains the module that repeats its name', () => {
    const weaver = 'Automatic-Module-Name: org.aspectj.weaver\n';
    assert.equal(
      readGroupId('aspectjweaver-1.9.22', weaver, ['org/aspectj/a', 'aj/org']),
      'org.aspectj',
    );
    const runtime = 'Automatic-Module-Name: org.aspectj.runtime\n';
    const classes = ['org/aspectj/lang', 'org/aspectj/runtime'];
    assert.equal(readGroupId('aspectjrt-1.9.22', runtime, classes), 'org.aspectj');
    const simple = 'Automatic-Module-Name: org.slf4j.simple\n';
    assert.equal(readGroupId('slf4j-simple-2.0.13', simple, ['org/slf4j/simple']), 'org.slf4j');
    const vendor = 'Implementation-Vendor-Id: com.fasterxml.jackson.core\n';
    assert.equal(
      readGroupId('jackson-core-2.9.0', vendor, ['com/fasterxml/jackson/core']),
      'com.fasterxml.jackson.core',
    );
  });

  it('is the package that its name begins with, at low confidence', () => {
    const kotlin = 'Implementation-Title: kotlin-compiler-embeddable\n';
    const classes = ['javaslang/match/model', 'org/jetbrains/kotlin/cli', 'org/jetbrains/org'];
    assert.equal(
      readGroupId('kotlin-compiler-embeddable-1.9.23', kotlin, classes),
      'org.jetbrains.kotlin',
    );
    const { confidence, rule } = catalogSingle({
      '/kotlin-compiler-embeddable-1.9.23.jar': createJar({
        'org/jetbrains/kotlin/cli/A.class': '',
      }),
    });
    assert.equal(confidence, 0.5);
    assert.match(rule, /the group comes from a single package name$/);
    const wiremock = 'Main-Class: wiremock.Run\nImplementation-Version: 3.5.4\n';
    const packed = [
      'com/github/tomakehurst/wiremock',
      'org/wiremock/annotations',
      'wiremock/com/a',
    ];
    assert.equal(readGroupId('wiremock-standalone-3.5.4', wiremock, packed), 'org.wiremock');
    assert.equal(readGroupId('one-1.0', '', ['org/two/one']), 'one');
  });

  it('is that of a user on a hosting site', () => {
    const main = 'Main-Class: com.github.tomakehurst.wiremock.standalone.WireMockServerRunner\n';
    assert.equal(
      readGroupId('wiremock-standalone-2.27.2', main, [
        'com/github/tomakehurst/wiremock',
        'wiremock/org',
      ]),
      'com.github.tomakehurst',
    );
  });

  it('is not that of a packed archive that left its manifest', () => {
    const manifest = `Implementation-Title: Apache Hadoop shaded Protobuf 3.7
Implementation-Version: 1.1.1
Implementation-Vendor-Id: org.apache.hadoop.thirdparty
`;
    const classes = ['org/apache/hadoop/shaded/com', 'org/apache/hadoop/thirdparty/protobuf'];
    assert.equal(
      readGroupId('hadoop-client-runtime-3.3.6', manifest, classes),
      'org.apache.hadoop',
    );
    const own = 'org.apache.hadoop.thirdparty';
    assert.equal(readGroupId('hadoop-shaded-protobuf-1.1.1', manifest, classes), own);
  });
});

it('finds Java archives with their extension in any case', () => {
  assert.deepEqual(
    listPurls({
      '/UPPER.JAR': createJar(createMavenFiles('g:upper:1')),
      '/lib/Mixed.Jar': createJar(createMavenFiles('g:mixed:1')),
      '/app.WAR': createJar({
        'WEB-INF/LIB/INNER.JAR': createJar(createMavenFiles('g:inner:1')),
        ...createMavenFiles('g:app:1'),
      }),
    }),
    ['pkg:maven/g/upper@1', 'pkg:maven/g/mixed@1', 'pkg:maven/g/app@1', 'pkg:maven/g/inner@1'],
  );
});

describe('a Java archive with an ambiguous identity', () => {
  const listAlternatives = (files: Files) =>
    catalogSingle(files).alternatives?.map(({ purl }) => purl.replace('pkg:maven/', ''));

  it('may be each of its names in each of its groups, known ones first', () => {
    const manifest = `${MANIFEST}Created-By: Apache Maven Bundle Plugin
Bundle-SymbolicName: org.apache.commons.lang3
Implementation-Vendor-Id: org.apache
Implementation-Title: Apache Commons Lang
`;
    const files = { '/commons-lang3-3.9.jar': createJar({}, manifest) };
    // Symbolic names of the plug-in are the group and the artifact.
    assert.equal(catalogSingle(files).purl, 'pkg:maven/org.apache.commons/lang3@3.9');
    assert.deepEqual(listAlternatives(files), [
      'org.apache.commons/commons-lang3@3.9',
      'org.apache/commons-lang3@3.9',
      'org.apache.commons.lang3/commons-lang3@3.9',
      'commons-lang3/commons-lang3@3.9',
      'org.apache/lang3@3.9',
      'org.apache.commons.lang3/lang3@3.9',
      'lang3/lang3@3.9',
    ]);
  });

  it('may be in the group of a named host, or of a prefix of its packages', () => {
    const manifest = `${MANIFEST}Implementation-Title: org.stuff.impl.Version
Implementation-URL: http://www.stuff-project.example/about
`;
    assert.deepEqual(listAlternatives({ '/stuff-1.jar': createJar({}, manifest) }), [
      'example.stuff-project/stuff@1',
      'org.stuff/stuff@1',
      'stuff/stuff@1',
      'example.stuff-project/org.stuff.impl.Version@1',
      'org.stuff/org.stuff.impl.Version@1',
    ]);
  });

  it('may be in the group whose packages contain all of its classes', () => {
    const classes = {
      'META-INF/versions/9/net/other/X.class': 'x',
      'module-info.class': 'x',
      'org/stuff/tree/A.class': 'x',
      'org/stuff/tree/deep/B.class': 'x',
    };
    const findAlternatives = (files: Record<string, string>) =>
      listAlternatives({ '/stuff-1.jar': createJar(files) }) ?? [];
    assert.deepEqual(findAlternatives(classes), ['org.stuff/stuff@1', 'org.stuff.tree/stuff@1']);
    assert.deepEqual(findAlternatives({ ...classes, 'org/stuffed/C.class': 'x' }), []);
    assert.deepEqual(findAlternatives({ ...classes, 'D.class': 'x' }), []);
    assert.deepEqual(findAlternatives({ [`${'a/'.repeat(200)}B.class`]: 'x' }), []);
  });

  it('is in the group of repositories if it names another or none', () => {
    const readPurl = (name: string, manifest: string) =>
      catalogSingle({ [name]: createJar({}, manifest) }).purl;
    const h2 = `${MANIFEST}Bundle-SymbolicName: org.h2\n`;
    assert.equal(readPurl('/h2-1.4.197.jar', h2), 'pkg:maven/com.h2database/h2@1.4.197');
    assert.equal(
      readPurl('/h2-1.jar', `${MANIFEST}Bundle-SymbolicName: net.other\n`),
      'pkg:maven/net.other/h2@1',
    );
    const xerces = `${MANIFEST}\nName: a\nImplementation-Title: org.apache.xerces.impl.Version\n`;
    assert.equal(readPurl('/xercesImpl-2.11.0.jar', xerces), 'pkg:maven/xerces/xercesImpl@2.11.0');
  });

  it('has no alternatives with a Maven record, or without a version or a group', () => {
    const named = `${MANIFEST}Automatic-Module-Name: net.sf.stuff\n`;
    assert.equal(
      listAlternatives({ '/a-1.jar': createJar(createMavenFiles('g.h:a:1'), named) }),
      undefined,
    );
    assert.equal(listAlternatives({ '/a.jar': createJar({}, named) }), undefined);
    assert.equal(listAlternatives({ '/a-1.jar': createJar({ 'A.class': 'x' }) }), undefined);
  });
});

describe('a Java archive in the index of published archives', () => {
  const silent = zipContent({ 'a.txt': 'text' });
  const sha1 = createHash('sha1').update(silent).digest('hex');
  const publishArtifacts = (...artifactIds: readonly string[]): PublishedArchives => ({
    identity: 'x',
    find: (asked) =>
      asked === sha1
        ? artifactIds.map((artifactId) => ({ groupId: 'g', artifactId, version: '7' }))
        : [],
  });

  it('is identified by its content if it does not identify itself', () => {
    const outer = createJar({ ...createMavenFiles('g:outer:1'), 'lib/lost.jar': silent });
    const { packages, edges } = catalogFiles(
      javaArchive,
      { '/outer-1.jar': outer },
      { publishedArchives: publishArtifacts('found') },
    );
    assert.deepEqual(
      packages.map(({ purl, confidence }) => [purl, confidence]),
      [
        ['pkg:maven/g/outer@1', 1],
        ['pkg:maven/g/found@7', 0.95],
      ],
    );
    assert.deepEqual(edges, ['found 7 > outer 1']);
    assert.match(packages[1]?.rule ?? '', /SHA-1/);
  });

  it('is the one of several artifacts that its file is named after', () => {
    const outer = createJar({ 'tool-api-7.jar': silent });
    const { packages } = catalogFiles(
      javaArchive,
      { '/outer-1.jar': outer },
      { publishedArchives: publishArtifacts('other', 'tool', 'tool-api') },
    );
    assert.equal(packages.at(-1)?.purl, 'pkg:maven/g/tool-api@7');
    assert.deepEqual(
      packages.at(-1)?.alternatives?.map(({ purl }) => purl),
      ['pkg:maven/g/other@7', 'pkg:maven/g/tool@7'],
    );
    assert.match(packages.at(-1)?.rule ?? '', /3 artifacts/);
  });
});
