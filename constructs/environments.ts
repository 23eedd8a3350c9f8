/** What every environment says; it may say more, whatever the program needs. */
export interface EnvironmentSettings {
  /** API endpoint of its Appwrite. */
  readonly endpoint: string;
  /** Id of its project. */
  readonly project: string;
  /** Protect all that holds data against being destroyed. */
  readonly protect?: boolean;
}

/** What every environment has by itself, so that none can say it. */
type OwnWord = "name" | "all" | "is" | "pick";

/** Environments by name, with their settings. */
export type Definitions = {
  readonly [name: string]: EnvironmentSettings & {
    readonly [W in OwnWord]?: { readonly "every environment has this by itself": W };
  };
};

/** One environment of several: its settings, and how a program tells it from the others. */
export type Environment<D extends Definitions> = D[keyof D] & {
  /** Its name. */
  readonly name: keyof D & string;
  /** All of them, by name. */
  readonly all: D;
  /** Is it this one? */
  is(name: keyof D & string): boolean;
  /** A value for each environment, of which it gives its own. One that is missing does not compile. */
  pick<const C extends { readonly [N in keyof D]: unknown }>(
    choices: C & { readonly [N in Exclude<keyof C, keyof D>]: { readonly "there is no environment": N } },
  ): C[keyof D];
};

/** Any environment, for code that needs only what all have. */
export interface AnyEnvironment extends EnvironmentSettings {
  /** Its name. */
  readonly name: string;
  /** All environments, by name. */
  readonly all: { readonly [name: string]: EnvironmentSettings };
}

/** Environments that were defined: each by its name. */
export type EnvironmentSet<D extends Definitions> = { readonly [N in keyof D]: Environment<D> } & {
  /** The type of one of them: `typeof envs.Env`. Nothing at run time. */
  readonly Env: Environment<D>;
  /** Calls a function with each, in the order of definition: one stack each. */
  each<T>(visit: (environment: Environment<D>) => T): T[];
};

/** The environments of a project: typed differences, and nothing else that differs. */
export const Environments = {
  /** Defines them. What a program reads of an environment must be there in all of them. */
  define: <const D extends Definitions>(definitions: D): EnvironmentSet<D> => {
    const names = Object.keys(definitions) as (keyof D & string)[];
    const reserved = names.find((name) => name === "Env" || name === "each");
    if (reserved !== undefined) throw new Error(`An environment cannot be called ${reserved}.`);
    const environments = names.map((name) => environment(definitions, name));
    return {
      ...Object.fromEntries(environments.map((one) => [one.name, one])),
      each: (visit: (one: Environment<D>) => unknown) => environments.map(visit),
    } as EnvironmentSet<D>;
  },
} as const;

const OWN_WORDS: readonly OwnWord[] = ["name", "all", "is", "pick"];

function environment<D extends Definitions>(definitions: D, name: keyof D & string): Environment<D> {
  const said = OWN_WORDS.find((word) => definitions[name]?.[word] !== undefined);
  if (said !== undefined) {
    throw new Error(
      `The environment ${name} cannot say ${said}, which every environment has by itself. Use another word.`,
    );
  }
  const own = {
    ...definitions[name],
    name,
    all: definitions,
    is: (other: string) => other === name,
    pick: (choices: { readonly [key: string]: unknown }) => {
      if (Object.hasOwn(choices, name)) return choices[name];
      throw new Error(`env.pick has no value for ${name}. It has: ${Object.keys(choices).join(", ")}.`);
    },
  };
  return own as unknown as Environment<D>;
}
