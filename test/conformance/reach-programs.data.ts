/** One program as the entry point of an image. */
export interface TracedProgram {
  readonly id: string;
  readonly root: 'debian' | 'alpine' | 'go-web';
  readonly command: readonly string[];
  /** A line for `/bin/sh`, run beside the program after its start, to exercise it. */
  readonly drive?: string;
  /** A line for `/bin/sh` that is run, untraced, before it. */
  readonly before?: string;
  readonly environment?: readonly string[];
  readonly workingFolder?: string;
  /** Seconds until it is ended. */
  readonly seconds?: number;
}

/**
 * Ten programs that were chosen and recorded before any rule was compared with a trace. They are
 * counted separately, and no rule may be written for them.
 */
export const FROZEN_PROGRAMS: ReadonlySet<string> = new Set([
  'flask-gunicorn',
  'prettier',
  'php-cli',
  'java-h2',
  'git-log',
  'gpg-generate',
  'sshd',
  'psql',
  'apache2ctl',
  'alpine-apk-info',
]);

/** Files that are put into a root before it is packed. */
export const ROOT_FILES: Readonly<Record<TracedProgram['root'], Readonly<Record<string, string>>>> =
  {
    debian: {
      '/srv/scripts/report.sh': `#!/bin/bash
set -euo pipefail
. /srv/scripts/library.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find /etc -maxdepth 1 -name '*.conf' | sort > "$work/list"
while read -r one; do wc -c < "$one"; done < "$work/list" | awk '{ sum += $1 } END { print sum }'
grep -c . "$work/list" | tr -d ' ' | sed 's/^/files: /'
say "$(date +%Y) $(basename "$0")"
`,
      '/srv/scripts/library.sh': 'say() { printf "%s\\n" "$1" | tee /dev/null; }\n',
      '/srv/scripts/docker-entrypoint.sh': `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ]; then set -- memcached "$@"; fi
case "$1" in
  memcached) mkdir -p /tmp/state; chown nobody /tmp/state; exec setpriv --reuid 65534 --clear-groups "$@" ;;
esac
exec "$@"
`,
      '/srv/python/app.py': `import ctypes, datetime, http.server, json, os, sqlite3, ssl, sys, zoneinfo
from helper import greet
context = ssl.create_default_context()
with sqlite3.connect(':memory:') as db:
    print(db.execute('select sqlite_version()').fetchone())
print(datetime.datetime.now(zoneinfo.ZoneInfo('Europe/Rome')).year > 2000)
print(greet(json.dumps({'cwd': os.getcwd()})), ctypes.sizeof(ctypes.c_long), 'ä'.encode('latin-1'))
`,
      '/srv/python/helper/__init__.py': 'from .words import greet\n',
      '/srv/python/helper/words.py': `def greet(text):
    import textwrap
    return textwrap.dedent(text)
`,
      '/srv/flask/app.py': `from flask import Flask, jsonify, render_template
app = Flask(__name__)
@app.get('/')
def index():
    return jsonify(ok=True)
@app.get('/page')
def page():
    return render_template('page.html', title='x')
`,
      '/srv/flask/templates/page.html': '<title>{{ title }}</title>\n',
      '/srv/django/site_of_ours/__init__.py': '',
      '/srv/django/site_of_ours/settings.py': `SECRET_KEY = 'x'
DEBUG = True
ROOT_URLCONF = 'site_of_ours.urls'
INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth', 'django.contrib.sessions']
MIDDLEWARE = ['django.middleware.common.CommonMiddleware']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}
USE_TZ = True
`,
      '/srv/django/site_of_ours/urls.py': 'urlpatterns = []\n',
      '/srv/django/manage.py': `import os, sys
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_of_ours.settings')
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
      '/srv/node/server.js': `const http = require('node:http');
const { greet } = require('./greet');
http.createServer((request, response) => response.end(greet(request.url))).listen(8081);
`,
      '/srv/node/greet.js': 'exports.greet = (name) => `hello ${name}`;\n',
      '/srv/express/server.js': `const express = require('express');
const app = express();
app.use(express.json());
app.get('/', (request, response) => response.json({ ok: true }));
app.listen(8082);
`,
      '/srv/fastify/server.mjs': `import Fastify from 'fastify';
const app = Fastify({ logger: true });
app.get('/', async () => ({ ok: true }));
await app.listen({ port: 8083, host: '127.0.0.1' });
`,
      '/srv/tool/sample.ts': 'export const  x : number = 1\n',
      '/srv/ruby/app.rb': `require 'json'
require 'yaml'
require 'erb'
require 'set'
require 'net/http'
require_relative 'lib/greet'
puts JSON.generate(YAML.load('a: [1, 2]'))
puts ERB.new('<%= greet("x") %>').result
`,
      '/srv/ruby/lib/greet.rb': 'def greet(name) = "hello #{name}"\n',
      '/srv/perl/app.pl': `use strict; use warnings;
use LWP::UserAgent; use JSON; use POSIX qw(strftime); use File::Temp qw(tempfile);
my $agent = LWP::UserAgent->new(timeout => 1);
my $answer = $agent->get('http://127.0.0.1:1/');
print encode_json({ code => $answer->code, year => strftime('%Y', localtime) }), "\\n";
`,
      '/srv/php/app.php': `<?php
require __DIR__ . '/greet.php';
$db = new PDO('sqlite::memory:');
echo greet($db->query('select 1')->fetchColumn()), json_encode([strlen('abc'), date('Y') > 2000]), "\\n";
`,
      '/srv/php/greet.php': '<?php function greet($name) { return "hello $name\\n"; }\n',
      '/srv/lua/app.lua': 'local greet = require("greet")\nprint(greet("x"), os.date("%Y"))\n',
      '/srv/lua/greet.lua': 'return function(name) return "hello " .. name end\n',
      '/srv/tcl/app.tcl': 'package require msgcat\nputs [clock format 0 -format %Y -gmt 1]\n',
      '/srv/c/hello.c': '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
      '/srv/c/Makefile': '/tmp/hello: hello.c\n\tgcc -O1 -o $@ $<\n',
      '/srv/man/page.1': '.TH PAGE 1\n.SH NAME\npage \\- a page\n',
      '/srv/haproxy.cfg': `defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend f
  bind 127.0.0.1:8084
  default_backend b
backend b
  server s 127.0.0.1:1
`,
      '/srv/lighttpd.conf': `server.document-root = "/var/www/html"
server.port = 8085
server.modules += ( "mod_access", "mod_alias", "mod_deflate" )
index-file.names = ( "index.html" )
`,
    },
    alpine: {
      '/srv/entry.sh': `#!/bin/sh
set -eu
. /srv/settings.sh
mkdir -p "$STATE"
id -u | grep -q 0 && echo root
for one in /etc/*.conf; do [ -r "$one" ] && wc -l "$one"; done
exec "$@"
`,
      '/srv/settings.sh': 'STATE=/tmp/state\n',
      '/srv/www/index.html': '<p>hello</p>\n',
    },
    'go-web': {},
  };

/** Shell lines that complete a root, run outside of it; `$ROOT` is its directory. */
export const ROOT_STEPS: Readonly<Record<TracedProgram['root'], readonly string[]>> = {
  debian: [
    'chmod +x $ROOT/srv/scripts/*.sh',
    'chroot $ROOT python3 -m venv /srv/venv',
    'python3 -m pip download -q -d $ROOT/srv/wheels --python-version 3.11 --only-binary :all: flask==3.0.3 gunicorn==23.0.0 django==5.1 black==24.8.0 sqlalchemy==2.0.35',
    'chroot $ROOT /srv/venv/bin/pip install -q --no-index --find-links /srv/wheels flask gunicorn django black sqlalchemy',
    'rm -rf $ROOT/srv/wheels',
    'npm install --silent --no-audit --no-fund --ignore-scripts --prefix $ROOT/srv/express express@4.21.0',
    'npm install --silent --no-audit --no-fund --ignore-scripts --prefix $ROOT/srv/fastify fastify@4.28.1',
    'npm install --silent --no-audit --no-fund --ignore-scripts --prefix $ROOT/srv/tool prettier@3.3.3 typescript@5.5.4',
    'mvn -q -B dependency:copy -Dartifact=com.h2database:h2:2.2.224 -DoutputDirectory=$ROOT/srv/java -Dmdep.useBaseVersion=true',
    'mvn -q -B dependency:copy -Dartifact=com.google.googlejavaformat:google-java-format:1.7:jar:all-deps -DoutputDirectory=$ROOT/srv/java',
    'chroot $ROOT sh -c "mkdir -p /srv/repository && cd /srv/repository && git init -q . && echo x > a && git add a && git -c user.name=x -c user.email=x@localhost commit -q -m first"',
    'chroot $ROOT sh -c "mkdir -p /srv/tls && openssl req -x509 -newkey rsa:2048 -nodes -days 9000 -keyout /srv/tls/key.pem -out /srv/tls/certificate.pem -subj /CN=localhost"',
    'chroot $ROOT ssh-keygen -A',
    'rm -rf $ROOT/var/cache/apt/archives/*.deb $ROOT/var/lib/apt/lists/*',
  ],
  alpine: ['chmod +x $ROOT/srv/entry.sh'],
  'go-web': [],
};

const GUNICORN = ['/srv/venv/bin/gunicorn', '-b', '127.0.0.1:8000', 'app:app'];
const POSTGRES = [
  'setpriv',
  '--reuid=postgres',
  '--regid=postgres',
  '--clear-groups',
  '/usr/lib/postgresql/15/bin/postgres',
  '-D',
  '/var/lib/postgresql/15/main',
  '-c',
  'config_file=/etc/postgresql/15/main/postgresql.conf',
];
const TLS_SERVER =
  'openssl s_server -accept 8443 -cert /srv/tls/certificate.pem -key /srv/tls/key.pem -www -quiet >/dev/null 2>&1 &';

/** The programs whose traces are compared with the files reported as reachable. */
export const TRACED_PROGRAMS: readonly TracedProgram[] = [
  {
    id: 'nginx',
    root: 'debian',
    command: ['nginx', '-g', 'daemon off;'],
    drive: 'curl -s http://127.0.0.1/; curl -s http://127.0.0.1/nope',
  },
  {
    id: 'redis-server',
    root: 'debian',
    command: ['redis-server', '/etc/redis/redis.conf', '--daemonize', 'no', '--save', ''],
    drive: 'redis-cli ping; redis-cli set a b; redis-cli eval "return 1" 0',
  },
  {
    id: 'redis-cli',
    root: 'debian',
    command: ['redis-cli', 'ping'],
    before: 'redis-server --save "" >/dev/null 2>&1 &',
  },
  {
    id: 'curl',
    root: 'debian',
    command: ['curl', '-sS', 'https://localhost:8443/'],
    before: TLS_SERVER,
  },
  {
    id: 'wget',
    root: 'debian',
    command: ['wget', '-q', '-O', '-', 'https://localhost:8443/'],
    before: TLS_SERVER,
  },
  {
    id: 'openssl-req',
    root: 'debian',
    command: [
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      '/tmp/key',
      '-out',
      '/tmp/certificate',
      '-subj',
      '/CN=x',
    ],
  },
  { id: 'openssl-providers', root: 'debian', command: ['openssl', 'list', '-providers'] },
  {
    id: 'sqlite3',
    root: 'debian',
    command: ['sqlite3', ':memory:', "select json('[1]'), datetime('now', 'localtime')"],
  },
  { id: 'bash-script', root: 'debian', command: ['/srv/scripts/report.sh'] },
  {
    id: 'entrypoint-script',
    root: 'debian',
    command: ['/srv/scripts/docker-entrypoint.sh', 'memcached', '-p', '11311'],
    drive: 'echo stats | nc -q 1 127.0.0.1 11311',
  },
  { id: 'python-app', root: 'debian', command: ['python3', '/srv/python/app.py'] },
  {
    id: 'python-http-server',
    root: 'debian',
    command: ['python3', '-m', 'http.server', '8090'],
    workingFolder: '/srv/python',
    drive: 'curl -s http://127.0.0.1:8090/',
  },
  {
    id: 'flask-gunicorn',
    root: 'debian',
    command: GUNICORN,
    workingFolder: '/srv/flask',
    drive: 'curl -s http://127.0.0.1:8000/; curl -s http://127.0.0.1:8000/page',
  },
  {
    id: 'django-check',
    root: 'debian',
    command: ['/srv/venv/bin/python', 'manage.py', 'check'],
    workingFolder: '/srv/django',
  },
  {
    id: 'django-migrate',
    root: 'debian',
    command: ['/srv/venv/bin/python', '/srv/django/manage.py', 'migrate'],
  },
  {
    id: 'black',
    root: 'debian',
    command: ['/srv/venv/bin/black', '--check', '/srv/python/app.py'],
  },
  {
    id: 'node-app',
    root: 'debian',
    command: ['node', '/srv/node/server.js'],
    drive: 'curl -s http://127.0.0.1:8081/',
  },
  {
    id: 'express',
    root: 'debian',
    command: ['node', 'server.js'],
    workingFolder: '/srv/express',
    drive: 'curl -s http://127.0.0.1:8082/',
  },
  {
    id: 'fastify',
    root: 'debian',
    command: ['node', '/srv/fastify/server.mjs'],
    drive: 'curl -s http://127.0.0.1:8083/',
  },
  {
    id: 'prettier',
    root: 'debian',
    command: ['/srv/tool/node_modules/.bin/prettier', '/srv/tool/sample.ts'],
  },
  {
    id: 'tsc',
    root: 'debian',
    command: [
      'node',
      '/srv/tool/node_modules/typescript/bin/tsc',
      '--noEmit',
      '/srv/tool/sample.ts',
    ],
  },
  { id: 'ruby-app', root: 'debian', command: ['ruby', '/srv/ruby/app.rb'] },
  { id: 'gem-list', root: 'debian', command: ['gem', 'list'] },
  { id: 'perl-app', root: 'debian', command: ['perl', '/srv/perl/app.pl'] },
  { id: 'php-cli', root: 'debian', command: ['php', '/srv/php/app.php'] },
  {
    id: 'java-h2',
    root: 'debian',
    command: [
      'java',
      '-cp',
      '/srv/java/h2-2.2.224.jar',
      'org.h2.tools.Shell',
      '-url',
      'jdbc:h2:mem:x',
      '-sql',
      'select 1',
    ],
    seconds: 15,
  },
  {
    id: 'java-format',
    root: 'debian',
    command: ['java', '-jar', '/srv/java/google-java-format-1.7-all-deps.jar', '--version'],
    seconds: 15,
  },
  { id: 'git-log', root: 'debian', command: ['git', '-C', '/srv/repository', 'log', '-p'] },
  {
    id: 'git-clone',
    root: 'debian',
    command: ['git', 'clone', '-q', '/srv/repository', '/tmp/copy'],
  },
  {
    id: 'gpg-generate',
    root: 'debian',
    command: ['gpg', '--batch', '--passphrase', '', '--quick-gen-key', 'x@localhost'],
    environment: ['HOME=/root'],
  },
  { id: 'cron', root: 'debian', command: ['cron', '-f'] },
  {
    id: 'sshd',
    root: 'debian',
    command: ['/usr/sbin/sshd', '-D', '-e', '-p', '2222'],
    before: 'mkdir -p /run/sshd',
    drive:
      'ssh-keyscan -p 2222 127.0.0.1; ssh -p 2222 -o BatchMode=yes -o StrictHostKeyChecking=no root@127.0.0.1 true',
  },
  {
    id: 'postgres',
    root: 'debian',
    command: POSTGRES,
    before: 'mkdir -p /var/run/postgresql && chown postgres /var/run/postgresql',
    drive:
      'setpriv --reuid=postgres --regid=postgres --clear-groups /usr/lib/postgresql/15/bin/psql -c "select now()"',
  },
  { id: 'psql', root: 'debian', command: ['psql', '-h', '127.0.0.1', '-c', 'select 1'] },
  {
    id: 'haproxy',
    root: 'debian',
    command: ['haproxy', '-db', '-f', '/srv/haproxy.cfg'],
    drive: 'curl -s http://127.0.0.1:8084/',
  },
  { id: 'memcached', root: 'debian', command: ['memcached', '-u', 'nobody'] },
  {
    id: 'apache2ctl',
    root: 'debian',
    command: ['apache2ctl', '-D', 'FOREGROUND'],
    drive: 'curl -s http://127.0.0.1/',
  },
  {
    id: 'lighttpd',
    root: 'debian',
    command: ['lighttpd', '-D', '-f', '/srv/lighttpd.conf'],
    drive: 'curl -s http://127.0.0.1:8085/',
  },
  {
    id: 'dnsmasq',
    root: 'debian',
    command: ['dnsmasq', '-k', '--port=5353', '--user=nobody'],
    drive: 'dig +tries=1 +time=1 @127.0.0.1 -p 5353 localhost',
  },
  { id: 'unbound', root: 'debian', command: ['unbound', '-d', '-p'] },
  {
    id: 'mosquitto',
    root: 'debian',
    command: ['mosquitto', '-c', '/etc/mosquitto/mosquitto.conf'],
  },
  {
    id: 'mariadbd',
    root: 'debian',
    command: ['mariadbd', '--user=mysql'],
    before: 'mkdir -p /run/mysqld && chown mysql /run/mysqld',
    drive: 'mariadb -e "select 1"',
    seconds: 8,
  },
  { id: 'rsync-daemon', root: 'debian', command: ['rsync', '--daemon', '--no-detach'] },
  { id: 'jq', root: 'debian', command: ['jq', '-n', '[1, 2] | add'] },
  { id: 'file', root: 'debian', command: ['file', '/bin/ls'] },
  { id: 'gawk', root: 'debian', command: ['gawk', 'BEGIN { print strftime("%Y", 0) }'] },
  { id: 'lua', root: 'debian', command: ['lua5.4', 'app.lua'], workingFolder: '/srv/lua' },
  { id: 'tclsh', root: 'debian', command: ['tclsh', '/srv/tcl/app.tcl'] },
  { id: 'imagemagick', root: 'debian', command: ['convert', 'rose:', 'png:/tmp/rose.png'] },
  { id: 'groff', root: 'debian', command: ['groff', '-Tutf8', '-man', '/srv/man/page.1'] },
  { id: 'vim', root: 'debian', command: ['vim.tiny', '-es', '-c', 'q'] },
  {
    id: 'dig',
    root: 'debian',
    command: ['dig', '+tries=1', '+time=1', '@127.0.0.1', 'localhost'],
  },
  { id: 'ldapsearch', root: 'debian', command: ['ldapsearch', '-x', '-H', 'ldap://127.0.0.1:1'] },
  { id: 'snmpget', root: 'debian', command: ['snmpget', '-v2c', '-c', 'x', '-V'] },
  { id: 'apt-cache', root: 'debian', command: ['apt-cache', 'policy'] },
  { id: 'dpkg-list', root: 'debian', command: ['dpkg', '-l', 'bash'] },
  { id: 'make-gcc', root: 'debian', command: ['make', '-C', '/srv/c'] },
  {
    id: 'tini-memcached',
    root: 'debian',
    command: ['tini', '--', 'memcached', '-u', 'nobody', '-p', '11411'],
  },
  {
    id: 'iconv',
    root: 'debian',
    command: ['iconv', '-f', 'ISO-8859-15', '-t', 'UTF-8', '/etc/hostname'],
  },
  { id: 'date-zone', root: 'debian', command: ['date'], environment: ['TZ=Asia/Tokyo'] },
  { id: 'getent', root: 'debian', command: ['getent', 'hosts', 'localhost'] },
  { id: 'socat', root: 'debian', command: ['socat', '-V'] },
  {
    id: 'alpine-netcat',
    root: 'alpine',
    command: ['nc', '-l', '-p', '8086', '-e', '/srv/entry.sh', 'cat', '/srv/www/index.html'],
    drive: 'echo x | nc -w 1 127.0.0.1 8086',
  },
  { id: 'alpine-script', root: 'alpine', command: ['/srv/entry.sh', 'date'] },
  { id: 'alpine-crond', root: 'alpine', command: ['crond', '-f'] },
  { id: 'alpine-apk-info', root: 'alpine', command: ['apk', 'info', '-v'] },
  {
    id: 'alpine-apk-policy',
    root: 'alpine',
    command: ['apk', 'policy', 'busybox', '--no-network'],
  },
  { id: 'alpine-nslookup', root: 'alpine', command: ['nslookup', 'localhost', '127.0.0.1'] },
  {
    id: 'alpine-wget',
    root: 'alpine',
    command: ['wget', '-q', '-O', '-', 'https://127.0.0.1:1/'],
  },
  { id: 'alpine-awk', root: 'alpine', command: ['awk', 'BEGIN { print 1 }'] },
  { id: 'alpine-scanelf', root: 'alpine', command: ['scanelf', '-q', '-n', '/bin/busybox'] },
  { id: 'alpine-getent', root: 'alpine', command: ['getent', 'passwd', 'root'] },
  { id: 'go-web', root: 'go-web', command: ['/usr/local/bin/web'], seconds: 3 },
];
