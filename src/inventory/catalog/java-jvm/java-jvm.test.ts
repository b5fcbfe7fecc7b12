import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { javaJvm } from './java-jvm.ts';

const TEMURIN = `IMPLEMENTOR="Eclipse Adoptium"
JAVA_RUNTIME_VERSION="21.0.4+7-LTS"
JAVA_VERSION="21.0.4"
MODULES="java.base java.compiler"
SOURCE_REPO="https://github.com/adoptium/jdk21u.git"
UNKNOWN="x"
IMAGE_TYPE="JDK"
`;

function install(release: string, root = '/opt/java', others: readonly string[] = []) {
  const files = Object.fromEntries(others.map((path) => [path, '']));
  const { packages, problems } = catalogFiles(javaJvm, { [`${root}/release`]: release, ...files });
  assert.deepEqual(problems, []);
  return packages;
}

function readIdentity([java]: readonly Package[]): readonly (string | undefined)[] {
  return [java?.purl.split('?')[0], ...(java?.cpes ?? []).map(({ cpe }) => cpe.slice(10, 50))];
}

suite('java-jvm', () => {
  test('finds an installation by its release file, and owns the files below it', () => {
    const [java, ...others] = install(TEMURIN, '/opt/java', [
      '/opt/java/bin/java',
      '/opt/java/lib/server/libjvm.so',
      '/opt/java2/bin/java',
    ]);
    assert.deepEqual(others, []);
    assert.equal(java?.version, '21.0.4+7-LTS');
    assert.equal(
      java?.purl,
      'pkg:generic/oracle/openjdk@21.0.4%2B7-LTS?repository_url=https%3A%2F%2Fgithub.com%2Fadoptium%2Fjdk21u.git',
    );
    const files = ['/opt/java/bin/java', '/opt/java/lib/server/libjvm.so', '/opt/java/release'];
    assert.deepEqual(
      java?.ownedFiles.map(({ path }) => path),
      files,
    );
    assert.deepEqual(java?.metadata?.value, {
      release: {
        implementor: 'Eclipse Adoptium',
        javaRuntimeVersion: '21.0.4+7-LTS',
        javaVersion: '21.0.4',
        modules: ['java.base', 'java.compiler'],
        sourceRepo: 'https://github.com/adoptium/jdk21u.git',
        imageType: 'JDK',
      },
      files,
    });
  });

  test('detects the vendor by the installation or by its path', () => {
    const eight = 'JAVA_VERSION="1.8.0_402"\nFULL_VERSION="1.8.0_402-b06"\nIMAGE_TYPE="JRE"\n';
    assert.deepEqual(readIdentity(install(`${eight}IMPLEMENTOR="Azul Systems, Inc."`)), [
      'pkg:generic/azul/zulu@1.8.0_402-b06',
      'azul:zulu:1.8.0:update402:*:*:*:*:*:*',
      'oracle:openjdk:1.8.0:update402:*:*:*:*:*',
    ]);
    assert.deepEqual(readIdentity(install(eight, '/opt/ibm/java', ['/opt/ibm/java/bin/javac'])), [
      'pkg:generic/ibm/java_sdk@1.8.0_402-b06',
      'ibm:java_sdk:1.8.0:update402:*:*:*:*:*:*',
    ]);
    assert.deepEqual(readIdentity(install(`${eight}BUILD_TYPE="commercial"`)), [
      'pkg:generic/oracle/jre@1.8.0_402-b06',
      'oracle:java_se:1.8.0:update402:*:*:*:*:*',
      'oracle:jre:1.8.0:update402:*:*:*:*:*:*',
    ]);
  });

  test('skips other files of the name, empty files and lines without a value', () => {
    assert.deepEqual(install('NAME="Fedora"\n'), []);
    assert.deepEqual(install(''), []);
    assert.deepEqual(install('JAVA_VERSION=""\n=x\n__proto__="x"\nJAVA_VERSION\n'), []);
    const [java] = install('\r\nJAVA_VERSION="17.0.1"\r\nFULL_VERSION="18.1+2"\r\n');
    assert.equal(java?.version, '17.0.1');
  });
});
