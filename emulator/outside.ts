/** What handlers were told by servers outside, for the length of one request. */
export type Outside = {
  /** The answer to a question, by its key. Unless it is known, the request begins anew when `ask` has the answer. */
  readonly ask: (key: string, ask: () => Promise<string>) => string;
  /** Waits for the answer that a handler asked for; false when `error` is something else. */
  readonly resolve: (error: unknown) => Promise<boolean>;
};

/**
 * Handlers are synchronous and run in one transaction, so that nobody sees half a write. One that must first know what a server
 * outside answers (a mail server before SMTP is enabled) asks here: its run is undone, and repeated with the answer.
 */
export function outsideOf(): Outside {
  const answers = new Map<string, string>();
  return {
    ask(key, ask) {
      const answer = answers.get(key);
      if (answer === undefined) throw new Question(key, ask);
      return answer;
    },
    async resolve(error) {
      if (!(error instanceof Question)) return false;
      answers.set(error.key, await error.ask());
      return true;
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
