import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogFiles, type Files } from '../../../../test/support/flat-view.ts';
import { createZip } from '../../../foundation/bytes/zip/zip.fixture.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { BSD_3, ISC, MIT } from '../../../foundation/identity/license/license-text.fixture.ts';
import { pythonInstalled } from './python-installed.ts';

const SITE = '/usr/local/lib/python3.9/site-packages';
const CHARDET = `${SITE}/chardet-3.0.4.dist-info`;
const RECORD = `../../../bin/chardetect,sha256=aR4F8I2YpYSi515rOgfQn14CXI0FBG44X0Q07dPm7g0,245
chardet/__init__.py,sha256=YsP5wQlsHJ2auF1RZJfypiSrCA7_bQiRm3ES_NI76-Y,1559
chardet-3.0.4.dist-info/RECORD,,
`;
const METADATA = 'Metadata-Version: 2.0\nName: chardet\nVersion: 3.0.4\nLicense: LGPL\n\ntext\n';

function project(site: string, name: string, version: string, requires: readonly string[] = []) {
  const header = `Name: ${name}\nVersion: ${version}\n`;
  const lines = requires.map((each) => `Requires-Dist: ${each}\n`).join('');
  return { [`${site}/${name}-${version}.dist-info/METADATA`]: header + lines };
}

describe('installed Python projects', () => {
  it('have evidence, license, package URL and metadata', () => {
    const { packages, problems } = catalogFiles(pythonInstalled, {
      [`${CHARDET}/METADATA`]: METADATA,
      [`${CHARDET}/RECORD`]: RECORD,
      [`${CHARDET}/top_level.txt`]: 'chardet\n',
      [`${CHARDET}/direct_url.json`]:
        '{"url":"https://e.org/c.git","vcs_info":{"vcs":"git","commit_id":"1f2e"}}',
    });
    assert.deepEqual(problems, []);
    assert.equal(packages.length, 1);
    const [chardet] = packages;
    assert.equal(
      chardet?.purl,
      'pkg:pypi/chardet@3.0.4?vcs_url=git%2Bhttps%3A%2F%2Fe.org%2Fc.git%401f2e',
    );
    assert.deepEqual(
      chardet.locations.map(({ path, evidence }) => [path.slice(CHARDET.length + 1), evidence]),
      [
        ['METADATA', 'primary'],
        ['RECORD', 'supporting'],
        ['top_level.txt', 'supporting'],
        ['direct_url.json', 'supporting'],
      ],
    );
    assert.deepEqual(
      chardet.licenses.map(({ value, kind }) => [value, kind]),
      [['LGPL', 'declared']],
    );
    assert.deepEqual(chardet.metadata?.value, {
      name: 'chardet',
      version: '3.0.4',
      author: '',
      authorEmail: '',
      platform: '',
      files: [
        {
          path: '../../../bin/chardetect',
          digest: { algorithm: 'sha256', value: 'aR4F8I2YpYSi515rOgfQn14CXI0FBG44X0Q07dPm7g0' },
          size: '245',
        },
        {
          path: 'chardet/__init__.py',
          digest: { algorithm: 'sha256', value: 'YsP5wQlsHJ2auF1RZJfypiSrCA7_bQiRm3ES_NI76-Y' },
          size: '1559',
        },
        { path: 'chardet-3.0.4.dist-info/RECORD' },
      ],
      sitePackagesRootPath: SITE,
      topLevelPackages: ['chardet'],
      directUrlOrigin: { url: 'https://e.org/c.git', commitId: '1f2e', vcs: 'git' },
    });
  });

  it('have the license of license files if their metadata states none', () => {
    const readLicenses = (metadata: string, files: Files) =>
      catalogFiles(pythonInstalled, {
        [`${CHARDET}/METADATA`]: `Name: chardet\nVersion: 3.0.4\n${metadata}`,
        ...files,
      }).packages[0]?.licenses.map(({ value, kind, locations }) => [
        value,
        kind,
        ...locations.map(({ path }) => path.slice(CHARDET.length + 1)),
      ]);
    const files = {
      [`${CHARDET}/licenses/LICENSE.MIT`]: MIT,
      [`${CHARDET}/LICENSE`]: ISC,
      [`${CHARDET}/licenses/AUTHORS.md`]: 'Somebody',
      [`${SITE}/other-1.dist-info/LICENSE`]: BSD_3,
    };
    assert.deepEqual(readLicenses('', files), [
      ['ISC', 'concluded', 'LICENSE'],
      ['MIT', 'concluded', 'licenses/LICENSE.MIT'],
    ]);
    assert.deepEqual(readLicenses('License: Zlib\n', files), [['Zlib', 'declared', 'METADATA']]);
    const text = MIT.replaceAll('\n', '\n        ');
    assert.deepEqual(readLicenses(`License: ${text}\n`, {}), [['MIT', 'declared', 'METADATA']]);
  });

  it('own absolute paths, however many steps up their record takes', () => {
    const record = `${RECORD}../../../../../../../../etc/passwd,,\n/opt/data,,\n./chardet/__init__.py,,\n`;
    const { packages } = catalogFiles(pythonInstalled, {
      [`${CHARDET}/METADATA`]: METADATA,
      [`${CHARDET}/RECORD`]: record,
    });
    assert.deepEqual(
      packages[0]?.ownedFiles.map(({ path }) => path),
      [
        '/usr/local/bin/chardetect',
        `${SITE}/chardet/__init__.py`,
        `${CHARDET}/RECORD`,
        '/etc/passwd',
        '/opt/data',
      ],
    );
  });

  it('may be eggs: a directory with a list of files, or a single file', () => {
    const { packages } = catalogFiles(pythonInstalled, {
      [`${SITE}/Old_Egg.egg-info/PKG-INFO`]: 'Name: Old_Egg\nVersion: 0.1\n',
      [`${SITE}/Old_Egg.egg-info/installed-files.txt`]: '../old/__init__.py\nPKG-INFO',
      [`${SITE}/lone-1.2.egg-info`]: 'Name: lone\nVersion: 1.2\n',
      [`${SITE}/RECORD`]: 'not/of/lone.py,,\n',
      [`${SITE}/Python-2.7.egg-info`]: 'Name: Python\nVersion: 2.7\n',
    });
    assert.deepEqual(
      packages.map(({ name, ownedFiles, locations }) => [name, ownedFiles, locations.length]),
      [
        [
          'old-egg',
          [{ path: `${SITE}/old/__init__.py` }, { path: `${SITE}/Old_Egg.egg-info/PKG-INFO` }],
          2,
        ],
        ['lone', [], 1],
      ],
    );
  });

  it('may be importable archives', () => {
    const { packages, problems } = catalogFiles(pythonInstalled, {
      [`${SITE}/kitchen-1.2.6-py2.7.egg`]: createZip([
        { name: 'EGG-INFO/PKG-INFO', content: 'Name: kitchen\nVersion: 1.2.6\n\ntext' },
      ]),
      [`${SITE}/empty.egg`]: createZip([{ name: 'a' }]),
      [`${SITE}/broken.egg`]: 'PK',
      [`${SITE}/open-1.egg/EGG-INFO/PKG-INFO`]: 'Name: open\nVersion: 1\n',
    });
    assert.deepEqual(
      packages.map(({ purl, locations }) => [purl, locations[0]?.path]),
      [
        ['pkg:pypi/kitchen@1.2.6', `${SITE}/kitchen-1.2.6-py2.7.egg`],
        ['pkg:pypi/open@1', `${SITE}/open-1.egg/EGG-INFO/PKG-INFO`],
      ],
    );
    assert.deepEqual(problems, [`P_MALFORMED ${SITE}/broken.egg:`]);
  });

  it('only lose malformed records', () => {
    const { packages, problems } = catalogFiles(
      pythonInstalled,
      {
        [`${SITE}/a.dist-info/METADATA`]: 'Version: 1\n',
        [`${SITE}/b.dist-info/METADATA`]: 'Name: b\n',
        [`${SITE}/b.dist-info/RECORD`]: 'b.py,,\nc.py,,\nd.py,,\n',
        [`${SITE}/b.dist-info/direct_url.json`]: '['.repeat(100_000),
        [`${SITE}/b.dist-info/top_level.txt`]: new Uint8Array([0xff, 0xfe]),
        [`${SITE}/pyvenv.cfg`]: '= = =\n',
      },
      { limits: { ...DEFAULT_LIMITS, ownedFilesMax: 2 } },
    );
    assert.deepEqual(
      packages.map(({ name, version, ownedFiles }) => [name, version, ownedFiles.length]),
      [['b', '', 2]],
    );
    assert.deepEqual(problems, [
      `P_RECORD ${SITE}/a.dist-info/METADATA:`,
      `P_LIMIT ${SITE}/b.dist-info/RECORD:`,
      `P_MALFORMED ${SITE}/b.dist-info/direct_url.json:`,
    ]);
  });
});

