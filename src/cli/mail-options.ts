import { UserError } from '../foundation/core/error.ts';
import type { MailSetting } from '../server/notify/mail-setting.ts';
import type { Context } from './command.ts';

const SENDER = /^[^\s<>@]+@[^\s<>@]+$/;

/** Reads how email is sent; `undefined` if none is. */
export function readMailSetting({ resolved, environment }: Context): MailSetting | undefined {
  const { smtp, mailFrom: from = '' } = resolved.values;
  if (smtp === undefined) {
    return undefined;
  }
  const url = URL.canParse(smtp) ? new URL(smtp) : undefined;
  const isServer = url?.protocol === 'smtp:' || url?.protocol === 'smtps:';
  if (url === undefined || !isServer || url.hostname === '' || url.password !== '') {
    throw new UserError('E_USAGE', 'invalid value for --smtp: expected the URL of a mail server', {
      hint: 'for example: --smtp smtp://plimsoll@mail.example.org:587, and the variable PLIMSOLL_SMTP_PASSWORD',
    });
  }
  if (!SENDER.test(from)) {
    throw new UserError('E_USAGE', '--smtp needs the address of the sender', {
      hint: 'for example: --mail-from plimsoll@example.org',
    });
  }
  const { PLIMSOLL_SMTP_PASSWORD: password } = environment;
  return { url: url.href, from, ...(password === undefined ? {} : { password }) };
}
