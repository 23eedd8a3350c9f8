/** Which folder may import which: the table in ARCHITECTURE.md, as a check. */
const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(provider|environments|cli|constructs|emulator|scripts|test|bench)/|^node_modules/", pathNot: to },
});

module.exports = {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    only("schema", "^provider/schema/", "^provider/schema/", "The words that resources are written in import nothing."),
    only(
      "resources",
      "^provider/resources/",
      "^provider/(resources|schema)/",
      "Resources are data and hooks beside it.",
    ),
    only("engine", "^provider/engine/", "^provider/(engine|schema)/", "The engine knows no resource and no HTTP."),
    only(
      "client",
      "^provider/client/",
      "^provider/(client|schema)/",
      "The client knows HTTP, and nothing of Terraform.",
    ),
    only(
      "protocol",
      "^provider/protocol/",
      "^provider/(protocol|engine|schema)/",
      "The protocol knows no resource and no HTTP.",
    ),
    only(
      "emulator",
      "^emulator/",
      "^emulator/|^node_modules/libsql/",
      "A fake that is derived from our definitions repeats our mistakes.",
    ),
    only(
      "environments",
      "^environments/",
      "^(environments/|provider/((engine|schema|client)/|version.ts))",
      "One diff engine.",
    ),
    only(
      "constructs",
      "^constructs/",
      "^constructs/|^node_modules/(cdktf|cdktn|constructs|@cdktf)/",
      "Users of constructs load no provider.",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    parser: "swc",
    enhancedResolveOptions: { extensions: [".ts", ".js", ".cjs", ".json"] },
  },
};
