import fc from "fast-check";
import { catalogue } from "../provider/resources/index.ts";
import type { Row } from "../provider/schema/value.ts";
import { configurations } from "./support/configurations.ts";
import { repaired } from "./support/repair.ts";
import { startRunning } from "./support/running.ts";

const parents: Record<string, string> = {
  appwrite_auth_user: "u",
  appwrite_auth_team: "t",
  appwrite_messaging_topic: "n",
  appwrite_auth_target: "tg",
  appwrite_messaging_provider: "pr",
};
const runs = Number(process.argv[3] ?? 100);
async function main() {
  const only = process.argv[2] ?? "";
  for (const definition of catalogue.resources.filter(
    (d) => /auth_(user|team|membership|target)$|messaging/.test(d.type) && d.type.includes(only),
  )) {
    const r = await startRunning();
    const prepare = async () => {
      await r.reset();
      await r.call("POST", "/users", { userId: "u" });
      await r.call("POST", "/teams", { teamId: "t", name: "T" });
      await r.call("POST", "/messaging/topics", { topicId: "n", name: "N" });
      await r.call("POST", "/users/u/targets", { targetId: "tg", providerType: "email", identifier: "x@y.zz" });
      await r.call("POST", "/messaging/providers/sendgrid", { providerId: "pr", name: "N" });
    };
    const type = definition.type;
    const fix = (row: Row): Row =>
      Object.fromEntries(
        Object.entries(row).map(([n, v]) => {
          if (n === "provider_id" && row["provider_type"] !== "email") return [n, null];
      const ref = definition.attributes[n]?.options.ref;
          if (ref && v !== null) return [n, parents[ref] ?? v];
          if (n === "provider_id" && row["provider_type"] !== "email") return [n, null];
          if (n === "project_id" || n === "timeouts") return [n, null];
          if (n === "deletion_protection") return [n, false];
          if (n === "identifier" && row["provider_type"] === "email") return [n, `${v}@b.co`];
          if (n === "identifier" && row["provider_type"] === "sms") return [n, "+12065550123"];
          return [n, v];
        }),
      );
    let judged = 0,
      replaced = 0,
      updated = 0;
    const started = Date.now();
    const result = await fc.check(
      fc.asyncProperty(configurations(definition), configurations(definition), async (a, b) => {
        await prepare();
        const core = r.core(type);
        const [first, second] = [await repaired(core, definition, fix(a)), await repaired(core, definition, fix({ ...b, id: a["id"] ?? null, ...(Math.random() < 0.7 && type.includes("provider") ? { type: a["type"] ?? null } : {}), ...(type.includes("target") ? { provider_type: a["provider_type"] ?? null } : {}) }))];
        const lacks = (row: Row | null) =>
          !row ||
          Object.entries(definition.attributes).some(
            ([n, x]) => x.presence === "required" && (row[n] ?? null) === null,
          );
        if (!first || !second || lacks(first) || lacks(second)) return;
        judged++;
        const made = (await core.apply(await core.plan(null, first))) as Row;
        let seen = (await core.read(made)) as Row;
        const p1 = await core.plan(seen, first);
        if (p1.action !== "none")
          throw new Error(`after create: ${p1.action} ${JSON.stringify(diff(seen, p1.planned ?? {}))}`);
        const p2 = await core.plan(seen, second);
        if (p2.action === "replace") replaced++;
        if (p2.action === "update") updated++;
        const changed = p2.action === "none" ? seen : ((await core.apply(p2)) as Row);
        seen = (await core.read(changed)) as Row;
        const p3 = await core.plan(seen, second);
        if (p3.action !== "none")
          throw new Error(`after update: ${p3.action} ${JSON.stringify(diff(seen, p3.planned ?? {}))}`);
        const id = definition.importId.map((n) => String(changed[n])).join("/");
        const imported = (await core.read(await core.import(id))) as Row;
        const p4 = await core.plan(imported, second);
        if (p4.action === "replace")
          throw new Error(`after import: ${p4.action} ${JSON.stringify(diff(imported, p4.planned ?? {}))}`);
        await core.apply(await core.plan(seen, null));
        if ((await core.read(seen)) !== null) throw new Error("still there");
      }),
      { numRuns: runs },
    );
    console.log(
      type,
      result.failed ? "FAILED" : "ok",
      judged,
      "judged",
      updated,
      "updates",
      replaced,
      "replacements",
      Date.now() - started,
      "ms",
    );
    if (result.failed)
      console.log(fc.defaultReportMessage(result)?.slice(0, 3000), String(result.errorInstance).slice(0, 1500));
    await r.close();
  }
}
function diff(a: Row, b: Row) {
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .filter((k) => JSON.stringify(a[k]) !== JSON.stringify(b[k]))
      .map((k) => [k, [a[k], b[k]]]),
  );
}
void main();
