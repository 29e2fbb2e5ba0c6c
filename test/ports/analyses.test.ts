import { DynamoDbAnalyses } from '../../lambdas/ports/analyses/dynamodb.ts';
import { MemoryAnalyses } from '../../lambdas/ports/analyses/memory.ts';
import { analysesConformance } from './analyses-conformance.ts';
import { type Emulator, hasEmulator, startEmulator, TABLE_NAME } from './emulator.ts';

analysesConformance('the memory', () => new MemoryAnalyses());

// Without the project's Python environment there is no emulator: `npm run setup` makes it.
(hasEmulator ? describe : describe.skip)('on the emulator', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  }, 30_000);
  afterAll(() => emulator.stop());

  analysesConformance(
    'DynamoDB',
    () => new DynamoDbAnalyses({ client: emulator.documents, tableName: TABLE_NAME, keepDays: 30 }),
  );
});
