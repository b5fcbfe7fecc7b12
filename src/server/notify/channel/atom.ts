import { UserError } from '../../../foundation/core/error.ts';
import type { Channel } from '../channel-contract.ts';
import { refuseSecret } from '../check-address.ts';

/** Keeps messages for the feed of the subscription, which its readers fetch. */
export const atom: Channel = {
  id: 'atom',
  addressTitle: 'no address: readers fetch /api/v1/subscriptions/NAME/feed.atom',
  checkTarget(url, secret) {
    refuseSecret(secret, atom.id);
    if (url !== '') {
      throw new UserError('E_USAGE', 'a feed has no address of a receiver', {
        hint: 'readers fetch /api/v1/subscriptions/NAME/feed.atom',
      });
    }
    return { url: '', secrets: [] };
  },
  showAddress: () => '',
  send: async () => ({ status: 200, head: 'in the feed', error: '' }),
};
