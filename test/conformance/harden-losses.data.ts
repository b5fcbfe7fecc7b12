/* Origin: our own. */

/** A file or directory that is taken out of an image, or loses its permissions. */
export interface SeededLoss {
  readonly id: string;
  /** Program of `KNOWN_PROGRAMS`. */
  readonly program: string;
  /** Replaces the command of the program, which then has no probe. */
  readonly command?: readonly string[];
  readonly environment?: readonly string[];
  /** Real path; a glob with one `*` names the only match. */
  readonly path: string;
  /** New permissions; absent if it is removed. */
  readonly mode?: number;
}

const SSL = 'import ssl; print(len(ssl.create_default_context().get_ca_certs()) > 9)';
const PACKAGES = '/srv/venv/lib/python3.11/site-packages';

/** Losses of each kind, listed before `harden verify` was run on any of them. */
export const SEEDED_LOSSES: readonly SeededLoss[] = [
  { id: 'index page', program: 'nginx', path: '/var/www/html/index.nginx-debian.html' },
  { id: 'document root', program: 'nginx', path: '/var/www/html' },
  { id: 'included settings', program: 'nginx', path: '/etc/nginx/mime.types' },
  { id: 'writable directory', program: 'nginx', path: '/var/lib/nginx' },
  { id: 'users', program: 'nginx', path: '/etc/passwd' },
  { id: 'library', program: 'nginx', path: '/usr/lib/x86_64-linux-gnu/libpcre2-8.so.0.*' },
  { id: 'settings', program: 'redis-server', path: '/etc/redis/redis.conf' },
  { id: 'log directory', program: 'redis-server', path: '/var/log/redis' },
  { id: 'time zone', program: 'python-app', path: '/usr/share/zoneinfo/Europe/Rome' },
  {
    id: 'extension module',
    program: 'python-app',
    path: '/usr/lib/python3.11/lib-dynload/_sqlite3.*',
  },
  {
    id: 'certificates',
    program: 'python-app',
    command: ['python3', '-c', SSL],
    path: '/etc/ssl/certs/ca-certificates.crt',
  },
  {
    id: 'time zone of a variable',
    program: 'python-app',
    command: ['date', '+%Z'],
    environment: ['TZ=Asia/Tokyo'],
    path: '/usr/share/zoneinfo/Asia/Tokyo',
  },
  { id: 'template', program: 'flask-gunicorn', path: '/srv/flask/templates/page.html' },
  { id: 'Python module', program: 'flask-gunicorn', path: `${PACKAGES}/jinja2/loaders.py` },
  { id: 'Node.js module', program: 'express', path: '/srv/express/node_modules/cookie/index.js' },
  { id: 'listed settings', program: 'php-cli', path: '/etc/php/8.2/cli/conf.d/20-pdo_sqlite.ini' },
  {
    id: 'data file',
    program: 'postgres',
    path: '/usr/share/postgresql/15/timezonesets/Default',
  },
  {
    id: 'permissions',
    program: 'postgres',
    path: '/var/lib/postgresql/15/main',
    mode: 0o777,
  },
  { id: 'server module', program: 'lighttpd', path: '/usr/lib/lighttpd/mod_deflate.so' },
  { id: 'socket directory', program: 'postgres', path: '/run/postgresql' },
];
