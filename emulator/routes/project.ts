import { type Handlers, json } from "../context.ts";
import { consoleRoutes } from "../project/console.ts";
import { keyRoutes } from "../project/keys.ts";
import { oauth2Routes } from "../project/oauth2.ts";
import { platformRoutes } from "../project/platforms.ts";
import { policyRoutes } from "../project/policies.ts";
import { projectRoutes as ownRoutes } from "../project/projects.ts";
import { smtpRoutes } from "../project/smtp.ts";
import { switchRoutes } from "../project/switches.ts";
import { templateRoutes } from "../project/templates.ts";
import { projectVariableRoutes } from "../project/variables.ts";
import { webhookRoutes } from "../project/webhooks.ts";

/** What nobody has in the emulator, and what it knows of where a caller is. */
const nothing: Handlers = {
  "GET /v1/migrations": () => json({ total: 0, migrations: [] }),
  "GET /v1/locale": () =>
    json({
      ip: "127.0.0.1",
      countryCode: "--",
      country: "Unknown",
      continentCode: "--",
      continent: "Unknown",
      eu: false,
      currency: "",
    }),
};

/** A project's settings, keys, platforms, webhooks and variables, and the projects themselves. */
export const projectRoutes: Handlers = {
  ...ownRoutes,
  ...switchRoutes,
  ...policyRoutes,
  ...oauth2Routes,
  ...smtpRoutes,
  ...templateRoutes,
  ...keyRoutes,
  ...platformRoutes,
  ...webhookRoutes,
  ...projectVariableRoutes,
  ...consoleRoutes,
  ...nothing,
};
