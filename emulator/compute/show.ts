import type { Context } from "../context.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Stored } from "../store.ts";
import { showVariable, variablesOf } from "../variables.ts";
import { type ComputeWords, ownerOf } from "./words.ts";

/** A function or site as the server tells it. */
export function show(
  context: Pick<Context, "store" | "project" | "version">,
  words: ComputeWords,
  stored: Stored,
): JsonObject {
  const { id, data } = stored;
  const vars = variablesOf(context, ownerOf(words, stored)).map(showVariable);
  const names = words.shown.filter(
    (name) => context.version !== "1.9.0" || !["providerBranches", "providerPaths"].includes(name),
  );
  const told = names.map((name): [string, Json] => [name, name === "vars" ? vars : (data[name] ?? "")]);
  return {
    $id: id,
    $createdAt: data["createdAt"] ?? "",
    $updatedAt: data["updatedAt"] ?? "",
    ...Object.fromEntries(told),
  };
}