describe('edges of installed Python projects', () => {
  const system: Files = {
    ...project('/usr/lib/python3.11/site-packages', 'app', '1.0', [
      'Lib_One>=1',
      'extra; extra == "x"',
      'absent',
    ]),
    ...project('/usr/lib/python3.11/site-packages', 'lib.one', '1.0', ['app']),
    ...project('/usr/lib/python3.11/site-packages', 'extra', '1.0'),
  };

  it('connect projects of one interpreter, including extras', () => {
    assert.deepEqual(catalogFiles(pythonInstalled, system).edges, [
      'app 1.0 > lib-one 1.0',
      'extra 1.0 > app 1.0',
      'lib-one 1.0 > app 1.0',
    ]);
  });

  it('stay in a virtual environment unless it includes system packages', () => {
    const own = '/opt/venv/lib/python3.11/site-packages';
    const venv = {
      ...project(own, 'app', '2.0', ['lib-one', 'own']),
      ...project(own, 'own', '1.0'),
    };
    const listEdges = (setting: string): string[] =>
      catalogFiles(pythonInstalled, {
        ...system,
        ...venv,
        '/opt/venv/pyvenv.cfg': `version = 3.11.2\ninclude-system-site-packages = ${setting}\n`,
      }).edges.filter((edge) => edge.includes('2.0'));
    assert.deepEqual(listEdges('false'), ['own 1.0 > app 2.0']);
    assert.deepEqual(listEdges('true'), [
      'app 2.0 > lib-one 1.0',
      'lib-one 1.0 > app 2.0',
      'own 1.0 > app 2.0',
    ]);
  });
});
