/* Origin: our own. */

/** An expected result, in the form that `harden verify --expect` reads. */
export interface ExpectedResult {
  readonly status?: number;
  /** Strings in the output of the program. */
  readonly output?: readonly string[];
  /** Strings in the output of the probe. */
  readonly response?: readonly string[];
  readonly listeners?: readonly string[];
}

/** A program in an image that has only what it needs, and how to see that it works. */
export interface HardenedProgram {
  readonly id: string;
  /** An archive of the recorded images, or a new root of Debian with these packages. */
  readonly image?: string;
  readonly packages?: string;
  /** Directories whose files of `ROOT_FILES` are put into the root. */
  readonly sources?: readonly string[];
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>;
  /** Shell lines that complete the root, run outside of it; `$ROOT` is its directory. */
  readonly steps?: readonly string[];
  /** Absent if it is that of the traced program with the same ID. */
  readonly command?: readonly string[];
  readonly user?: string;
  readonly workingFolder?: string;
  readonly environment?: readonly string[];
  /** A line for bash, run beside the program when its ports are open. */
  readonly probe?: string;
  readonly expected: ExpectedResult;
}

const createPortProbe = (port: number, sent: string, reader: string): string =>
  `exec 3<>/dev/tcp/127.0.0.1/${port}; printf '${sent}' >&3; timeout 2 ${reader} <&3`;

const VENV =
  'chroot $ROOT /srv/venv/bin/pip install -q --no-index --find-links /srv/wheels $NAMES && rm -rf $ROOT/srv/wheels';
const WHEELS =
  'python3 -m pip download -q -d $ROOT/srv/wheels --python-version 3.11 --only-binary :all: ';

