import type { TextModel } from './port.ts';

/** No model: the deterministic text stands alone. */
export const noTextModel: TextModel = {
  name: 'none',
  analyse: () => Promise.resolve(undefined),
};
