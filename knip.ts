import type { KnipConfig } from 'knip';
import { FAMILIES, type Script } from './tools/run.data.ts';

const FILES = Object.values<Readonly<Record<string, Script>>>(FAMILIES)
  .flatMap(Object.values<Script>)
  .map(({ file }) => file);

export default {
  entry: [
    'src/index.ts!',
    'src/cli/start/start.ts!',
    'src/**/*.test.ts',
    'test/**/*.test.ts',
    'examples/*.ts',
    'bench/{policy-process,make-large-image,make-steady-image}.ts',
    'bench/{feed-floor,floor}.js',
    'test/conformance/{formats,sbom,matches,record-native,record-probes}.ts',
    'test/conformance/peer-lines/record.ts',
    'test/support/{deliver-messages,hostile-expressions}.ts',
    'tools/{api-report,build,check,check-house,fuzz,generate,layers-oracle,lint-plugin,pack,pictures,tar-oracle,test,version-oracle}.ts',
    'tools/release/{dry-run,npm-registry,own-executable}.ts',
    'tools/release/executable/*.{ts,js}',
    ...FILES,
  ],
  project: ['src/**/*.ts', 'examples/**/*.ts', 'bench/**/*', 'test/**/*.ts', 'tools/**/*.{ts,js}'],
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreDependencies: ['oxlint', 'oxlint-tsgolint', '@bufbuild/cel', '@bufbuild/cel-spec'],
  ignoreBinaries: [
    'chroot',
    'script',
    'docker-registry',
    'fish',
    'go',
    'hyperfine',
    'java',
    'ldd',
    'mkfifo',
    'mount',
    'nsenter',
    'openssl',
    'perl',
    'promtool',
    'qemu-img',
    'runc',
    'skopeo',
    'strace',
    'systemd-analyze',
    'umount',
    'unshare',
    'xmllint',
    'xz',
  ],
} satisfies KnipConfig;
