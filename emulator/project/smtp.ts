import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { Project } from "../projects.ts";
import { greetSmtp } from "../smtp-client.ts";
import { emptySmtp, namedProject, type Smtp, smtpOf, writeColumn } from "./settings.ts";
import { showProject } from "./show.ts";

/** Custom SMTP. Enabling it connects to the mail server within the request (real-server.md, section G). */
export const smtpRoutes: Handlers = {
  "PATCH /v1/project/smtp": change,
  "POST /v1/project/smtp/tests": ({ project }, params) => {
    // A host that is given is tried by itself, as clients of 1.9.1 ask for.
    const isOwn = params.text("host") !== "";
    const { enabled, senderEmail, host, port } = smtpOf(project);
    if (!isOwn && !enabled) throw invalidArgument("SMTP must be enabled on the project to send a test email.");
    const used = isOwn
      ? { "sender email": params.text("senderEmail"), port: params.raw("port") }
      : { "sender email": senderEmail, host, port };
    const missing = Object.entries(used).find(([, value]) => !value);
    if (missing) throw invalidArgument(`SMTP ${missing[0]} must be configured on the project to send a test email.`);
    return empty();
  },
  "PATCH /v1/projects/:projectId/smtp": replace,
  "POST /v1/projects/:projectId/smtp/tests": (context, params) => {
    namedProject(context, params);
    return empty();
  },
};

const texts = [
  "host",
  "username",
  "password",
  "senderEmail",
  "senderName",
  "replyToEmail",
  "replyToName",
  "secure",
] as const;

/** Null keeps what is there. `enabled` left out means: enabled when the mail server can be reached. */
function change(context: Context, params: Params): Reply {
  const before = smtpOf(context.project);
  const given = [...texts, "port"].filter((name) => params.raw(name) !== null);
  const merged: Smtp = { ...before, ...Object.fromEntries(given.map((name) => [name, params.raw(name)])) };
  const asked = params.raw("enabled");
  const mustConnect = asked === true || (asked !== false && before.enabled);
  if (mustConnect) {
    const missing = (["host", "port", "senderEmail"] as const).find((name) => !merged[name]);
    if (missing !== undefined) throw invalidArgument(`Param "${missing}" is not optional.`);
  }
  const isTried = asked !== false && Boolean(merged.host && merged.port && merged.senderEmail);
  const fault = isTried ? connectionFault(context, merged) : "";
  if (mustConnect && fault !== "") throw new ServerError("project_smtp_config_invalid", { message: fault });
  const enabled = asked === false ? false : isTried ? fault === "" : before.enabled;
  return written(context, context.project, { ...merged, enabled });
}

/** 1.9.0 takes everything at once. */
function replace(context: Context, params: Params): Reply {
  const project = namedProject(context, params);
  if (!params.flag("enabled")) return written(context, project, { ...emptySmtp, enabled: false });
  const missing = Object.entries(needed).find(([name]) => !params.raw(name));
  if (missing) throw invalidArgument(`${missing[1]} is required when enabling SMTP.`);
  const smtp: Smtp = {
    ...emptySmtp,
    enabled: true,
    host: params.text("host"),
    port: params.whole("port"),
    username: params.text("username"),
    password: params.text("password"),
    secure: params.text("secure"),
    senderName: params.text("senderName"),
    senderEmail: params.text("senderEmail"),
    replyToEmail: params.text("replyTo"),
  };
  const fault = connectionFault(context, smtp);
  if (fault !== "") throw new ServerError("project_smtp_config_invalid", { message: fault });
  return written(context, project, smtp);
}

// What 1.9.0 asks for, in its order and words.
const needed = { senderName: "Sender name", senderEmail: "Sender email", host: "Host", port: "Port" } as const;

function connectionFault({ outside, settings }: Context, { host, port, secure, username, password }: Smtp): string {
  const isHere = host === "localhost" || host.startsWith("127.");
  if (!isHere && !settings.offline) return "";
  const key = JSON.stringify(["smtp", host, port, secure, username, password]);
  return outside(key, () =>
    isHere
      ? greetSmtp({ host, port: port ?? 0, secure, username, password })
      : Promise.resolve("SMTP Error: Could not connect to SMTP host. Failed to connect to server"),
  );
}

function written(context: Context, project: Project, smtp: Smtp): Reply {
  return json(showProject(context, writeColumn(context, project, "smtp", smtp as unknown as JsonObject)));
}
