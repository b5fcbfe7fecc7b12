/** A command line of a user of Syft or Grype, and the same line with targets of the corpus. */
export interface PeerLine {
  readonly id: string;
  /** As published; standard output may be redirected there. */
  readonly published: string;
  /** The public repository and file that contain it. */
  readonly origin: string;
  /** The arguments, with the program first; see `createInputs` for the files. */
  readonly run: string;
}

const SYFT_HELP = 'anchore/syft: cmd/syft/internal/commands/scan.go';
const SYFT_README = 'anchore/syft: README.md';
const GRYPE_README = 'anchore/grype: README.md';
const GRYPE_HELP = 'anchore/grype: cmd/grype/cli/commands/root.go';
const SCAN_ACTION = 'anchore/scan-action: action.js';

export const PEER_LINES: readonly PeerLine[] = [
  {
    id: 'syft-image',
    published: 'syft alpine:latest',
    origin: SYFT_README,
    run: 'syft image.tar',
  },
  {
    id: 'syft-directory',
    published: 'syft ./my-project',
    origin: SYFT_README,
    run: 'syft ./my-project',
  },
  {
    id: 'syft-image-cyclonedx',
    published: 'syft <image> -o cyclonedx-json',
    origin: SYFT_README,
    run: 'syft image.tar -o cyclonedx-json',
  },
  {
    id: 'syft-two-files',
    published: 'syft <image> -o spdx-json=./spdx.json -o cyclonedx-json=./cdx.json',
    origin: SYFT_README,
    run: 'syft image.tar -o spdx-json=./spdx.json -o cyclonedx-json=./cdx.json',
  },
  {
    id: 'syft-json',
    published: 'syft scan alpine:latest -o json',
    origin: SYFT_HELP,
    run: 'syft scan image.tar -o json',
  },
  {
    id: 'syft-cyclonedx-xml',
    published: 'syft scan alpine:latest -o cyclonedx',
    origin: SYFT_HELP,
    run: 'syft scan image.tar -o cyclonedx',
  },
  {
    id: 'syft-spdx-tag-value',
    published: 'syft scan alpine:latest -o spdx',
    origin: SYFT_HELP,
    run: 'syft scan image.tar -o spdx',
  },
  {
    id: 'syft-spdx-tag-value-2.2',
    published: 'syft scan alpine:latest -o spdx@2.2',
    origin: SYFT_HELP,
    run: 'syft scan image.tar -o spdx@2.2',
  },
  {
    id: 'syft-spdx-json-2.2',
    published: 'syft scan alpine:latest -o spdx-json@2.2',
    origin: SYFT_HELP,
    run: 'syft scan image.tar -o spdx-json@2.2',
  },
  {
    id: 'syft-template',
    published: 'syft scan alpine:latest -o template -t my_format.tmpl',
    origin: SYFT_HELP,
    run: 'syft scan image.tar -o template -t my_format.tmpl',
  },
  {
    id: 'syft-docker-archive',
    published: 'syft scan docker-archive:path/to/yourimage.tar',
    origin: SYFT_HELP,
    run: 'syft scan docker-archive:docker.tar',
  },
  {
    id: 'syft-oci-archive',
    published: 'syft scan oci-archive:path/to/yourimage.tar',
    origin: SYFT_HELP,
    run: 'syft scan oci-archive:image.tar',
  },
  {
    id: 'syft-oci-dir',
    published: 'syft scan oci-dir:path/to/yourimage',
    origin: SYFT_HELP,
    run: 'syft scan oci-dir:layout',
  },
  {
    id: 'syft-file',
    published: 'syft scan file:path/to/yourproject/file',
    origin: SYFT_HELP,
    run: 'syft scan file:my-project/npm1/package-lock.json',
  },
  {
    id: 'syft-convert',
    published: 'syft convert img.syft.json -o cyclonedx-json=img.cdx.json',
    origin: 'anchore/syft: cmd/syft/internal/commands/convert.go',
    run: 'syft convert img.syft.json -o cyclonedx-json=img.cdx.json',
  },
  {
    id: 'syft-convert-spdx',
    published: 'syft convert img.syft.json -o spdx-json',
    origin:
      'zarf-dev/zarf: docs/4-user-guide/1-the-zarf-cli/100-cli-commands/zarf_tools_sbom_convert.md',
    run: 'syft convert img.syft.json -o spdx-json',
  },
  {
    id: 'syft-packages-file',
    published: 'syft -o spdx-json --file $REPORT packages $IMAGE',
    origin:
      'griggheo/docker-deep-dive: scan_result_parsing_and_sbom_examples/syft_generate_sbom_spdx.sh',
    run: 'syft -o spdx-json --file syft_sbom_spdx.json packages image.tar',
  },
  {
    id: 'syft-packages',
    published: 'syft packages ${IMAGE_NAME}:${IMAGE_TAG} -o spdx-json > syft_spdx_sbom.json',
    origin: 'timoniersystems/gocobra: scripts/syft_generate_spdx_sbom.sh',
    run: 'syft packages image.tar -o spdx-json',
  },
  {
    id: 'syft-exclude',
    published:
      "syft dir:/host --exclude './**/snapshots/**' --exclude './**/rootfs/**' --exclude './**/overlay2/**' -o json > $OUTPUT_FILE",
    origin: 'bvboe/kubernetes-vulnerabilty-scanner: pod-scanner/src/shell/host-sbom.sh',
    run: 'syft dir:my-project --exclude ./**/snapshots/** --exclude ./**/npm3/** --exclude ./**/overlay2/** -o json',
  },
  {
    id: 'syft-root',
    published: 'syft dir:$chroot -o json=$work/stemcell/sbom.json',
    origin:
      'cloudfoundry/bosh-linux-stemcell-builder: stemcell_builder/stages/create_sbom/apply.sh',
    run: 'syft dir:root -o json=sbom.json',
  },
  {
    id: 'syft-source-name',
    published:
      'syft scan file:.output/main -o cyclonedx-json=.output/sbom-go-cyclonedx.json --source-name sbom-example --source-version v0.0.1',
    origin: 'WhizUs/sbom-meetup: Makefile',
    run: 'syft scan file:root/Cargo.lock -o cyclonedx-json=sbom-go-cyclonedx.json --source-name sbom-example --source-version v0.0.1',
  },
  {
    id: 'syft-source-name-spdx',
    published:
      'syft scan file:.output/main -o spdx-json=.output/sbom-go-spdx.json --source-name sbom-example --source-version v0.0.1',
    origin: 'WhizUs/sbom-meetup: Makefile',
    run: 'syft scan file:root/Cargo.lock -o spdx-json=sbom-go-spdx.json --source-name sbom-example --source-version v0.0.1',
  },
  {
    id: 'syft-quiet-file',
    published: 'syft $i -o cyclonedx-json=$filename.docker.sbom.json',
    origin: 'DeveloperDurp/yml: scripts/scanner/syft-docker.sh',
    run: 'syft docker.tar -o cyclonedx-json=docker.sbom.json',
  },
  {
    id: 'syft-github',
    published: 'syft SOURCE -o spdx-json -o github=dependency-snapshot.json',
    origin: 'anchore/sbom-action: src/github/SyftGithubAction.ts',
    run: 'syft image.tar -o syft-json -o github=dependency-snapshot.json',
  },
  {
    id: 'grype-image',
    published: 'grype alpine:latest',
    origin: GRYPE_README,
    run: 'grype image.tar',
  },
  {
    id: 'grype-directory',
    published: 'grype ./my-project',
    origin: GRYPE_README,
    run: 'grype ./my-project',
  },
  {
    id: 'grype-sbom',
    published: 'grype sbom:./sbom.json',
    origin: GRYPE_README,
    run: 'grype sbom:./img.syft.json',
  },
  {
    id: 'grype-docker-archive',
    published: 'grype docker-archive:path/to/yourimage.tar',
    origin: GRYPE_HELP,
    run: 'grype docker-archive:docker.tar',
  },
  {
    id: 'grype-oci-dir',
    published: 'grype oci-dir:path/to/yourimage',
    origin: GRYPE_HELP,
    run: 'grype oci-dir:layout',
  },
  {
    id: 'grype-purl',
    published: 'grype pkg:apk/openssl@3.2.1?distro=alpine-3.20.3',
    origin: GRYPE_HELP,
    run: 'grype pkg:apk/openssl@3.2.1?distro=alpine-3.20.3',
  },
  {
    id: 'grype-cpe',
    published: 'grype cpe:2.3:a:openssl:openssl:3.0.14:*:*:*:*:*:*:*',
    origin: GRYPE_HELP,
    run: 'grype cpe:2.3:a:openssl:openssl:3.0.14:*:*:*:*:*:*:*',
  },
  {
    id: 'grype-purl-file',
    published: 'grype purl:path/to/purl/file',
    origin: GRYPE_HELP,
    run: 'grype purl:purls.txt',
  },
  {
    id: 'grype-json-file',
    published: 'grype ${IMAGE} -q -o json --file output.json',
    origin: 'cloud-gov/container-scanning: ci/scan-ecr-container.sh',
    run: 'grype image.tar -q -o json --file output.json',
  },
  {
    id: 'grype-table-file',
    published: 'grype ${IMAGE} -q -o table --file table.txt',
    origin: 'cloud-gov/container-scanning: ci/scan-container.sh',
    run: 'grype image.tar -q -o table --file table.txt',
  },
  {
    id: 'grype-config-cyclonedx',
    published:
      'grype image/image.tar -c common-pipelines/container/grype.yaml --only-fixed -q -o cyclonedx --file cves/output.xml',
    origin: 'cloud-gov/common-pipelines: container/conmon-scan.sh',
    run: 'grype image.tar -c grype.yaml --only-fixed -q -o cyclonedx --file output.xml',
  },
  {
    id: 'grype-sarif',
    published: 'grype -o sarif $IMAGE > $REPORT',
    origin:
      'griggheo/docker-deep-dive: scan_result_parsing_and_sbom_examples/grype_generate_sarif_from_image.sh',
    run: 'grype -o sarif image.tar',
  },
  {
    id: 'grype-fail-on-medium',
    published:
      './bin/grype --fail-on=medium  --only-fixed --config=.circleci/.anchore/grype.yaml -vv $IMAGE_NAME',
    origin: 'replicatedcom/statsd-graphite: scripts/grype_scan.sh',
    run: 'grype --fail-on=medium --only-fixed --config=grype.yaml -vv sbom:img.syft.json',
  },
  {
    id: 'grype-fail-on-directory',
    published: '$grype dir:. --fail-on high --config ${GITHUB_WORKSPACE}/.github/tests/.grype.yaml',
    origin:
      'vmware-tanzu/application-accelerator-samples: .github/tests-og/angular-frontend-1/scan.sh',
    run: 'grype dir:my-project --fail-on high --config grype.yaml',
  },
  {
    id: 'grype-template',
    published:
      '/grype -o template -t /output_with_summary.tmpl ${PARAM_CONFIG} -f ${FAIL_ON_SEVERITY} ${IMAGE}',
    origin: 'ksoclabs/image-scan-action: entrypoint.sh',
    run: 'grype -o template -t output_with_summary.tmpl -c grype.yaml -f critical image.tar',
  },
  {
    id: 'grype-all-layers',
    published: '"${IMAGE_TAG}" --fail-on high --only-fixed --by-cve --scope all-layers',
    origin: 'NyxeraLabs/SpectraStrike: docker/scripts/security/scan_vulns.sh',
    run: 'grype image.tar --fail-on high --only-fixed --by-cve --scope all-layers',
  },
  {
    id: 'grype-tar',
    published: 'grype tar:python_3.11.tar -o table > scan_external.txt',
    origin: 'coldzero94/package-scanner: grype/grype_scan.sh',
    run: 'grype tar:image.tar -o table',
  },
  {
    id: 'grype-sbom-cyclonedx',
    published:
      'grype sbom:.output/cyclonedx.json -o cyclonedx-json=.output/sbom-go-cyclonedx.grype.json',
    origin: 'WhizUs/sbom-meetup: Makefile',
    run: 'grype sbom:cyclonedx.json -o cyclonedx-json=cyclonedx.grype.json',
  },
  {
    id: 'grype-sbom-sarif',
    published: 'grype sbom:.output/docker/cyclonedx.json -o sarif=.output/docker/sarif.json',
    origin: 'WhizUs/sbom-meetup: Makefile',
    run: 'grype sbom:cyclonedx.json -o sarif=sarif.json',
  },
  {
    id: 'grype-json',
    published: 'grype nginx:latest -o json',
    origin: 'opt-nc/grype-contribs: JQ_TRICKS.md',
    run: 'grype docker.tar -o json',
  },
  {
    id: 'grype-scan-action',
    published:
      'grype -v -o sarif --file results.sarif --fail-on high --only-fixed --add-cpes-if-none --by-cve --vex vex.json SOURCE',
    origin: SCAN_ACTION,
    run: 'grype -v -o sarif --file results.sarif --fail-on high --only-fixed --add-cpes-if-none --by-cve --vex vex.json sbom:img.syft.json',
  },
];
