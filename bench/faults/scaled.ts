/** The settings of the product's stages, with every wait divided by the scale. */
import { channel } from '../../lib/config/channel.ts';
import { noise } from '../../lib/config/noise.ts';

export function scaledSettings(scale: number): {
  readonly channel: typeof channel;
  readonly noise: typeof noise;
} {
  return {
    channel: {
      ...channel,
      messagesPerSecond: channel.messagesPerSecond * scale,
      calmMinutes: channel.calmMinutes / scale,
      gatherSeconds: channel.gatherSeconds / scale,
      digestMinutes: channel.digestMinutes / scale,
    },
    noise: {
      ...noise,
      groupWaitSeconds: noise.groupWaitSeconds / scale,
      groupIntervalSeconds: noise.groupIntervalSeconds / scale,
      reopenSeconds: noise.reopenSeconds / scale,
      settleSeconds: noise.settleSeconds / scale,
      flapping: { ...noise.flapping, windowSeconds: noise.flapping.windowSeconds / scale },
    },
  };
}
