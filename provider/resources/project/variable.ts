import { collection, defineResource, id } from "../../schema/index.ts";
import { variableAttributes, variableHooks } from "../functions/variable.ts";

/** A variable that all functions and sites of a project read. */
export const projectVariable = defineResource({
  type: "appwrite_project_variable",
  noun: "variable",
  summary: "An environment variable of all functions and sites of a project.",
  notes: "A change takes effect with the next deployment of each function and site.",
  scopes: { read: "project.read", write: "project.write" },
  attributes: { id: id("variableId", "variable"), ...variableAttributes },
  api: collection("/project/variables", "variables"),
  hooks: variableHooks,
  importId: ["id"],
  lookup: { by: ["key"], plural: "appwrite_project_variables" },
  knownBy: ["key"],
});
