/** The runtimes of functions and site builds that Appwrite 1.9.6 knows, by language. Which of them run, the server's settings say. */
export const RUNTIMES: readonly string[] = Object.entries({
  node: "14.5 16.0 18.0 19.0 20.0 21.0 22 23 24 25",
  bun: "1.0 1.1 1.2 1.3",
  deno: "1.21 1.24 1.35 1.40 1.46 2.0 2.5 2.6",
  python: "3.8 3.9 3.10 3.11 3.12 3.13 3.14",
  "python-ml": "3.11 3.12 3.13",
  php: "8.0 8.1 8.2 8.3 8.4",
  ruby: "3.0 3.1 3.2 3.3 3.4 4.0",
  dart: "2.15 2.16 2.17 2.18 2.19 3.0 3.1 3.3 3.5 3.8 3.9 3.10 3.11",
  flutter: "3.24 3.27 3.29 3.32 3.35 3.38 3.41",
  go: "1.23 1.24 1.25 1.26",
  rust: "1.83",
  java: "8.0 11.0 17.0 18.0 21.0 22 25",
  kotlin: "1.6 1.8 1.9 2.0 2.3",
  swift: "5.5 5.8 5.9 5.10 6.2",
  dotnet: "6.0 7.0 8.0 10",
  cpp: "17 20",
  static: "1",
}).flatMap(([language, versions]) => versions.split(" ").map((version) => `${language}-${version}`));

/** How a runtime is written, whatever the server knows. */
export const RUNTIME_PATTERN = {
  expression: /^[a-z][a-z0-9]*(-[a-z]+)*-\d+(\.\d+)*$/,
  words: 'a language and its version, such as "node-22" or "python-3.12"',
} as const;

/** The frameworks of sites that Appwrite 1.9.6 knows, and the adapters that each of them has. */
export const FRAMEWORKS: { readonly [framework: string]: readonly string[] } = {
  analog: ["ssr", "static"],
  angular: ["ssr", "static"],
  nextjs: ["ssr", "static"],
  react: ["static"],
  nuxt: ["ssr", "static"],
  vue: ["static"],
  sveltekit: ["ssr", "static"],
  astro: ["ssr", "static"],
  "tanstack-start": ["ssr", "static"],
  remix: ["ssr", "static"],
  lynx: ["static"],
  flutter: ["static"],
  "react-native": ["static"],
  vite: ["static"],
  other: ["static"],
};

const READ_AND_WRITE = [
  ..."project keys platforms mocks policies project.policies templates oauth2 users sessions teams databases".split(
    " ",
  ),
  ..."tables columns indexes rows collections attributes documents buckets files tokens functions executions".split(
    " ",
  ),
  ..."execution sites log providers topics subscribers targets messages rules webhooks migrations schedules".split(" "),
  ..."vcs insights reports presences".split(" "),
];

/** The scopes that the key of a function's execution can have on Appwrite 1.9.6. */
export const SCOPES: readonly string[] = [
  ...READ_AND_WRITE.flatMap((name) => [`${name}.read`, `${name}.write`]),
  ..."locale.read avatars.read health.read assistant.read".split(" "),
];

/** A path below the root of the code, or nothing. */
export const INSIDE = {
  expression: /^(?!\/)(?!.*(^|\/)\.\.(\/|$)).*$/,
  words: 'a path from the root of the code in one line, without a leading slash and without ".."',
} as const;
