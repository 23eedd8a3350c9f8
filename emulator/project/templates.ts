import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { type Project, updateProject } from "../projects.ts";
import { isOlder } from "../versions.ts";
import { builtInTemplate } from "./built-in-templates.ts";
import { columnOf, namedProject, paged, smtpOf, writeColumn } from "./settings.ts";

/** E-mail templates: what was customised, by template and locale; anything else is built in. */
export const templateRoutes: Handlers = {
  "GET /v1/project/templates/email": (context, params) => {
    const custom = Object.entries(columnOf(context.project, "templates"));
    const { total, items } = paged(custom, params);
    return json({
      total,
      templates: items.map(([key, fields]) => {
        const [, templateId = "", locale = ""] = /^email\.([^-]+)-(.*)$/.exec(key) ?? [];
        return show(context, templateId, locale, fields as JsonObject);
      }),
    });
  },
  "GET /v1/project/templates/email/:templateId": (context, params) =>
    json(shown(context, context.project, params.text("templateId"), localeOf(params))),
  "PATCH /v1/project/templates/email": change,
  "DELETE /v1/projects/:projectId/templates/email": (context, params) => {
    remove(context, namedProject(context, params), keyOf(params.text("type"), localeOf(params)));
    return empty();
  },

  "GET /v1/projects/:projectId/templates/email/:type/:locale": (context, params) =>
    json(shown(context, namedProject(context, params), params.text("type"), params.text("locale"))),
  "PATCH /v1/projects/:projectId/templates/email/:type/:locale": (context, params) => {
    const project = namedProject(context, params);
    const [type, locale] = [params.text("type"), params.text("locale")];
    const fields = {
      subject: params.text("subject"),
      message: params.text("message"),
      senderName: params.text("senderName"),
      senderEmail: params.text("senderEmail"),
      replyToEmail: params.text("replyTo"),
    };
    writeColumn(context, project, "templates", { [keyOf(type, locale)]: fields });
    return json(show(context, type, locale, fields));
  },
  "DELETE /v1/projects/:projectId/templates/email/:type/:locale": (context, params) => {
    const project = namedProject(context, params);
    const [type, locale] = [params.text("type"), params.text("locale")];
    const fields = columnOf(project, "templates")[keyOf(type, locale)];
    if (!fields) throw new ServerError("project_template_default_deletion");
    remove(context, project, keyOf(type, locale));
    return json(show(context, type, locale, fields as JsonObject));
  },
  ...Object.fromEntries(
    ["GET", "PATCH", "DELETE"].map((method) => [
      `${method} /v1/projects/:projectId/templates/sms/:type/:locale`,
      (): Reply => {
        throw new ServerError("general_not_implemented", { message: "Server Error", code: 500 });
      },
    ]),
  ),
};

/** A built-in template, as the console shows it to anybody. */
export function showBuiltIn(context: Context, params: Params): Reply {
  const locale = localeOf(params);
  const templateId = params.text("templateId");
  return json(show(context, templateId, locale, builtInTemplate(templateId)));
}

/** Without a locale it is the server's own. */
function localeOf(params: Params): string {
  return params.text("locale") || "en";
}

function keyOf(templateId: string, locale: string): string {
  return `email.${templateId}-${locale}`;
}

function shown(context: Context, project: Project, templateId: string, locale: string): JsonObject {
  const custom = columnOf(project, "templates")[keyOf(templateId, locale)];
  return show(context, templateId, locale, (custom as JsonObject | undefined) ?? builtInTemplate(templateId));
}

function show({ version }: Context, templateId: string, locale: string, fields: JsonObject): JsonObject {
  const { message = "", subject = "", senderName = "", senderEmail = "" } = fields;
  const { replyToEmail = "", replyToName = "" } = fields;
  if (isOlder(version, "1.9.5"))
    return { type: templateId, locale, message, senderName, senderEmail, replyTo: replyToEmail, subject };
  return { templateId, locale, message, senderName, senderEmail, replyToEmail, replyToName, subject };
}

const fields = ["subject", "message", "senderName", "senderEmail", "replyToEmail", "replyToName"];

/** Null keeps what is there; the first change of a template and locale needs a subject and a message. */
function change(context: Context, params: Params): Reply {
  if (!smtpOf(context.project).enabled)
    throw invalidArgument("SMTP must be enabled on the project to configure custom email templates.");
  const [templateId, locale] = [params.text("templateId"), localeOf(params)];
  const key = keyOf(templateId, locale);
  const given = fields.filter((name) => params.raw(name) !== null).map((name) => [name, params.raw(name)]);
  const before = columnOf(context.project, "templates")[key] as JsonObject | undefined;
  const merged: JsonObject = { ...before, ...Object.fromEntries(given) };
  const missing = ["subject", "message"].find((name) => !merged[name]);
  if (missing !== undefined) throw invalidArgument(`Param "${missing}" is not optional.`);
  writeColumn(context, context.project, "templates", { [key]: merged });
  return json(show(context, templateId, locale, merged));
}

function remove(context: Context, project: Project, key: string): void {
  const { [key]: _, ...others } = columnOf(project, "templates");
  updateProject(context.store, project.id, { templates: others }, context.now);
}
