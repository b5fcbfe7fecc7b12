/**
 * A program that starts others from directories or from its own tables.
 *
 * Origin: our own.
 */
export interface Supervisor {
  readonly names: readonly string[];
  /** Patterns of files that it starts or reads, and names of commands. */
  readonly starts: readonly string[];
}

export const SUPERVISORS: readonly Supervisor[] = [
  {
    names: ['runsvdir', 'runsv', 'runit', 'runit-init', 'my_init', 'runsvdir-start'],
    starts: [
      'runsv',
      'svlogd',
      '/etc/service/*/run',
      '/etc/service/*/finish',
      '/etc/service/*/log/run',
      '/service/*/run',
      '/var/service/*/run',
      '/etc/sv/*/run',
      '/etc/my_init.d/*',
      '/etc/runit/*',
    ],
  },
  {
    names: ['s6-svscan', 's6-rc', 's6-rc-init', 'init', 's6-overlay-suexec', 's6-init'],
    starts: [
      's6-supervise',
      's6-log',
      '/etc/services.d/*/run',
      '/etc/services.d/*/finish',
      '/etc/services.d/*/log/run',
      '/etc/cont-init.d/*',
      '/etc/cont-finish.d/*',
      '/etc/fix-attrs.d/*',
      '/etc/s6-overlay/s6-rc.d/*/*',
      '/etc/s6-overlay/scripts/*',
      '/etc/s6/init/*',
      '/etc/s6/*/run',
      '/etc/s6-linux-init/*/*',
      '/package/admin/s6-overlay*/etc/s6-rc/sources/*/*/*',
      '/package/admin/s6-overlay*/etc/s6-rc/scripts/*',
      '/package/admin/s6-overlay*/libexec/*',
    ],
  },
  {
    names: ['init', 'systemd'],
    starts: [
      '/etc/inittab',
      '/etc/rc.local',
      '/etc/init.d/*',
      '/etc/systemd/system/*.service',
      '/etc/systemd/system/*.wants/*',
      '/usr/lib/systemd/system/*.service',
      '/lib/systemd/system/*.service',
    ],
  },
  {
    names: ['supervisord'],
    starts: [
      '/etc/supervisord.conf',
      '/etc/supervisor/supervisord.conf',
      '/etc/supervisor/conf.d/*',
      '/etc/supervisord.d/*',
      '/etc/supervisor.d/*',
    ],
  },
  {
    names: ['cron', 'crond', 'anacron'],
    starts: [
      '/etc/crontab',
      '/etc/cron.d/*',
      '/var/spool/cron/*',
      '/var/spool/cron/*/*',
      '/etc/crontabs/*',
      '/etc/anacrontab',
      '/etc/environment',
    ],
  },
  {
    names: ['openrc', 'openrc-run', 'rc', 'openrc-init'],
    starts: ['/etc/init.d/*', '/etc/conf.d/*', '/etc/runlevels/*/*', '/etc/local.d/*'],
  },
];
