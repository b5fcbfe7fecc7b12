/* Origin: our own. */

import type { ReachStrength } from '../../foundation/core/reach.ts';

/** A program or library that loads others from its own directories. */
export interface PluginHost {
  /** Base names of the program or library; `*` matches any characters. */
  readonly hosts: readonly string[];
  /** Patterns of the modules that it loads. */
  readonly modules: readonly string[];
  /** `likely` if it loads every module that exists, `possible` if a setting or a caller chooses. */
  readonly strength: ReachStrength;
  /** Patterns of its settings files. */
  readonly settings?: readonly string[];
  /** Patterns of data that it reads. */
  readonly data?: readonly string[];
}

/** Directories of libraries: `{lib}` in a pattern stands for each of them. */
export const LIBRARY_FOLDERS: readonly string[] = [
  '/usr/lib',
  '/usr/lib64',
  '/usr/lib/*-linux-*',
  '/usr/local/lib',
  '/lib',
];

/**
 * Which host loads which modules. Each line is documented by the host and was observed in a trace.
 */
export const PLUGIN_HOSTS: readonly PluginHost[] = [
  {
    hosts: ['gcc*', 'g++*', 'cpp*', 'cc', 'c++', '*-gcc*', '*-g++*', '*-cpp*'],
    modules: [
      '/usr/lib/gcc/*/*/*',
      '/usr/libexec/gcc/*/*/*',
      '/usr/bin/as',
      '/usr/bin/ld*',
      '/usr/bin/*-linux-*-as',
      '/usr/bin/*-linux-*-ld*',
    ],
    strength: 'likely',
    data: [
      '/usr/lib/gcc/*/*/include/*',
      '/usr/include/*',
      '/usr/include/*/*',
      '/usr/include/*/*/*',
      '/usr/include/*/*/*/*',
      '{lib}/*.o',
      '{lib}/*.a',
      '{lib}/lib*.so',
    ],
  },
  {
    hosts: ['nginx'],
    modules: ['{lib}/nginx/modules/*.so', '/usr/share/nginx/modules/*.so'],
    strength: 'possible',
    settings: ['/etc/nginx/modules-enabled/*.conf'],
  },
  {
    hosts: ['apache2', 'httpd'],
    modules: ['{lib}/apache2/modules/*.so', '{lib}/httpd/modules/*.so', '/usr/lib/apache2/*.so'],
    strength: 'possible',
    settings: ['/etc/mime.types', '/etc/apache2/mods-enabled/*', '/etc/apache2/sites-enabled/*'],
  },
  {
    hosts: ['php', 'php[0-9]*', 'php-fpm*', 'libphp*.so*', 'php-cgi*'],
    modules: [
      '/usr/local/lib/php/extensions/*/*.so',
      '{lib}/php/*/*.so',
      '{lib}/php[0-9]*/modules/*.so',
    ],
    strength: 'possible',
    settings: [
      '/usr/local/etc/php/php.ini',
      '/usr/local/etc/php/conf.d/*.ini',
      '/etc/php*/*.ini',
      '/etc/php*/conf.d/*.ini',
      '/etc/php/*/*/php.ini',
      '/etc/php/*/*/conf.d/*.ini',
      '/etc/php.d/*.ini',
    ],
  },
  {
    hosts: ['postgres', 'postmaster'],
    modules: [
      '{lib}/postgresql/*/lib/*.so',
      '{lib}/postgresql/*.so',
      '{lib}/pgsql/*.so',
      '{lib}/postgresql[0-9]*/*.so',
    ],
    strength: 'possible',
    data: ['/usr/share/postgresql/*/extension/*', '/usr/local/share/postgresql/extension/*'],
  },
  {
    hosts: ['mysqld', 'mariadbd'],
    modules: [
      '{lib}/mysql/plugin/*.so',
      '{lib}/mariadb/plugin/*.so',
      '{lib}/mariadb[0-9]*/plugin/*.so',
    ],
    strength: 'possible',
    data: ['/usr/share/mysql/*', '/usr/share/mysql/*/*', '/usr/share/mariadb/*/*'],
  },
  {
    hosts: ['libmysqlclient.so*', 'libmariadb.so*'],
    modules: [
      '{lib}/libmariadb[0-9]*/plugin/*.so',
      '{lib}/mariadb/plugin/*.so',
      '{lib}/mysql/plugin/*.so',
    ],
    strength: 'possible',
  },
  {
    hosts: ['libsasl2.so*'],
    modules: ['{lib}/sasl2/*.so*'],
    strength: 'likely',
    settings: ['/etc/sasl2/*', '/usr/lib/sasl2/*.conf'],
  },
  {
    hosts: ['libkrb5.so*', 'libgssapi_krb5.so*', 'krb5kdc'],
    modules: ['{lib}/krb5/plugins/*/*.so', '{lib}/gss/*.so'],
    strength: 'possible',
    settings: ['/etc/krb5.conf', '/etc/krb5.conf.d/*', '/etc/gss/mech', '/etc/gss/mech.d/*'],
  },
  {
    hosts: ['libp11-kit.so*'],
    modules: ['{lib}/pkcs11/*.so'],
    strength: 'possible',
    settings: ['/usr/share/p11-kit/modules/*', '/etc/pkcs11/*', '/etc/pkcs11/modules/*'],
  },
  {
    hosts: ['libcrypto.so.3'],
    modules: ['{lib}/ossl-modules/*.so', '{lib}/engines-3/*.so'],
    strength: 'possible',
  },
  { hosts: ['libcrypto.so.1.1'], modules: ['{lib}/engines-1.1/*.so'], strength: 'possible' },
  {
    hosts: ['libMagickCore*', 'libGraphicsMagick*'],
    modules: [
      '{lib}/ImageMagick-*/*/coders/*.so',
      '{lib}/ImageMagick-*/*/filters/*.so',
      '{lib}/GraphicsMagick-*/*/*/*.so',
    ],
    strength: 'possible',
    settings: [
      '/etc/ImageMagick-*/*',
      '{lib}/ImageMagick-*/*/coders/*.la',
      '/usr/share/ImageMagick-*/*',
    ],
  },
  {
    hosts: ['libgdk_pixbuf-2.0.so*'],
    modules: ['{lib}/gdk-pixbuf-2.0/*/loaders/*.so'],
    strength: 'likely',
    settings: ['{lib}/gdk-pixbuf-2.0/*/loaders.cache'],
  },
  {
    hosts: ['libgio-2.0.so*'],
    modules: ['{lib}/gio/modules/*.so'],
    strength: 'likely',
    settings: ['{lib}/gio/modules/giomodule.cache'],
  },
  { hosts: ['libgstreamer-1.0.so*'], modules: ['{lib}/gstreamer-1.0/*.so'], strength: 'possible' },
  {
    hosts: ['libQt*Core.so*', 'libQt*Gui.so*'],
    modules: ['{lib}/qt[0-9]/plugins/*/*.so'],
    strength: 'possible',
  },
  {
    hosts: ['libodbc.so*'],
    modules: ['{lib}/odbc/*.so'],
    strength: 'possible',
    settings: ['/etc/odbc.ini', '/etc/odbcinst.ini'],
  },
  {
    hosts: ['rsyslogd'],
    modules: ['{lib}/rsyslog/*.so'],
    strength: 'possible',
    settings: ['/etc/rsyslog.d/*.conf'],
  },
  { hosts: ['collectd'], modules: ['{lib}/collectd/*.so'], strength: 'possible' },
  {
    hosts: ['dovecot', 'auth', 'imap', 'libdovecot*.so*'],
    modules: ['{lib}/dovecot/modules/*.so', '{lib}/dovecot/modules/*/*.so'],
    strength: 'possible',
  },
  {
    hosts: ['master', 'libpostfix-*.so*'],
    modules: ['{lib}/postfix/*.so*'],
    strength: 'possible',
    settings: ['/etc/postfix/*', '/etc/postfix/dynamicmaps.cf.d/*'],
  },
  { hosts: ['slapd'], modules: ['{lib}/ldap/*.so*', '{lib}/openldap/*.so*'], strength: 'possible' },
  {
    hosts: ['snmpd', 'libnetsnmp*.so*'],
    modules: ['{lib}/snmp/dlmod/*.so'],
    strength: 'possible',
    data: ['/usr/share/snmp/mibs/*', '/etc/snmp/*'],
  },
  { hosts: ['libvirtd', 'virt*d'], modules: ['{lib}/libvirt/*/*.so'], strength: 'possible' },
  { hosts: ['squid'], modules: ['{lib}/squid/*'], strength: 'possible' },
  { hosts: ['lighttpd'], modules: ['{lib}/lighttpd/*.so'], strength: 'possible' },
  { hosts: ['proftpd'], modules: ['{lib}/proftpd/*.so'], strength: 'possible' },
  {
    hosts: ['freeradius', 'radiusd', 'libfreeradius-*.so'],
    modules: ['{lib}/freeradius/*.so'],
    strength: 'possible',
  },
  {
    hosts: ['bind', 'named'],
    modules: ['{lib}/bind/*.so', '{lib}/named/*.so'],
    strength: 'possible',
  },
  {
    hosts: ['varnishd'],
    modules: ['{lib}/varnish/*.so', '{lib}/varnish/vmods/*.so'],
    strength: 'possible',
  },
  {
    hosts: ['redis-server', 'valkey-server'],
    modules: ['/usr/local/lib/redis/modules/*.so', '/opt/redis-stack/lib/*.so'],
    strength: 'possible',
  },
  {
    hosts: ['bash'],
    modules: ['/usr/lib/bash/*'],
    strength: 'possible',
    settings: ['/etc/inputrc'],
  },
  { hosts: ['gawk'], modules: ['{lib}/gawk/*.so'], strength: 'possible' },
  {
    hosts: ['sudo'],
    modules: ['/usr/lib/sudo/*.so', '/usr/libexec/sudo/*.so'],
    strength: 'likely',
    settings: ['/etc/sudo.conf', '/etc/sudoers', '/etc/sudoers.d/*'],
  },
  {
    hosts: ['libapt-pkg.so*', 'apt-get', 'apt'],
    modules: ['/usr/lib/apt/methods/*', '/usr/lib/apt/solvers/*', '/usr/lib/apt/planners/*'],
    strength: 'possible',
    settings: ['/etc/apt/*', '/etc/apt/*/*', '/usr/share/dpkg/*', '/usr/share/keyrings/*'],
  },
  {
    hosts: ['libapr-1.so*', 'libaprutil-1.so*'],
    modules: ['{lib}/apr-util-1/*.so'],
    strength: 'possible',
  },
  { hosts: ['libsqlite3.so*', 'sqlite3'], modules: [], strength: 'possible' },
  {
    hosts: ['libgnutls.so*'],
    modules: [],
    strength: 'possible',
    settings: [
      '/etc/gnutls/config',
      '/etc/gnutls/pkcs11.conf',
      '/etc/crypto-policies/back-ends/gnutls.config',
    ],
  },
  { hosts: ['libpam.so*'], modules: [], strength: 'possible' },
  {
    hosts: ['libnss3.so*', 'libnssutil3.so*'],
    modules: [
      '{lib}/nss/*.so',
      '{lib}/libsoftokn3.so',
      '{lib}/libfreebl*.so',
      '{lib}/libnssckbi.so',
    ],
    strength: 'likely',
  },
  { hosts: ['libglib-2.0.so*', 'libgmodule-2.0.so*'], modules: [], strength: 'possible' },
  {
    hosts: ['libdrm.so*', 'libGL.so*', 'libEGL*.so*', 'libGLX*.so*', 'libgbm.so*'],
    modules: ['{lib}/dri/*.so', '{lib}/libGLX_*.so*', '{lib}/libEGL_*.so*', '{lib}/gbm/*.so'],
    strength: 'possible',
    settings: ['/usr/share/glvnd/egl_vendor.d/*', '/usr/share/drirc.d/*'],
  },
  {
    hosts: ['libvulkan.so*'],
    modules: ['{lib}/libvulkan_*.so'],
    strength: 'possible',
    settings: ['/usr/share/vulkan/*/*.json'],
  },
  {
    hosts: ['libasound.so*'],
    modules: ['{lib}/alsa-lib/*.so'],
    strength: 'possible',
    data: ['/usr/share/alsa/*', '/usr/share/alsa/*/*'],
  },
  {
    hosts: ['libpango*.so*', 'libfontconfig.so*'],
    modules: ['{lib}/pango/*/modules/*.so'],
    strength: 'possible',
    settings: ['/etc/fonts/fonts.conf', '/etc/fonts/conf.d/*'],
    data: [
      '/usr/share/fontconfig/conf.avail/*',
      '/usr/share/fonts/*/*',
      '/usr/share/fonts/*/*/*',
      '/usr/share/fonts/*/*/*/*',
    ],
  },
  { hosts: ['libenchant*.so*'], modules: ['{lib}/enchant*/*.so'], strength: 'possible' },
  {
    hosts: ['libproxy.so*'],
    modules: ['{lib}/libproxy/*/modules/*.so', '{lib}/libproxy/*/*.so'],
    strength: 'possible',
  },
  {
    hosts: ['libmagic.so*'],
    modules: [],
    strength: 'possible',
    data: [
      '/usr/lib/file/magic.mgc',
      '/usr/share/misc/magic.mgc',
      '/etc/magic',
      '/usr/share/file/magic.mgc',
    ],
  },
  {
    hosts: ['libncurses*.so*', 'libtinfo.so*', 'libncursesw.so*'],
    modules: [],
    strength: 'possible',
    data: ['/lib/terminfo/*/*', '/usr/share/terminfo/*/*', '/etc/terminfo/*/*'],
  },
  {
    hosts: ['xtables-*', 'iptables*', 'libxtables.so*'],
    modules: ['{lib}/xtables/*.so'],
    strength: 'possible',
    data: ['/etc/ethertypes'],
  },
  {
    hosts: ['tc', 'ip'],
    modules: ['{lib}/tc/*.so'],
    strength: 'possible',
    data: ['/etc/iproute2/*', '/usr/share/iproute2/*'],
  },
  {
    hosts: ['erlexec', 'beam.smp'],
    modules: ['/usr/lib/erlang/lib/*/priv/lib/*.so', '/usr/local/lib/erlang/lib/*/priv/lib/*.so'],
    strength: 'possible',
  },
  {
    hosts: ['lua', 'lua[0-9]*', 'liblua*.so*', 'luajit*', 'libluajit*.so*'],
    modules: ['{lib}/lua/*/*.so', '{lib}/lua/*/*/*.so'],
    strength: 'possible',
    settings: [
      '/usr/share/lua/*/*.lua',
      '/usr/share/lua/*/*/*.lua',
      '/usr/local/share/lua/*/*.lua',
    ],
  },
  {
    hosts: ['libtcl*.so*', 'tclsh*'],
    modules: ['{lib}/tcltk/*/*.so', '{lib}/tcl*/*/*.so'],
    strength: 'possible',
    settings: [
      '/usr/share/tcltk/tcl*/*.tcl',
      '/usr/share/tcltk/tcl*/*',
      '/usr/share/tcltk/tcl*/encoding/*',
      '/usr/lib/tcl*/*.tcl',
    ],
  },
  {
    hosts: ['git'],
    modules: ['/usr/lib/git-core/*', '/usr/libexec/git-core/*'],
    strength: 'possible',
    settings: ['/etc/gitconfig'],
    data: ['/usr/share/git-core/templates/*', '/usr/share/git-core/templates/*/*'],
  },
  {
    hosts: ['sshd'],
    modules: ['/usr/lib/openssh/*', '/usr/libexec/openssh/*', '/usr/lib/ssh/*'],
    strength: 'possible',
    settings: [
      '/etc/ssh/*',
      '/etc/ssh/sshd_config.d/*',
      '/etc/motd',
      '/etc/hosts.allow',
      '/etc/hosts.deny',
    ],
  },
  {
    hosts: ['ssh'],
    modules: [],
    strength: 'possible',
    settings: ['/etc/ssh/ssh_config', '/etc/ssh/ssh_config.d/*'],
  },
  { hosts: ['exim4', 'exim'], modules: ['{lib}/exim4/lookups/*.so'], strength: 'possible' },
  { hosts: ['asterisk'], modules: ['{lib}/asterisk/modules/*.so'], strength: 'possible' },
  { hosts: ['uwsgi*'], modules: ['/usr/lib/uwsgi/plugins/*.so'], strength: 'possible' },
  {
    hosts: ['gpg', 'gpgsm', 'gpg-agent', 'gpgconf'],
    modules: ['/usr/lib/gnupg/*', '/usr/lib/gnupg2/*', '/usr/libexec/gnupg/*'],
    strength: 'possible',
    data: ['/usr/share/gnupg/*'],
  },
  {
    hosts: ['qemu-*'],
    modules: ['{lib}/qemu/*.so'],
    strength: 'possible',
    data: ['/usr/share/qemu/*', '/usr/share/seabios/*'],
  },
  {
    hosts: ['libleptonica*', 'tesseract', 'libtesseract*'],
    modules: [],
    strength: 'possible',
    data: ['/usr/share/tesseract-ocr/*/tessdata/*', '/usr/share/tessdata/*'],
  },
  { hosts: ['libicuuc.so*'], modules: [], strength: 'possible', data: ['/usr/share/icu/*/*.dat'] },
  {
    hosts: [
      'libperl.so*',
      'perl*',
      'libpython*',
      'python*',
      'libruby*',
      'ruby*',
      'node',
      'nodejs',
      'java',
      'libjvm.so',
      'libjli.so',
      'dotnet',
      'libhostfxr.so',
      'libcoreclr.so',
    ],
    modules: [],
    strength: 'possible',
  },
];