/** Thirty programs of `TRACED_PROGRAMS` in images of their own, with the fixes of their setup. */
export const KNOWN_PROGRAMS: readonly HardenedProgram[] = [
  {
    id: 'nginx',
    packages: 'nginx-light',
    probe: 'curl -s http://127.0.0.1/; curl -s http://127.0.0.1/nope',
    expected: { response: ['Welcome to nginx', '404 Not Found'], listeners: ['tcp 0.0.0.0:80'] },
  },
  {
    id: 'redis-server',
    packages: 'redis-server',
    probe: createPortProbe(6379, 'SET a b\\r\\nGET a\\r\\nQUIT\\r\\n', 'cat'),
    expected: { response: ['+OK', 'b'], listeners: ['tcp 127.0.0.1:6379'] },
  },
  { id: 'sqlite3', packages: 'sqlite3', expected: { status: 0, output: ['[1]|'] } },
  {
    id: 'bash-script',
    packages: 'gawk findutils',
    sources: ['/srv/scripts'],
    expected: { status: 0, output: ['files: ', 'report.sh'] },
  },
  {
    id: 'entrypoint-script',
    packages: 'memcached',
    sources: ['/srv/scripts'],
    probe: createPortProbe(11311, 'version\\r\\nquit\\r\\n', 'cat'),
    expected: { response: ['VERSION 1.'] },
  },
  {
    id: 'python-app',
    packages: 'python3 ca-certificates tzdata',
    sources: ['/srv/python'],
    expected: { status: 0, output: ['True', '"cwd"'] },
  },
  {
    id: 'python-http-server',
    packages: 'python3',
    sources: ['/srv/python'],
    probe: 'curl -s http://127.0.0.1:8090/',
    expected: { response: ['Directory listing for /', 'app.py'] },
  },
  {
    id: 'flask-gunicorn',
    packages: 'python3 python3-venv',
    sources: ['/srv/flask'],
    steps: [
      'chroot $ROOT python3 -m venv /srv/venv',
      `${WHEELS} flask==3.0.3 gunicorn==23.0.0`,
      VENV.replace('$NAMES', 'flask gunicorn'),
    ],
    probe: 'curl -s http://127.0.0.1:8000/; curl -s http://127.0.0.1:8000/page',
    expected: { response: ['"ok":true', '<title>x</title>'] },
  },
  {
    id: 'django-check',
    packages: 'python3 python3-venv',
    sources: ['/srv/django'],
    steps: [
      'chroot $ROOT python3 -m venv /srv/venv',
      `${WHEELS} django==5.1`,
      VENV.replace('$NAMES', 'django'),
    ],
    expected: { status: 0, output: ['no issues'] },
  },
  {
    id: 'node-app',
    packages: 'nodejs',
    sources: ['/srv/node'],
    probe: 'curl -s http://127.0.0.1:8081/world',
    expected: { response: ['hello /world'] },
  },
  {
    id: 'express',
    packages: 'nodejs',
    sources: ['/srv/express'],
    steps: [
      'npm install --silent --no-audit --no-fund --ignore-scripts --prefix $ROOT/srv/express express@4.21.0',
    ],
    probe: 'curl -s http://127.0.0.1:8082/',
    expected: { response: ['{"ok":true}'] },
  },
  {
    id: 'ruby-app',
    packages: 'ruby',
    sources: ['/srv/ruby'],
    expected: { status: 0, output: ['{"a":[1,2]}', 'hello x'] },
  },
  {
    id: 'perl-app',
    packages: 'perl libwww-perl libjson-perl',
    sources: ['/srv/perl'],
    expected: { status: 0, output: ['"code":500'] },
  },
  {
    id: 'php-cli',
    packages: 'php-cli php-sqlite3',
    sources: ['/srv/php'],
    expected: { status: 0, output: ['hello 1', 'true'] },
  },
  {
    id: 'git-log',
    packages: 'git',
    steps: [
      'chroot $ROOT sh -c "mkdir -p /srv/repository && cd /srv/repository && git init -q . && echo x > a && git add a && git -c user.name=x -c user.email=x@localhost commit -q -m first"',
    ],
    expected: { status: 0, output: ['Author: x', '+x'] },
  },
  {
    id: 'gpg-generate',
    packages: 'gnupg',
    expected: { status: 0, output: ['trustdb created'] },
  },
  {
    id: 'postgres',
    packages: 'postgresql',
    // The package creates the cluster; programs of the image start as its user, without setpriv.
    steps: [
      'mkdir -p $ROOT/run/postgresql && chown --reference=$ROOT/var/lib/postgresql $ROOT/run/postgresql',
      'sed -i "s/scram-sha-256/trust/" $ROOT/etc/postgresql/15/main/pg_hba.conf',
      'sed -i "s/^ssl = on/ssl = off/" $ROOT/etc/postgresql/15/main/postgresql.conf',
    ],
    command: [
      '/usr/lib/postgresql/15/bin/postgres',
      '-D',
      '/var/lib/postgresql/15/main',
      '-c',
      'config_file=/etc/postgresql/15/main/postgresql.conf',
    ],
    user: 'postgres',
    probe: createPortProbe(
      5432,
      '\\0\\0\\0\\x29\\0\\x03\\0\\0user\\0postgres\\0database\\0postgres\\0\\0Q\\0\\0\\0\\x0eselect 42\\0X\\0\\0\\0\\x04',
      'grep -ao "SELECT 1"',
    ),
    expected: { output: ['ready to accept connections'], response: ['SELECT 1'] },
  },
  {
    id: 'haproxy',
    packages: 'haproxy',
    sources: ['/srv/haproxy.cfg'],
    probe: 'curl -s http://127.0.0.1:8084/',
    expected: { response: ['503 Service Unavailable'] },
  },
  {
    id: 'apache2ctl',
    packages: 'apache2',
    probe: 'curl -s http://127.0.0.1/; curl -s http://127.0.0.1/nope',
    expected: { response: ['Apache2 Debian Default Page', '404 Not Found'] },
  },
  {
    id: 'lighttpd',
    packages: 'lighttpd lighttpd-mod-deflate',
    sources: ['/srv/lighttpd.conf'],
    files: { '/var/www/html/index.html': '<p>hello</p>\n' },
    probe: 'curl -s http://127.0.0.1:8085/',
    expected: { response: ['<p>hello</p>'] },
  },
  {
    id: 'dnsmasq',
    packages: 'dnsmasq-base',
    probe: `${createPortProbe(
      5353,
      '\\0\\x1b\\x12\\x34\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0\\x09localhost\\0\\0\\x01\\0\\x01',
      'head -c 45',
    )} | od -An -v -w64 -tx1`,
    expected: { response: ['7f 00 00 01'] },
  },
  {
    id: 'mosquitto',
    packages: 'mosquitto',
    // Its service unit creates these directories.
    steps: [
      'install -d $ROOT/run/mosquitto $ROOT/var/log/mosquitto && chown --reference=$ROOT/var/lib/mosquitto $ROOT/run/mosquitto $ROOT/var/log/mosquitto',
    ],
    probe: createPortProbe(
      1883,
      '\\x10\\x0d\\0\\x04MQTT\\x04\\x02\\0\\x3c\\0\\x01x\\xe0\\0',
      'od -An -tx1',
    ),
    expected: { response: ['20 02 00 00'] },
  },
  {
    id: 'imagemagick',
    packages: 'imagemagick',
    expected: { status: 0 },
  },
  {
    id: 'groff',
    packages: 'groff-base',
    sources: ['/srv/man'],
    expected: { status: 0, output: ['a page'] },
  },
  {
    id: 'alpine-script',
    image: 'alpine-3.20.oci.tar',
    sources: ['/srv/entry.sh', '/srv/settings.sh'],
    steps: ['chmod +x $ROOT/srv/entry.sh'],
    expected: { status: 0, output: ['root'] },
  },
  {
    id: 'alpine-awk',
    image: 'alpine-3.20.oci.tar',
    expected: { status: 0, output: ['1'] },
  },
  {
    id: 'alpine-apk-info',
    image: 'alpine-3.20.oci.tar',
    expected: { status: 0, output: ['musl-1.2'] },
  },
  {
    id: 'alpine-getent',
    image: 'alpine-3.20.oci.tar',
    expected: { status: 0, output: ['root:x:0:0'] },
  },
  {
    id: 'alpine-netcat',
    image: 'alpine-3.20.oci.tar',
    sources: ['/srv/entry.sh', '/srv/settings.sh', '/srv/www'],
    steps: ['chmod +x $ROOT/srv/entry.sh'],
    // Unread data would reset the connection.
    probe: createPortProbe(8086, '', 'cat'),
    expected: { response: ['<p>hello</p>'] },
  },
  { id: 'go-web', image: 'go-web-alpine.oci.tar', expected: {} },
];

