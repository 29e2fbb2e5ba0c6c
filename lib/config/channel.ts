import type { ChannelSettings } from '../../lambdas/notify/settings.ts';

/** Far below the 10 messages a second at which SNS switches an e-mail subscription off; a stage may set its own. */
export const channel: ChannelSettings = {
  messagesPerSecond: 1,
  burst: 5,
  calmMails: 8,
  calmMinutes: 10,
  gatherSeconds: 30,
  digestMinutes: 5,
};
