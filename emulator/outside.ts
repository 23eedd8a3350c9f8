/** What handlers and jobs were told by servers outside, for the length of one request or job. */
export type Outside = {
  /** The answer to a question, by its key. Unless it is known, the request begins anew when `ask` has the answer. */
  readonly ask: (key: string, ask: () => Promise<string>) => string;
  /** When `error` is a question that was asked, ends when its answer is known; undefined when it is something else. */
  readonly answer: (error: unknown) => Promise<void> | undefined;
};

/**
 * Handlers and jobs are synchronous and run in one transaction, so that nobody sees half a write. One that must first know what a
 * server outside answers (a mail server before SMTP is enabled, the source of a migration) asks here: its run is undone, and
 * repeated with the answer.
 */
export function outsideOf(): Outside {
  const answers = new Map<string, string>();
  return {
    ask(key, ask) {
      const answer = answers.get(key);
      if (answer === undefined) throw new Question(key, ask);
      return answer;
    },
    answer(error) {
      if (!(error instanceof Question)) return undefined;
      return error.ask().then((answer) => void answers.set(error.key, answer));
    },
  };
}

class Question extends Error {
  readonly key: string;
  readonly ask: () => Promise<string>;

  constructor(key: string, ask: () => Promise<string>) {
    super(`The answer of ${key} is needed first.`);
    this.key = key;
    this.ask = ask;
  }
}
