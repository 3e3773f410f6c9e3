import { digits } from '../../words/words';

export const text = {
  capability: 'Capability',
  perMinute: (most: number) => `up to ${digits(most)} a minute`,
} as const;
