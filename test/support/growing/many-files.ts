import { createFiles, type GrowingInput, repeat } from './growing-input.ts';

/** Directories in each other, each with a file. */
const createNested = (count: number, name: string, content: string) =>
  createFiles(count, (at) => [`${'d/'.repeat(at)}${name}`, content]);

/** Inputs in which each of many files concerns many others, as lock files and projects do. */
export const MANY_FILES_INPUTS: readonly GrowingInput[] = [
  {
    name: 'cargo: locks above the manifests of all projects',
    start: 40,
    large: 8_000,
    make: (count) => ({
      ...createNested(count / 8, 'Cargo.lock', '[[package]]\nname = "a0"\nversion = "1.0.0"\n'),
      ...createFiles(count, (at) => [
        `${'d/'.repeat(count / 8)}m${at}/Cargo.toml`,
        `[package]\nname = "a${at}"\n[workspace.dependencies]\nb = { package = "c${at}" }\n`,
      ]),
    }),
  },
  {
    name: 'cargo: locks that contain one large project',
    start: 40,
    large: 4_000,
    limit: 'catalogerStepsMax',
    make: (count) => ({
      ...createNested(
        count / 8,
        'Cargo.lock',
        repeat(8, () => '[[package]]\nname = "a"\nversion = "1.0.0"\n'),
      ),
      [`${'d/'.repeat(count / 8)}a/Cargo.toml`]: `[package]\nname = "a"\n[dependencies]\n${repeat(
        count * 10,
        (at) => `b${at} = "1"\n`,
      )}`,
    }),
  },
  {
    name: 'yarn: locks above the projects of all patterns',
    start: 40,
    large: 6_000,
    limit: 'catalogerStepsMax',
    make: (count) => ({
      ...createNested(count / 8, 'yarn.lock', 'a@1:\n  version "1.0.0"\n'),
      ...createNested(
        count / 8,
        'package.json',
        JSON.stringify({ workspaces: Array.from({ length: 100 }, (_, at) => `**/x${at}/*`) }),
      ),
      ...createFiles(count, (at) => [
        `${'d/'.repeat(count / 8)}m${at}/package.json`,
        `{"name":"m${at}","devDependencies":{"a":"1"}}`,
      ]),
    }),
  },
  {
    name: 'hex: locks that share the projects of an umbrella',
    start: 60,
    large: 4_000,
    make: (count) => ({
      ...createFiles(count, (at) => [
        `l${at}/mix.lock`,
        '%{\n"a": {:hex, :a, "1.0.0", "0a", [:mix], [], "hexpm", "0b"},\n}\n',
      ]),
      ...createFiles(count, (at) => [
        `l${at}/mix.exs`,
        '[apps_path: "../apps", deps: [{:a, "1", only: :dev}]]',
      ]),
      ...createFiles(count, (at) => [`apps/p${at}/mix.exs`, `[deps: [{:b${at}, "1"}]]`]),
    }),
  },
  {
    name: 'ruby: specifications that share the files with versions',
    start: 100,
    large: 10_000,
    make: (count) => ({
      ...createFiles(count, (at) => [
        `g/g${at}.gemspec`,
        `Gem::Specification.new do |s|\n  s.name = "g${at}"\n  s.version = G::VERSION\nend\n`,
      ]),
      ...createFiles(count, (at) => [`g/lib/x${at}/version.rb`, '  VERSION = "1.0.0"\n']),
    }),
  },
  {
    name: 'ruby: files with versions below many libraries',
    start: 40,
    large: 800,
    make: (count) =>
      createFiles(count, (at) => [`${'lib/'.repeat(count)}x${at}/version.rb`, 'VERSION = "1"\n']),
  },
  {
    name: 'ruby: locks beside many specifications',
    start: 100,
    large: 10_000,
    make: (count) => ({
      'Gemfile.lock': 'GEM\n  specs:\n    rack (2.2.3)\n',
      'Gemfile.next.lock': 'GEM\n  specs:\n    rack (2.2.3)\n',
      Gemfile: 'gemspec\n',
      ...createFiles(count, (at) => [`g${at}.gemspec`, `s.add_development_dependency "a${at}"\n`]),
    }),
  },
  {
    name: 'go: projects that require a module with many licenses',
    start: 60,
    large: 3_000,
    limit: 'moduleLicenseFilesMax',
    make: (count) => ({
      ...createFiles(count, (at) => [
        `p${at}/go.mod`,
        `module p${at}\nrequire example.org/a v1.0.0\n`,
      ]),
      ...createFiles(count, (at) => [
        `root/go/pkg/mod/example.org/a@v1.0.0/LICENSE.${at}`,
        'SPDX-License-Identifier: MIT\n',
      ]),
    }),
  },
  {
    name: 'npm: locks with the same packages',
    start: 100,
    large: 8_000,
    make: (count) =>
      createFiles(count, (at) => [
        `p${at}/package-lock.json`,
        JSON.stringify({
          lockfileVersion: 3,
          packages: { 'node_modules/a': { version: '1.0.0', license: 'MIT' } },
        }),
      ]),
  },
  {
    name: 'apk: packages that own the database',
    start: 300,
    large: 60_000,
    make: (count) => ({
      'lib/apk/db/installed': repeat(count, (at) => `P:p${at}\nV:1\nF:lib/apk/db\nR:installed\n\n`),
    }),
  },
  {
    name: 'dpkg: owners of one installation that is in many places',
    start: 60,
    large: 6_000,
    make: (count) => ({
      'var/lib/dpkg/status': repeat(
        count,
        (at) => `Package: p${at}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n`,
      ),
      ...createFiles(count, (at) => [`var/lib/dpkg/info/p${at}.list`, `/jvm/j${at}/release\n`]),
      ...createFiles(count, (at) => [
        `jvm/j${at}/release`,
        'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.1"\n',
      ]),
    }),
  },
  {
    name: 'java: installations in each other',
    start: 20,
    large: 900,
    make: (count) => createNested(count, 'release', 'IMPLEMENTOR="A"\nJAVA_VERSION="17.0.1"\n'),
  },
  {
    name: 'nuget: projects below many central lists',
    start: 60,
    large: 1_500,
    make: (count) => ({
      ...createNested(
        count / 2,
        'Directory.Packages.props',
        '<Project><ItemGroup><PackageVersion Include="A" Version="1.0.0"/></ItemGroup></Project>',
      ),
      ...createFiles(count, (at) => [
        `${'d/'.repeat(count / 2)}p${at}/p.csproj`,
        '<Project><ItemGroup><PackageReference Include="B"/></ItemGroup></Project>',
      ]),
    }),
  },
  {
    name: 'python: requirements that share their constraints',
    start: 60,
    large: 3_000,
    make: (count) => ({
      ...createFiles(count, (at) => [
        `r${at}/requirements.txt`,
        repeat(20, (no) => `a${no}\n`) + repeat(20, (no) => `-c ../c/constraints${no}.txt\n`),
      ]),
      ...createFiles(20, (at) => [`c/constraints${at}.txt`, repeat(count, (no) => `a${no}==1\n`)]),
    }),
  },
];
