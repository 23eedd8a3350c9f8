import { type Command, CommandError, isOn, type Terminal, textOf } from "../../cli/command.ts";
import { dispatch } from "../../cli/dispatch.ts";

const greet: Command = {
  name: "greet",
  summary: "Greets somebody.",
  usage: "<name> [options]",
  positionals: [1, 1],
  options: {
    loud: { type: "boolean", help: "In capitals." },
    word: { type: "string", value: "WORD", help: "Another word than hello." },
  },
  run: async (input, terminal) => {
    if (input.positionals[0] === "nobody") throw new CommandError("Nobody is not to be greeted.");
    const text = `${textOf(input, "word") ?? "hello"} ${input.positionals[0]}`;
    terminal.out(isOn(input, "loud") ? text.toUpperCase() : text);
    return 0;
  },
};

async function run(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    environment: {},
    directory: "/",
    isInteractive: false,
    ask: async () => "",
    signal: new AbortController().signal,
  };
  const code = await dispatch([greet], words, terminal, "1.2.3");
  return { code, out: out.join("\n"), err: err.join("\n") };
}

test.each([
  { words: ["greet", "Ann"], code: 0, out: "hello Ann", err: "" },
  { words: ["greet", "Ann", "--loud", "--word=hi"], code: 0, out: "HI ANN", err: "" },
  { words: ["--version"], code: 0, out: "1.2.3", err: "" },
  {
    words: ["gret"],
    code: 1,
    out: "",
    err: "Error: There is no command gret. Did you mean greet? appwrite-iac help lists all commands.",
  },
  {
    words: ["greet", "Ann", "--lout"],
    code: 1,
    out: "",
    err: "Error: greet has no option --lout. Did you mean --loud? See appwrite-iac help greet.",
  },
  {
    words: ["greet"],
    code: 1,
    out: "",
    err: "Error: Something is missing. Usage: appwrite-iac greet <name> [options]",
  },
  {
    words: ["greet", "a", "b"],
    code: 1,
    out: "",
    err: "Error: b is one word too many. Usage: appwrite-iac greet <name> [options]",
  },
  { words: ["greet", "nobody"], code: 1, out: "", err: "Error: Nobody is not to be greeted." },
])("$words", async ({ words, ...expected }) => {
  expect(await run(...words)).toEqual(expected);
});

test.each([["help"], ["greet", "--help"], ["help", "greet"]])("help is shown for %s", async (...words) => {
  const { code, out } = await run(...words);
  expect(code).toBe(0);
  expect(out).toContain(words.includes("greet") ? "--word WORD" : "greet  Greets somebody.");
});