/** The unseen programs are drawn with it from the list below. */
export const DRAW_SEED = 30_112_026;
export const DRAWN_PROGRAMS = 10;

const WWW = { '/srv/www/index.html': '<p>hello</p>\n' };

/**
 * Programs that no rule of reachability was written for. The list and the seed were committed
 * before the first of them was run.
 */
export const UNSEEN_PROGRAMS: readonly HardenedProgram[] = [
  {
    id: 'tinyproxy',
    packages: 'tinyproxy',
    command: ['tinyproxy', '-d'],
    probe: 'curl -s http://127.0.0.1:8888/',
    expected: { listeners: ['tcp 0.0.0.0:8888'], response: ['tinyproxy'] },
  },
  {
    id: 'privoxy',
    packages: 'privoxy',
    command: ['privoxy', '--no-daemon', '/etc/privoxy/config'],
    probe: 'curl -s -x http://127.0.0.1:8118 http://config.privoxy.org/',
    expected: { response: ['Privoxy'] },
  },
  {
    id: 'dropbear',
    packages: 'dropbear-bin',
    steps: ['mkdir -p $ROOT/etc/dropbear'],
    command: ['dropbear', '-F', '-E', '-R', '-p', '2222'],
    probe: createPortProbe(2222, '', 'head -c 8'),
    expected: { response: ['SSH-2.0-'] },
  },
  {
    id: 'beanstalkd',
    packages: 'beanstalkd',
    command: ['beanstalkd', '-l', '127.0.0.1', '-p', '11300'],
    probe: createPortProbe(11_300, 'list-tubes\\r\\nquit\\r\\n', 'cat'),
    expected: { response: ['- default'] },
  },
  {
    id: 'ngircd',
    packages: 'ngircd',
    command: ['ngircd', '-n'],
    probe: createPortProbe(6667, 'NICK x\\r\\nUSER x 0 * :x\\r\\nQUIT\\r\\n', 'cat'),
    expected: { response: ['ERROR'] },
  },
  {
    id: 'nsd',
    packages: 'nsd',
    steps: ['mkdir -p $ROOT/run/nsd && chown --reference=$ROOT/var/lib/nsd $ROOT/run/nsd'],
    command: ['nsd', '-d', '-p', '5300'],
    expected: { listeners: ['tcp 0.0.0.0:5300'] },
  },
  {
    id: 'named',
    packages: 'bind9',
    steps: ['mkdir -p $ROOT/run/named && chown --reference=$ROOT/var/cache/bind $ROOT/run/named'],
    command: ['named', '-g', '-u', 'bind', '-p', '5300'],
    expected: { output: ['running'] },
  },
  {
    id: 'varnish',
    packages: 'varnish',
    command: ['varnishd', '-F', '-a', '127.0.0.1:6081', '-b', '127.0.0.1:1', '-n', '/tmp/varnish'],
    probe: 'curl -s http://127.0.0.1:6081/',
    expected: { response: ['503 Backend fetch failed'] },
  },
  {
    id: 'squid',
    packages: 'squid',
    command: ['squid', '-N', '-d', '1'],
    probe: 'curl -s http://127.0.0.1:3128/',
    expected: { response: ['squid'] },
  },
  {
    id: 'vsftpd',
    packages: 'vsftpd',
    steps: ['mkdir -p $ROOT/run/vsftpd/empty'],
    command: ['vsftpd'],
    probe: createPortProbe(21, 'QUIT\\r\\n', 'cat'),
    expected: { response: ['220 ', '221 '] },
  },
  {
    id: 'slapd',
    packages: 'slapd',
    command: ['slapd', '-d', '0', '-h', 'ldap://127.0.0.1:3890/'],
    expected: { listeners: ['tcp 127.0.0.1:3890'] },
  },
  {
    id: 'rsyslogd',
    packages: 'rsyslog',
    command: ['rsyslogd', '-n'],
    expected: {},
  },
  {
    id: 'gearmand',
    packages: 'gearman-job-server',
    command: ['gearmand', '-l', 'stderr', '-p', '4730'],
    probe: createPortProbe(4730, 'version\\nshutdown\\n', 'head -n 1'),
    expected: { response: ['OK'] },
  },
  {
    id: 'dot',
    packages: 'graphviz',
    files: { '/srv/a.dot': 'digraph { a -> b }\n' },
    command: ['dot', '-Tsvg', '/srv/a.dot'],
    expected: { status: 0, output: ['</svg>'] },
  },
  {
    id: 'ghostscript',
    packages: 'ghostscript',
    command: ['gs', '-q', '-dNODISPLAY', '-dBATCH', '-c', '(hello) = quit'],
    expected: { status: 0, output: ['hello'] },
  },
  {
    id: 'pandoc',
    packages: 'pandoc',
    files: { '/srv/a.md': '# Title\n\n*text*\n' },
    command: ['pandoc', '-s', '-t', 'html', '/srv/a.md'],
    expected: { status: 0, output: ['<em>text</em>'] },
  },
  {
    id: 'guile',
    packages: 'guile-3.0',
    command: ['guile', '-c', '(use-modules (ice-9 regex)) (display (+ 40 2)) (newline)'],
    expected: { status: 0, output: ['42'] },
  },
  {
    id: 'erlang',
    packages: 'erlang-base',
    command: ['erl', '-noshell', '-eval', 'io:format("~p~n",[lists:sum([40,2])]), halt().'],
    expected: { status: 0, output: ['42'] },
  },
  {
    id: 'ocaml',
    packages: 'ocaml-nox',
    files: { '/srv/a.ml': 'let () = print_endline (string_of_int (40 + 2))\n' },
    command: ['ocaml', '/srv/a.ml'],
    expected: { status: 0, output: ['42'] },
  },
  {
    id: 'sbcl',
    packages: 'sbcl',
    files: { '/srv/a.lisp': '(require :sb-posix)\n(print (+ 40 2))\n' },
    command: ['sbcl', '--script', '/srv/a.lisp'],
    expected: { status: 0, output: ['42'] },
  },
  {
    id: 'gnuplot',
    packages: 'gnuplot-nox',
    command: ['gnuplot', '-e', 'set terminal dumb; plot x'],
    expected: { status: 0, output: ['x **'] },
  },
  {
    id: 'xmlstarlet',
    packages: 'xmlstarlet',
    files: { '/srv/a.xml': '<a><b>42</b></a>\n' },
    command: ['xmlstarlet', 'sel', '-t', '-v', '/a/b', '/srv/a.xml'],
    expected: { status: 0, output: ['42'] },
  },
  {
    id: 'sox',
    packages: 'sox',
    command: ['sox', '-n', '-r', '8000', '/tmp/a.wav', 'synth', '1', 'sine', '440'],
    expected: { status: 0 },
  },
  {
    id: 'rsvg-convert',
    packages: 'librsvg2-bin',
    files: {
      '/srv/a.svg':
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="1" y="15">a</text></svg>\n',
    },
    command: ['rsvg-convert', '/srv/a.svg', '-o', '/tmp/a.png'],
    expected: { status: 0 },
  },
  {
    id: 'darkhttpd',
    packages: 'darkhttpd',
    files: WWW,
    command: ['darkhttpd', '/srv/www', '--port', '8080'],
    probe: 'curl -s http://127.0.0.1:8080/',
    expected: { response: ['<p>hello</p>'] },
  },
  {
    id: 'webfsd',
    packages: 'webfs',
    files: WWW,
    command: ['webfsd', '-F', '-p', '8000', '-r', '/srv/www', '-f', 'index.html'],
    probe: 'curl -s http://127.0.0.1:8000/',
    expected: { response: ['<p>hello</p>'] },
  },
];
