/** Made-up card payments: everyday sums, now and then one that the example rules must page about. */
import type { OutgoingRecord } from '../../cli/put-records.ts';
import { pick, type Random, seededRandom } from './random.ts';

export interface Transaction {
  readonly userId: string;
  readonly amount: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly transactionId: string;
  readonly merchantId: string;
}

const MERCHANTS = ['merchant-001', 'merchant-002', 'merchant-003', 'merchant-004'] as const;

/** Users who always pay everyday sums. */
const CALM_USERS = ['user101', 'user102', 'user103', 'user104', 'user105', 'user106'] as const;

/** Far above the limit of `transaction-amount-limit` in config/rules.json, which is 5,000. */
const SPIKE = { least: 8_000, most: 30_000 };

/** Makes transactions; the same seed makes the same ones. */
export class TransactionMaker {
  private readonly random: Random;
  private count = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** An everyday sum. */
  calm(timestamp: number, userId: string = pick(this.random, CALM_USERS)): Transaction {
    return this.make(timestamp, userId, 20 + this.random() * 180);
  }

  /** A sum that must be mailed. */
  spike(timestamp: number, userId: string): Transaction {
    return this.make(timestamp, userId, SPIKE.least + this.random() * (SPIKE.most - SPIKE.least));
  }

  /** True about once in `every` calls. */
  chance(every: number): boolean {
    return this.random() * every < 1;
  }

  private make(timestamp: number, userId: string, amount: number): Transaction {
    this.count += 1;
    return {
      userId,
      amount: Math.round(amount * 100) / 100,
      timestamp,
      transactionId: `txn-${String(this.count).padStart(5, '0')}`,
      merchantId: pick(this.random, MERCHANTS),
    };
  }
}

export function asRecord(transaction: Transaction): OutgoingRecord {
  return { partitionKey: transaction.userId, data: JSON.stringify(transaction) };
}
