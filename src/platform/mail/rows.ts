/** Rows of letters that leave. */
import type { LetterState } from './port.ts';

export type MailTables = {
  outgoing_mail: {
    id: number;
    key: string;
    recipient: string;
    subject: string;
    body: string;
    state: LetterState;
    attempts: number;
    queued_at: Date;
    due_at: Date;
    sent_at: Date | null;
    last_error: string | null;
  };
};
