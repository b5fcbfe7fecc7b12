import { createFiles, type GrowingInput, repeat } from './growing-input.ts';

const createComponent = (at: number): string =>
  `{"type":"library","bom-ref":"r${at}","name":"a${at}","version":"1","purl":"pkg:npm/a${at}@1"}`;

/** Inputs for the readers of documents in a target. */
export const DOCUMENT_INPUTS: readonly GrowingInput[] = [
  {
    name: 'cyclonedx: components and dependencies',
    start: 100,
    large: 60_000,
    make: (count) => [
      {
        'a.cdx.json': `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${repeat(count, createComponent, ',')}],"dependencies":[${repeat(count, (at) => `{"ref":"r${at}","dependsOn":["r${(at + 1) % count}","r${(at * 7) % count}"]}`, ',')}]}`,
      },
    ],
  },
  {
    name: 'cyclonedx: components in each other',
    start: 60,
    large: 100_000,
    make: (count) => [
      {
        'a.cdx.json': `{"bomFormat":"CycloneDX","specVersion":"1.6","components":${'[{"type":"library","name":"a","version":"1","components":'.repeat(count)}[]${'}]'.repeat(count)}}`,
      },
    ],
  },
  {
    name: 'cyclonedx: one component many times',
    start: 100,
    large: 60_000,
    make: (count) => [
      {
        'a.cdx.json': `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${repeat(count, (at) => `{"type":"library","bom-ref":"r${at}","name":"a","version":"1","purl":"pkg:npm/a@1"}`, ',')}],"dependencies":[${repeat(count, (at) => `{"ref":"r${at}","dependsOn":["r${(at + 1) % count}"]}`, ',')}]}`,
      },
    ],
  },
  {
    name: 'purl: qualifiers of a component',
    start: 200,
    large: 500_000,
    make: (count) => [
      {
        'a.cdx.json': `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a","version":"1","purl":"pkg:deb/debian/a@1?${repeat(count, (at) => `q${at}=v`, '&')}"}]}`,
      },
    ],
  },
  {
    name: 'licenses: terms of an expression',
    start: 300,
    large: 1_000_000,
    make: (count) => [
      {
        'lib/apk/db/installed': `P:a\nV:1\nL:${repeat(count, (at) => `(MIT OR L-${at})`, ' AND ')}\n\n`,
      },
    ],
  },
  {
    name: 'licenses: brackets in each other',
    start: 300,
    large: 4_000_000,
    make: (count) => [
      { 'lib/apk/db/installed': `P:a\nV:1\nL:${'('.repeat(count)}MIT${')'.repeat(count)}\n\n` },
    ],
  },
  {
    name: 'system: lines of os-release',
    start: 500,
    large: 500_000,
    make: (count) => [
      { 'etc/os-release': `ID=debian\nVERSION_ID=12\n${repeat(count, (at) => `A${at}="b"\n`)}` },
    ],
  },
  {
    name: 'cyclonedx: components in XML',
    start: 100,
    large: 60_000,
    make: (count) => [
      {
        'a.cdx.xml': `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>${repeat(count, (at) => `<component type="library" bom-ref="r${at}"><name>a${at}</name><version>1</version><purl>pkg:npm/a${at}@1</purl></component>`)}</components></bom>`,
      },
    ],
  },
  {
    name: 'spdx: packages and relationships',
    start: 100,
    large: 60_000,
    make: (count) => [
      {
        'a.spdx.json': `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"a","packages":[${repeat(count, (at) => `{"SPDXID":"SPDXRef-${at}","name":"a${at}","versionInfo":"1","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a${at}@1"}]}`, ',')}],"relationships":[${repeat(count, (at) => `{"spdxElementId":"SPDXRef-${at}","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-${(at + 1) % count}"}`, ',')}]}`,
      },
    ],
  },
  {
    name: 'spdx: packages as tags and values',
    start: 100,
    large: 60_000,
    make: (count) => [
      {
        'a.spdx': `SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: a\n${repeat(count, (at) => `\nPackageName: a${at}\nSPDXID: SPDXRef-${at}\nPackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a${at}@1\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-${at}\n`)}`,
      },
    ],
  },
  {
    name: 'spdx: a text of many lines',
    start: 500,
    large: 5_000_000,
    make: (count) => [
      {
        'a.spdx': `SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentComment: <text>${'x\n'.repeat(count)}</text>\n`,
      },
    ],
  },
  {
    name: 'syft: artifacts and relationships',
    start: 100,
    large: 40_000,
    make: (count) => [
      {
        'a.syft.json': `{"artifacts":[${repeat(count, (at) => `{"id":"i${at}","name":"a${at}","version":"1","type":"npm","foundBy":"x","locations":[],"licenses":[],"language":"javascript","cpes":[],"purl":"pkg:npm/a${at}@1"}`, ',')}],"artifactRelationships":[${repeat(count, (at) => `{"parent":"i${at}","child":"i${(at + 1) % count}","type":"dependency-of"}`, ',')}],"files":[],"source":{"id":"s","name":"a","version":"1","type":"directory","metadata":{"path":"."}},"distro":{},"descriptor":{"name":"syft","version":"1.0.0"},"schema":{"version":"16.0.0","url":"x"}}`,
      },
    ],
  },
  {
    name: 'bitnami: packages of a document',
    start: 100,
    large: 30_000,
    make: (count) => [
      {
        'opt/bitnami/a/.spdx-a.spdx': `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"SPDX document for a 1","packages":[${repeat(count, (at) => `{"SPDXID":"SPDXRef-${at}","name":"a${at}","versionInfo":"1","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:bitnami/a${at}@1"}]}`, ',')}],"relationships":[]}`,
      },
    ],
  },
  {
    name: 'plist: keys of an application',
    start: 200,
    large: 60_000,
    make: (count) => ({
      'A.app/Contents/Info.plist': `<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleName</key><string>a</string><key>CFBundleShortVersionString</key><string>1</string>${repeat(count, (at) => `<key>k${at}</key><string>v</string>`)}</dict></plist>`,
    }),
  },
  {
    name: 'plist: references to one text',
    start: 200,
    large: 100_000,
    make: (count) => ({ 'A.app/Contents/Info.plist': createBinaryPlist(count) }),
  },
  {
    name: 'nuget: dependencies of a project',
    start: 200,
    large: 40_000,
    make: (count) => ({
      'a.csproj': `<Project><ItemGroup>${repeat(count, (at) => `<PackageReference Include="A${at}" Version="1"/>`)}</ItemGroup></Project>`,
    }),
  },
  {
    name: 'nuget: properties of a project that double each other',
    start: 50,
    large: 20_000,
    make: (count) => ({
      'a.csproj': `<Project><PropertyGroup>${repeat(count, (at) => `<P${at}>$(P${at + 1})$(P${at + 1})</P${at}>`)}</PropertyGroup><ItemGroup><PackageReference Include="A" Version="$(P0)"/></ItemGroup></Project>`,
    }),
  },
  {
    name: 'nuget: packages of a packages.lock.json',
    start: 200,
    large: 200_000,
    make: (count) => ({
      'packages.lock.json': `{"version":1,"dependencies":{"net8.0":{${repeat(count, (at) => `"A${at}":{"type":"Direct","resolved":"1","dependencies":{"A${(at + 1) % count}":"1"}}`, ',')}}}}`,
    }),
  },
  {
    name: 'nuget: frameworks of project.assets.json',
    start: 100,
    large: 200,
    make: (count) => ({
      'obj/project.assets.json': `{"version":3,"targets":{${repeat(count, (target) => `"net${target}":{${repeat(60, (at) => `"P${at}/1.0":{"type":"package","dependencies":{"P${(at + 1) % 60}":"1.0"}}`, ',')}}`, ',')}},"libraries":{}}`,
    }),
  },
  {
    name: 'dotnet: libraries of deps.json',
    start: 40,
    large: 5_000,
    make: (count) => ({
      'a.deps.json': `{"runtimeTarget":{"name":"n"},"targets":{"n":{${repeat(count, (at) => `"P${at}/1.0":{"dependencies":{${repeat(40, (no) => `"P${(at + no) % count}":"1.0"`, ',')}},"runtime":{"lib/P${at}.dll":{}}}`, ',')}}},"libraries":{${repeat(count, (at) => `"P${at}/1.0":{"type":"package"}`, ',')}}}`,
    }),
  },
  {
    name: 'chocolatey: records',
    start: 60,
    large: 5_000,
    make: (count) =>
      createFiles(count, (at) => [
        `ProgramData/chocolatey/lib/a${at}/a${at}.nuspec`,
        `<package><metadata><id>a${at}</id><version>1</version><dependencies><dependency id="a${(at + 1) % count}"/></dependencies></metadata></package>`,
      ]),
  },
  {
    name: 'sbt: modules of a lock',
    start: 200,
    large: 200_000,
    make: (count) => ({
      'build.sbt.lock': `{"lockVersion":1,"dependencies":[${repeat(count, (at) => `{"org":"g","name":"a${at}","version":"1","artifacts":[],"configurations":["compile"]}`, ',')}]}`,
    }),
  },
  {
    name: 'paket: packages of a lock',
    start: 300,
    large: 500_000,
    make: (count) => ({
      'paket.lock': `NUGET\n  remote: https://a.com\n${repeat(count, (at) => `    A${at} (1.0)\n      A${(at + 1) % count} (>= 1.0)\n`)}`,
    }),
  },
];

