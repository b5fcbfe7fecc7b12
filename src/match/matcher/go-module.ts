import { createEcosystemMatcher, type EcosystemDescription } from '../ecosystem-matcher.ts';

/** The toolchain's version of a module without a release. */
const NO_RELEASE = /^(\(devel\)|v0\.0\.0-)/;

const description: EcosystemDescription = {
  id: 'go-module',
  title: 'Go modules and the Go standard library',
  spec: 'https://go.dev/doc/security/vuln/database',
  types: ['go-module'],
  scheme: 'go',
  ignoreRules: [
    {
      id: 'go-protobuf-namesake',
      reason: 'the advisory is about the C++ implementation',
      packageName: /^google\.golang\.org\/protobuf$/,
      vulnerabilities: ['CVE-2015-5237', 'CVE-2021-22570'],
    },
  ],
  listSearchedNames: ({ name, version, metadata }) =>
    metadata?.value['mainModule'] === name && NO_RELEASE.test(version) ? [] : [name],
};

/** Go modules by path; a program's main module only has a comparable version if it was released. */
export const goModule = createEcosystemMatcher(description);
