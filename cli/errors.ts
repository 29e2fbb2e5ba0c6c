/** What the user can mend: one sentence that says what is wrong and how to put it right. Anything else is a defect. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
}
