import assert from 'node:assert/strict';
import { it } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { javaGradleLockfile } from './java-gradle-lockfile.ts';

const catalogLock = (text: string, limits = DEFAULT_LIMITS) =>
  catalogFiles(javaGradleLockfile, { '/app/gradle.lockfile': text }, { limits });

it('creates a package for each locked module', () => {
  const { packages, problems } = catalogLock(
    '# This is a file: do not edit.\n' +
      'org.apache.commons:commons-text:1.8=runtimeClasspath,testRuntimeClasspath\r\n' +
      'junit:junit:4.12=compileClasspath,testCompileClasspath\n' +
      'empty=annotationProcessor',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl, type, language }) => [purl, type, language]),
    [
      ['pkg:maven/org.apache.commons/commons-text@1.8', 'java-archive', 'java'],
      ['pkg:maven/junit/junit@4.12', 'java-archive', 'java'],
    ],
  );
  const project = {
    path: '',
    groupId: 'junit',
    artifactId: 'junit',
    version: '4.12',
    name: 'junit',
  };
  assert.deepEqual(packages[1]?.metadata, {
    kind: 'java-archive',
    value: { virtualPath: '', pomProject: project },
  });
});

it('skips and reports lines that are not modules', () => {
  const { packages, problems } = catalogLock('a:b\nc:d:e:f=x\n::=\ng:a:1=x\n');
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['a'],
  );
  assert.deepEqual(
    problems,
    [1, 2, 3].map((line) => `P_RECORD /app/gradle.lockfile:${line}`),
  );
  assert.deepEqual(catalogLock(''), { packages: [], edges: [], problems: [] });
  const few = catalogLock('g:a:1=\ng:b:1=\ng:c:1=\n', { ...DEFAULT_LIMITS, recordsMax: 2 });
  assert.deepEqual([few.packages.length, few.problems], [2, ['P_LIMIT /app/gradle.lockfile:3']]);
});

it('omits modules that only tests and checks use', () => {
  const listNames = (files: Readonly<Record<string, string>>): string =>
    catalogFiles(javaGradleLockfile, files)
      .packages.map(({ name }) => name)
      .join(' ');
  const development = [
    'testRuntimeClasspath',
    'testCompileClasspath,testRuntimeClasspath',
    'debugUnitTestCompileClasspath',
    'androidTestRuntimeClasspath',
    'functionalTests',
    'testFixturesCompileClasspath',
    'checkstyle,pmd',
    'jacocoAgent',
    'annotationProcessor,testAnnotationProcessor',
    'debugAnnotationProcessorClasspath,errorproneJavac,kaptMain',
    'spotbugs,spotless865455342',
    'developmentOnly,testAndDevelopmentOnly',
    'cpd,sonarlintCore,sonarlintCoreClasspath',
    'jmhRuntimeClasspath,pitest',
    'dokkaHtmlGeneratorRuntimeResolver~internal,dokkaGfmPlugin',
    'kotlinCompilerClasspath,kotlinBuildToolsApiClasspath,kotlinAbiValidationCompatClasspath',
    'kotlinCompilerPluginClasspathMain,kotlinKlibCommonizerClasspath,kotlinBouncyCastleConfiguration',
    'kotlinInternalAbiValidation,kotlinNativeCompilerPluginClasspath,swiftExportClasspathResolvable',
  ];
  const production = [
    'runtimeClasspath',
    'compileClasspath,testCompileClasspath',
    'latestRuntimeClasspath',
    'contestClasspath',
    'swaggerCodegen',
    'compileClasspath,annotationProcessor',
    'kspin',
    'pmdish',
    'kotlinService',
    'developmentOnly,runtimeClasspath',
    '',
  ];
  for (const configurations of development) {
    assert.equal(listNames({ '/gradle.lockfile': `g:a:1=${configurations}` }), '', configurations);
  }
  for (const configurations of production) {
    assert.equal(listNames({ '/gradle.lockfile': `g:a:1=${configurations}` }), 'a', configurations);
  }
  const legacy = {
    '/gradle/dependency-locks/runtimeClasspath.lockfile': 'g:a:1',
    '/gradle/dependency-locks/testRuntimeClasspath.lockfile': 'g:a:1\ng:b:1',
    '/gradle/dependency-locks/buildscript-classpath.lockfile': 'g:c:1',
  };
  assert.equal(listNames(legacy), 'a c');
  assert.equal(listNames({ '/gradle.lockfile': 'g:a:1' }), 'a');
});

it('omits modules that only the development of a Spring Boot application uses', () => {
  const { packages } = catalogLock(
    'g:devtools:1=developmentOnly,runtimeClasspath\n' +
      'g:compose:1=runtimeClasspath,testAndDevelopmentOnly,testRuntimeClasspath\n' +
      'g:both:1=developmentOnly,productionRuntimeClasspath,runtimeClasspath\n' +
      'g:compiled:1=compileClasspath,developmentOnly,runtimeClasspath\n' +
      'g:other:1=runtimeClasspath\n' +
      'empty=annotationProcessor',
  );
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['both', 'compiled', 'other'],
  );
  const empty = catalogLock(
    'g:devtools:1=developmentOnly,runtimeClasspath\nempty=productionRuntimeClasspath',
  );
  assert.deepEqual(empty.packages, []);
});
