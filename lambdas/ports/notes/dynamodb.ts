/** Notes in the incidents table; ../dynamodb/layout.ts describes their items. */
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { Note } from '../../../contracts/note.ts';
import { jsonText } from '../../parse-env.ts';
import * as layout from '../dynamodb/layout.ts';
import { newestOf } from '../dynamodb/sparse-index.ts';
import type { NoteStore } from './port.ts';

const NoteItem = z.object({ note: jsonText(Note) });

export interface DynamoDbNotesOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How long a note is kept after its end, in days. @default 30 */
  readonly keepDays?: number;
}

export class DynamoDbNotes implements NoteStore {
  readonly #options: DynamoDbNotesOptions;

  constructor(options: DynamoDbNotesOptions) {
    this.#options = options;
  }

  async put(note: Note): Promise<void> {
    const { client, tableName, keepDays = 30 } = this.#options;
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: {
          ...layout.noteKey(note.note_id),
          type: 'note',
          note: JSON.stringify(note),
          list_pk: layout.partition(layout.LIST.notes, note.note_id),
          list_at: note.from,
          expires_at: layout.expiryAfterDays(new Date(note.until), keepDays),
        },
      }),
    );
  }

  async find(noteId: string): Promise<Note | undefined> {
    const { client, tableName } = this.#options;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: layout.noteKey(noteId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : NoteItem.parse(Item).note;
  }

  async between(from: Date, to: Date, limit: number): Promise<readonly Note[]> {
    const { client, tableName } = this.#options;
    const items = await newestOf(client, tableName, layout.LIST.notes, limit, { from, to });
    return items.map((item) => NoteItem.parse(item).note);
  }
}
