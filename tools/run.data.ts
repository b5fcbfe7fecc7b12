/** A script that `npm run FAMILY -- NAME` starts. The comment at its head lists its arguments. */
export interface Script {
  readonly file: string;
  /** One line: what it checks, measures or writes, and what it needs besides `npm ci`. */
  readonly purpose: string;
}

/** Scripts of a family by name. A family with `all` runs it if no name is given. */
export const FAMILIES = {
  conformance: {
    sbom: {
      file: 'test/conformance/sbom.ts',
      purpose: 'inventory of each recorded target, compared with Syft',
    },
    matches: {
      file: 'test/conformance/matches.ts',
      purpose: 'findings of each recorded target, compared with Grype on the same database',
    },
    borders: {
      file: 'test/conformance/borders.ts',
      purpose: 'findings of random packages at the bounds of ranges, compared with Grype (Grype)',
    },
    formats: {
      file: 'test/conformance/formats.ts',
      purpose: 'every format and version, checked by its schema and by programs that read it',
    },
    'round-trips': {
      file: 'test/conformance/round-trips.ts',
      purpose: 'findings of an image equal those of its SBOM in every readable format',
    },
    sizes: {
      file: 'test/conformance/sizes.ts',
      purpose: 'sizes of CycloneDX documents, compared with those of Syft',
    },
    documents: {
      file: 'test/conformance/documents.ts',
      purpose: 'findings of SBOMs that other programs write (Syft, Trivy, OSV-Scalibr, Grype)',
    },
    foreign: {
      file: 'test/conformance/foreign.ts',
      purpose: 'packages and findings of recorded documents of other programs',
    },
    feeds: {
      file: 'test/conformance/feeds.ts',
      purpose: "account of each recorded advisory feed, compared with Grype's database",
    },
    labels: {
      file: 'test/conformance/labels.ts',
      purpose: "findings of labeled images, scored by people's judgments",
    },
    beyond: {
      file: 'test/conformance/beyond.ts',
      purpose: 'the items that plimsoll finds on the recorded targets and Syft does not',
    },
    peers: {
      file: 'test/conformance/peers.ts',
      purpose: 'catalogers on the test data of Trivy and OSV-Scalibr (checkouts of both)',
    },
    comparison: {
      file: 'test/conformance/peer-comparison.ts',
      purpose: 'the table of docs/peers.md (Syft, Trivy, Grype, qemu-img)',
    },
    controls: {
      file: 'test/conformance/peer-controls.ts',
      purpose: 'the table of CIS section 4 in docs/compliance.md (Trivy, Dockle)',
    },
    losses: {
      file: 'test/conformance/harden-losses.ts',
      purpose: 'harden verify detects, names and repairs 20 seeded losses (root, debootstrap)',
    },
    harden: {
      file: 'test/conformance/harden-programs.ts',
      purpose: 'slim images of 40 programs behave as before (root, debootstrap, strace)',
    },
    reach: {
      file: 'test/conformance/reach-traces.ts',
      purpose: 'reachable files against those that 73 programs open (root, debootstrap, strace)',
    },
    recipes: {
      file: 'test/conformance/harden-recipes.ts',
      purpose: 'effect of 30 recipes for apt and apk against the prediction (root)',
    },
    witnesses: {
      file: 'test/conformance/reach-witnesses.ts',
      purpose: 'evidence of each reachability step to the programs of "reach" (root, debootstrap)',
    },
    classes: {
      file: 'test/conformance/class-traces.ts',
      purpose: 'reachable Java classes against those that 31 programs load (JDK, Maven)',
    },
    client: {
      file: 'test/conformance/generated-client.ts',
      purpose: 'types that openapi-typescript generates from the OpenAPI document',
    },
    slack: {
      file: 'test/conformance/slack-message.ts',
      purpose: 'a message for Slack against the types that Slack publishes (@slack/types)',
    },
    snippets: {
      file: 'test/conformance/snippets.ts',
      purpose: 'versions in the recorded bytes of well-known programs',
    },
    native: {
      file: 'test/conformance/native.ts',
      purpose: 'packages and edges against recorded results of native tools',
    },
    truth: {
      file: 'test/conformance/truth.ts',
      purpose: 'packages and files of recorded images against an independent reader',
    },
    replay: {
      file: 'test/conformance/replay.ts',
      purpose: 'two processes give the same verdicts of three policies for each recorded target',
    },
    mutants: {
      file: 'test/conformance/policy-mutants.ts',
      purpose: 'each change of an operator of the policy evaluator fails a test',
    },
    blindness: {
      file: 'test/conformance/blindness.ts',
      purpose: 'packages are recognized after their records were removed (root file systems)',
    },
    bases: {
      file: 'test/conformance/base-trials.ts',
      purpose: 'base images are identified, look-alikes are not (root file systems, tar)',
    },
    transplants: {
      file: 'test/conformance/base-transplants.ts',
      purpose: 'answers of harden check: 29 programs on other base images (root)',
    },
    rebuilds: {
      file: 'test/conformance/base-rebuilds.ts',
      purpose: 'recommended base images have the predicted findings and packages (root)',
    },
    patches: {
      file: 'test/conformance/patch-plans.ts',
      purpose: 'apt carries out the plans of patch as predicted (root file systems, root)',
    },
    justify: {
      file: 'test/conformance/justify-pairs.ts',
      purpose: 'signatures about three pairs of images are carried or returned with a true reason',
    },
    packs: {
      file: 'test/conformance/packs.ts',
      purpose: 'status of each control of each pack for each recorded image and its SBOM',
    },
    bytes: {
      file: 'test/conformance/control-bytes.ts',
      purpose: 'for each automatic control: bytes that pass, fail and leave it unknown',
    },
    action: {
      file: 'test/conformance/action-run.ts',
      purpose: 'action.yml in act, on a push and on a pull request (act, gh, checkouts of actions)',
    },
    component: {
      file: 'test/conformance/component-run.ts',
      purpose: 'the GitLab component in gitlab-ci-local (gitlab-ci-local, rsync)',
    },
    site: {
      file: 'test/conformance/site-pages.ts',
      purpose: 'every page of the documentation site: axe, layout, errors (Chromium)',
    },
    console: {
      file: 'test/conformance/console-pages.ts',
      purpose: 'every page of the server over up to 100,000 images: axe, layout, links (Chromium)',
    },
    install: {
      file: 'test/conformance/install-roots.ts',
      purpose: 'each artifact of a release in an empty root (root, debootstrap)',
    },
    unrelated: {
      file: 'test/conformance/unrelated.ts',
      purpose: 'no well-known program is detected in unrelated packages (unpacked packages)',
    },
  },
  oracle: {
    layers: {
      file: 'tools/layers-oracle.ts',
      purpose: 'views of generated images against the files that a container runtime unpacks',
    },
    tar: {
      file: 'tools/tar-oracle.ts',
      purpose: "generated archives against Go's archive/tar (Go)",
    },
    versions: {
      file: 'tools/version-oracle.ts',
      purpose: 'version schemes against the native tools that are installed',
    },
  },
  bench: {
    inventory: {
      file: 'bench/run.ts',
      purpose: 'inventory of images beside a floor and the available peers',
    },
    plan: {
      file: 'bench/plan.ts',
      purpose: 'time of a removal plan beyond scan --reach, at most 300 ms',
    },
    match: {
      file: 'bench/match.ts',
      purpose: 'matching of 1,000 and 10,000 packages beside Grype',
    },
    database: {
      file: 'bench/database.ts',
      purpose: 'import, size, opening and comparison of the advisory database beside Grype',
    },
    feeds: {
      file: 'bench/feeds.ts',
      purpose: 'a build of all feeds beside a process that parses their JSON',
    },
    policy: {
      file: 'bench/policy.ts',
      purpose: '500 rules for 1,500 packages and 2,000 findings, with a heap of 150 MB',
    },
    days: {
      file: 'bench/real-days.ts',
      purpose: 'updates of the advisories by one and by six days',
    },
    emit: {
      file: 'bench/emit.ts',
      purpose: 'time and memory of harden emit beside decompressing and hashing the layers',
    },
    fleet: {
      file: 'bench/fleet.ts',
      purpose: 'load, size, updates, reads and uploads of a store with 100,000 images',
    },
    traffic: {
      file: 'bench/traffic.ts',
      purpose: 'a running server with 100,000 images, from outside (Linux, build; 4 min an engine)',
    },
    pages: {
      file: 'bench/pages.ts',
      purpose: 'time and size of the pages over 100,000 images (build, Chromium; 4 min)',
    },
  },
  hostile: {
    scan: {
      file: 'test/hostile/sweep.ts',
      purpose: 'the built program on every hostile input: one minute, 512 MB, no silent skips',
    },
    harden: {
      file: 'test/hostile/harden-sweep.ts',
      purpose: 'harden plan, recipe, emit and verify on the hostile inputs (build, root)',
    },
    fuzz: {
      file: 'tools/fuzz.ts',
      purpose: 'every parser, cataloger and whole images on mutated copies of real files',
    },
  },
  generate: {
    all: {
      file: 'tools/generate.ts',
      purpose: 'the registries of plug-ins and the generated pages (without a name)',
    },
    cpes: {
      file: 'tools/cpe-dictionary.ts',
      purpose: "the CPE dictionary from an index of NVD's",
    },
    licenses: {
      file: 'tools/license-signatures.ts',
      purpose: 'the hashes of license texts from a checkout of spdx/license-list-XML',
    },
    pictures: {
      file: 'tools/pictures.ts',
      purpose: 'the pictures of the documentation (Chromium)',
    },
    site: {
      file: 'tools/site.ts',
      purpose: 'the documentation as a static site',
    },
    sentences: {
      file: 'tools/draw-sentences.ts',
      purpose: 'thirty random sentences of messages, docs and comments, to be read aloud',
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Script>>>>;
