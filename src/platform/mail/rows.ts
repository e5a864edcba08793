/** Rows of letters that leave. */

/**
 * `due`: waits. `sending`: with a sender, not yet the server's affair. `handing-over`: the last line is being sent; whether
 * the server took it is known only from its answer. `sent`, and `stuck`: waits for a person.
 */
export type LetterState = 'due' | 'sending' | 'handing-over' | 'sent' | 'stuck';

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
