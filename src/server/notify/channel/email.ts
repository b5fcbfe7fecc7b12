import { UserError } from '../../../foundation/core/error.ts';
import type { Channel } from '../channel-contract.ts';
import { refuseSecret } from '../check-address.ts';
import { describeEvent, writePlainText } from '../describe-event.ts';
import { writeByTemplate } from '../fill-template.ts';
import type { Attempt } from '../guarded-request.ts';
import type { MailSetting } from '../mail-setting.ts';

/** Only one address: a list could contain receivers that are easily overlooked. */
const ADDRESS = /^[^\s@,;:<>()[\]"\\]{1,64}@[a-z0-9.-]{1,253}$/i;
const SCHEME = /^mailto:/i;
const LINE_BREAKS = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;
const TIMEOUT_MS = 15_000;

/** Sends plain text by the mail server of `serve --smtp`. */
export const email: Channel = {
  id: 'email',
  addressTitle: 'one email address',
  checkTarget(url, secret) {
    refuseSecret(secret, email.id);
    const address = url.replace(SCHEME, '');
    if (!ADDRESS.test(address)) {
      throw new UserError('E_USAGE', 'not an email address', {
        hint: 'name one, for example security@example.org',
      });
    }
    return { url: address, secrets: [] };
  },
  showAddress: (url) => url,
  async send({ url: to }, { id, body, template }, { mail, network }) {
    if (mail === undefined) {
      return { status: 0, head: '', error: 'the server sends no email: start it with --smtp' };
    }
    const notice = describeEvent(body);
    const text =
      template === undefined
        ? writePlainText(notice)
        : writeByTemplate(template, notice, (value) => value);
    const subject = notice.title.replaceAll(LINE_BREAKS, ' ');
    return await sendMail({ id, to, subject, text }, mail, network.timeoutMs ?? TIMEOUT_MS);
  },
};

interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** The answer of the mail server is the status: 250 if it accepted the message. */
async function sendMail(
  { id, to, subject, text }: Mail,
  { url, from, password }: MailSetting,
  timeoutMs: number,
): Promise<Attempt> {
  const { createTransport } = await import('nodemailer');
  const { protocol, hostname, port, username } = new URL(url);
  const login =
    password === undefined ? {} : { auth: { user: decodeURIComponent(username), pass: password } };
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 587 : Number(port),
    secure: protocol === 'smtps:',
    // A password is never sent without encryption.
    requireTLS: password !== undefined,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...login,
  });
  try {
    const sent = await transport.sendMail({
      from,
      to: { name: '', address: to },
      subject,
      text,
      // Mail programs show a message that is sent twice once.
      messageId: `<${id}@plimsoll>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    return { status: Number.parseInt(sent.response, 10) || 0, head: sent.response, error: '' };
  } catch (error) {
    const { responseCode = 0, response = '' } = error as {
      readonly responseCode?: number;
      readonly response?: string;
    };
    const reason = error instanceof Error ? error.message : String(error);
    return { status: responseCode, head: response, error: response === '' ? reason : '' };
  } finally {
    transport.close();
  }
}
