import type { Context } from 'hono';
import { z } from 'zod';
import { UserError } from '../../foundation/core/error.ts';
import type { CiTokens } from '../access/ci-token.ts';
import { createToken, digestToken } from '../access/secret.ts';
import type { GuardSetting } from './guard.ts';
import { sendProblem } from './problem.ts';

export const EXCHANGE_PATH = '/api/v1/token-exchange';

const BODY = z.strictObject({ token: z.string().max(16_384) });
const BODY_BYTES_MAX = 32_768;

/** Exchanges the token of a CI job for one of this server, with one role for 15 minutes. */
export async function replaceToken(
  context: Context,
  ciTokens: CiTokens | undefined,
  { call, getTime, tenant }: GuardSetting,
): Promise<Response> {
  const length = Number(context.req.header('content-length') ?? Number.NaN);
  const body = length <= BODY_BYTES_MAX ? await readBody(context) : undefined;
  if (body === undefined) {
    const error = new UserError('E_USAGE', 'the body has no token: {"token": "…"}');
    return sendProblem(context, 400, error);
  }
  if (ciTokens === undefined) {
    const error = new UserError('E_UNAUTHORIZED', 'this server trusts no CI provider');
    return sendProblem(context, 401, error);
  }
  const now = getTime();
  const { role: found, subject } = await ciTokens.verifyToken(body.token, now);
  const { role, project } = found;
  const secret = createToken();
  const scope = project === undefined ? { tenant } : { tenant, project };
  const [action, outcome] = [`POST ${EXCHANGE_PATH}`, 'signed in'];
  await call('appendAudit', { at: now, actor: `ci:${subject}`, action, target: '', outcome });
  const digest = digestToken(secret);
  const expires = await call('addExchangedToken', { digest, role, scope, now });
  return context.json({
    token: secret,
    role,
    ...(project === undefined ? {} : { project }),
    expires,
  });
}

async function readBody(context: Context): Promise<z.infer<typeof BODY> | undefined> {
  try {
    return BODY.safeParse(await context.req.json()).data;
  } catch {
    return undefined;
  }
}