/** A dictionary with different keys that share one long string value. */
function createBinaryPlist(count: number): Buffer {
  const text = Buffer.from('x'.repeat(Math.min(count * 20, 60_000)));
  const long = Buffer.concat([Buffer.of(0x5f, 0x12), number(text.length, 4), text]);
  const keys = Array.from({ length: count }, (_, at) => {
    const key = Buffer.from(`k${at}`.padEnd(8, '_'));
    return Buffer.concat([Buffer.of(0x50 + 8), key]);
  });
  const references = Buffer.concat([
    ...keys.map((_, at) => number(at + 2, 4)),
    ...keys.map(() => number(1, 4)),
  ]);
  const top = Buffer.concat([Buffer.of(0xdf, 0x12), number(count, 4), references]);
  const objects = [top, long, ...keys];
  const offsets: Buffer[] = [];
  let at = 8;
  for (const object of objects) {
    offsets.push(number(at, 4));
    at += object.length;
  }
  const trailer = Buffer.alloc(32);
  trailer.set([4, 4], 6);
  trailer.writeBigUInt64BE(BigInt(objects.length), 8);
  trailer.writeBigUInt64BE(0n, 16);
  trailer.writeBigUInt64BE(BigInt(at), 24);
  return Buffer.concat([Buffer.from('bplist00'), ...objects, ...offsets, trailer]);
}

function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
