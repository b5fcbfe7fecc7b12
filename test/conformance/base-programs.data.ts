/* Origin: our own. */

/** A program whose application is moved to other base images. */
export interface TriedProgram {
  readonly name: string;
  /** Where it comes from: listed before the first pair was tried. */
  readonly source: 'apt' | 'PyPI' | 'npm' | 'Maven';
  /** Also the command that is run: its status must be 0. */
  readonly command: readonly string[];
  readonly user?: string;
}

/** Programs of one Debian 12 root: C, C++, Go, Rust, Java, Python, Ruby, Node.js, PHP and Perl. */
export const TRIED_PROGRAMS: readonly TriedProgram[] = [
  { name: 'nginx', source: 'apt', command: ['/usr/sbin/nginx', '-t'] },
  { name: 'redis', source: 'apt', command: ['/usr/bin/redis-server', '--version'], user: 'redis' },
  { name: 'curl', source: 'apt', command: ['/usr/bin/curl', '--version'] },
  { name: 'wget', source: 'apt', command: ['/usr/bin/wget', '--version'] },
  { name: 'jq', source: 'apt', command: ['/usr/bin/jq', '-n', '1'] },
  { name: 'sqlite3', source: 'apt', command: ['/usr/bin/sqlite3', ':memory:', 'select 1'] },
  { name: 'openssl', source: 'apt', command: ['/usr/bin/openssl', 'version'] },
  { name: 'git', source: 'apt', command: ['/usr/bin/git', '--version'] },
  { name: 'rsync', source: 'apt', command: ['/usr/bin/rsync', '--version'] },
  { name: 'socat', source: 'apt', command: ['/usr/bin/socat', '-V'] },
  { name: 'memcached', source: 'apt', command: ['/usr/bin/memcached', '-V'] },
  { name: 'haproxy', source: 'apt', command: ['/usr/sbin/haproxy', '-v'] },
  { name: 'lighttpd', source: 'apt', command: ['/usr/sbin/lighttpd', '-V'] },
  { name: 'xmllint', source: 'apt', command: ['/usr/bin/xmllint', '--version'] },
  { name: 'bc', source: 'apt', command: ['/usr/bin/bc', '--version'] },
  { name: 'zstd', source: 'apt', command: ['/usr/bin/zstd', '--version'] },
  { name: 'fzf', source: 'apt', command: ['/usr/bin/fzf', '--version'] },
  { name: 'ripgrep', source: 'apt', command: ['/usr/bin/rg', '--version'] },
  { name: 'fd', source: 'apt', command: ['/usr/bin/fdfind', '--version'] },
  { name: 'python', source: 'apt', command: ['/usr/bin/python3', '/opt/hello.py'] },
  { name: 'ruby', source: 'apt', command: ['/usr/bin/ruby', '/opt/hello.rb'] },
  { name: 'node', source: 'apt', command: ['/usr/bin/node', '/opt/hello.js'] },
  { name: 'php', source: 'apt', command: ['/usr/bin/php', '/opt/hello.php'] },
  { name: 'perl', source: 'apt', command: ['/usr/bin/perl', '/opt/hello.pl'] },
  { name: 'numpy', source: 'PyPI', command: ['/usr/bin/python3', '/opt/np.py'] },
  { name: 'cryptography', source: 'PyPI', command: ['/usr/bin/python3', '/opt/crypto.py'] },
  { name: 'crc32', source: 'npm', command: ['/usr/bin/node', '/opt/crc.js'] },
  {
    name: 'esbuild',
    source: 'npm',
    command: ['/opt/npm/node_modules/@esbuild/linux-x64/bin/esbuild', '--version'],
  },
  { name: 'jna', source: 'Maven', command: ['/usr/bin/java', '-jar', '/opt/jar/jna.jar'] },
];
