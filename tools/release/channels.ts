import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VERSION } from '../../src/foundation/core/package-version.ts';
import { computeFileSha256 } from './digest.ts';
import { runTool } from './node-binary.ts';

const DESCRIPTION = 'SBOM and vulnerability scanner for container images';

/** The address of the project; an example if no release job names it. */
function findProject(): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  return server === undefined || repository === undefined
    ? 'https://forge.example/team/plimsoll'
    : `${server}/${repository}`;
}

function locateFile(archive: string): string {
  return `${findProject()}/releases/download/v${VERSION}/${basename(archive)}`;
}

/** Of a shell of Windows, which finds no programs without an extension. */
const START_SCRIPT = '@node "%~dp0dist\\cli.js" %*\r\n';

/**
 * Packs the installed npm package with its dependencies, for package managers that do not run npm.
 * The same sources give the same bytes.
 */
export function writeBundle(
  installed: string,
  { folder, target, seconds }: { folder: string; target: string; seconds: number },
): string {
  const staged = join(folder, 'bundle');
  mkdirSync(staged);
  cpSync(installed, join(staged, 'plimsoll'), { recursive: true, dereference: true });
  writeFileSync(join(staged, 'plimsoll', 'plimsoll.cmd'), START_SCRIPT);
  const archive = join(target, `plimsoll-${VERSION}.tar.gz`);
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go+r-w,a-s'];
  const order = ['--sort=name', '--format=ustar', `--mtime=@${seconds}`];
  const packer = '--use-compress-program=gzip -n -9';
  runTool('tar', [packer, ...order, ...owner, '-C', staged, '-cf', archive, 'plimsoll']);
  return archive;
}

/** Homebrew, "Formula Cookbook" and "Node for Formula Authors". */
function formatFormula(scanner: string): string {
  return `class Plimsoll < Formula
  desc "${DESCRIPTION}"
  homepage "${findProject()}"
  url "${locateFile(scanner)}"
  sha256 "${computeHex(scanner)}"
  license "Apache-2.0"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink libexec.glob("bin/*")
    man1.install_symlink libexec.glob("share/man/man1/*")
    generate_completions_from_executable(bin/"plimsoll", "completion")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/plimsoll version")
    assert_match "CVE-", shell_output("#{bin}/plimsoll demo")
  end
end
`;
}

/** Scoop, "App Manifests". */
function formatScoop(bundle: string): string {
  const manifest = {
    version: VERSION,
    description: DESCRIPTION,
    homepage: findProject(),
    license: 'Apache-2.0',
    depends: 'nodejs',
    url: locateFile(bundle),
    hash: computeHex(bundle),
    extract_dir: 'plimsoll',
    bin: 'plimsoll.cmd',
    checkver: { github: findProject() },
    autoupdate: { url: locateFile(bundle).replaceAll(VERSION, '$version') },
  };
  return `${JSON.stringify(manifest, undefined, 4)}\n`;
}

function formatFlake(bundle: string): string {
  const digest = Buffer.from(computeHex(bundle), 'hex').toString('base64');
  return `{
  description = "${DESCRIPTION}";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      build = system:
        let
          pkgs = nixpkgs.legacyPackages.\${system};
          node = pkgs.nodejs_26 or pkgs.nodejs_24;
        in
        pkgs.stdenvNoCC.mkDerivation {
          pname = "plimsoll";
          version = "${VERSION}";
          src = pkgs.fetchurl {
            url = "${locateFile(bundle)}";
            hash = "sha256-${digest}";
          };
          nativeBuildInputs = [ pkgs.makeWrapper pkgs.installShellFiles ];
          dontBuild = true;
          installPhase = ''
            runHook preInstall
            mkdir -p $out/lib
            cp -r . $out/lib/plimsoll
            makeWrapper \${node}/bin/node $out/bin/plimsoll --add-flags $out/lib/plimsoll/dist/cli.js
            installManPage man/*.1
            installShellCompletion completion/plimsoll.{bash,zsh,fish}
            runHook postInstall
          '';
          meta = {
            description = "${DESCRIPTION}";
            homepage = "${findProject()}";
            license = pkgs.lib.licenses.asl20;
            mainProgram = "plimsoll";
          };
        };
    in
    {
      packages = nixpkgs.lib.genAttrs systems (system: { default = build system; });
    };
}
`;
}

function computeHex(path: string): string {
  return computeFileSha256(path).slice('sha256:'.length);
}

/**
 * Writes the files by which package managers install a release, with the digests of its archives.
 *
 * @param scanner the npm package
 * @param bundle the archive that {@link writeBundle} wrote
 * @returns their paths
 */
export function writeChannels(target: string, scanner: string, bundle: string): readonly string[] {
  const files = [
    ['plimsoll.rb', formatFormula(scanner)],
    ['plimsoll.json', formatScoop(bundle)],
    ['flake.nix', formatFlake(bundle)],
  ] as const;
  return files.map(([name, text]) => {
    const path = join(target, name);
    writeFileSync(path, text);
    return path;
  });
}
