import { dependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { AppwriteResource } from "./appwrite-element.ts";
import { type Duration, secondsOf } from "./duration.ts";
import { AuthMethods, type AuthMethodsConfig } from "./generated/auth-methods.ts";
import { AuthMockPhone } from "./generated/auth-mock-phone.ts";
import { AuthPolicies, type AuthPoliciesConfig } from "./generated/auth-policies.ts";
import { ProjectEmailTemplate, type ProjectEmailTemplateConfig } from "./generated/project-email-template.ts";
import { ProjectLabels } from "./generated/project-labels.ts";
import { ProjectProtocols, type ProjectProtocolsConfig } from "./generated/project-protocols.ts";
import { ProjectServices, type ProjectServicesConfig } from "./generated/project-services.ts";
import { ProjectSmtp, type ProjectSmtpConfig } from "./generated/project-smtp.ts";
import { ProjectVariable } from "./generated/project-variable.ts";
import { type ManagedProps, metaOf, type OwnConfig, prefixInside } from "./managed.ts";
import { Secret, withSecrets } from "./secret.ts";

/** What settings take of Terraform: they are neither imported nor renamed, since there is one of each. */
type SettingsMeta = Pick<ManagedProps, "dependsOn" | "provider">;

/** The text of an e-mail. */
export type EmailTemplate = Omit<OwnConfig<ProjectEmailTemplateConfig>, "template" | "locale" | "projectId">;

type TemplateName = Extract<ProjectEmailTemplateConfig["template"], string>;
type Locale = Extract<ProjectEmailTemplateConfig["locale"], string>;

/** How users sign in, and what holds for their sessions and passwords. What is not set is left alone. */
export interface AuthSettingsProps extends Omit<OwnConfig<AuthPoliciesConfig>, "sessionDuration">, SettingsMeta {
  /** By which methods users sign in. */
  readonly methods?: OwnConfig<AuthMethodsConfig> | undefined;
  /** How long a session lasts: seconds, or such as `"30d"`. */
  readonly sessionDuration?: number | bigint | Duration | undefined;
  /** E-mails in one's own words, for all languages. */
  readonly templates?: { readonly [T in TemplateName]?: EmailTemplate } | undefined;
  /** E-mails in one's own words, by language. */
  readonly localizedTemplates?:
    | { readonly [L in Locale]?: { readonly [T in TemplateName]?: EmailTemplate } }
    | undefined;
  /** Numbers for tests, each with the code that it is sent. */
  readonly mockPhones?: { readonly [number: string]: Secret } | undefined;
}

/** How users of a project sign in. One per project. */
export class AuthSettings extends Construct {
  /** The resources in Terraform, those that have something to say. */
  readonly resources: readonly AppwriteResource[];

  /** Makes the settings. */
  constructor(scope: Construct, id: string, props: AuthSettingsProps) {
    super(scope, id);
    const {
      methods,
      sessionDuration,
      templates = {},
      localizedTemplates = {},
      mockPhones = {},
      dependsOn,
      provider,
      ...policies
    } = props;
    const meta = metaOf({ dependsOn, provider });
    const all = {
      ...policies,
      ...(sessionDuration === undefined
        ? {}
        : { sessionDuration: secondsOf(sessionDuration, `${this.node.path}: sessionDuration`) }),
    };
    const mails = [
      ...Object.entries(templates).map(([name, mail]) => [name, undefined, mail] as const),
      ...Object.entries(localizedTemplates).flatMap(([locale, localized]) =>
        Object.entries(localized ?? {}).map(([name, mail]) => [name, locale, mail] as const),
      ),
    ];
    this.resources = [
      ...(methods ? [named(new AuthMethods(this, "methods", { ...meta, ...methods }))] : []),
      ...(hasAny(all) ? [named(new AuthPolicies(this, "policies", { ...meta, ...all }))] : []),
      ...mails.flatMap(([name, locale, mail]) =>
        mail ? [template(this, name as TemplateName, locale as Locale, { ...meta, ...mail })] : [],
      ),
      ...Object.entries(mockPhones).map(([number, otp]) =>
        named(new AuthMockPhone(this, `phone ${number}`, { ...meta, number, otp }), number),
      ),
    ];
    awaitSmtp(this);
  }
}

/** What holds for a project as a whole. What is not set is left alone. */
export interface ProjectSettingsProps extends SettingsMeta {
  /** Which services answer clients. */
  readonly services?: OwnConfig<ProjectServicesConfig> | undefined;
  /** Which protocols are spoken. */
  readonly protocols?: OwnConfig<ProjectProtocolsConfig> | undefined;
  /** How e-mails are sent. */
  readonly smtp?:
    | (Omit<OwnConfig<ProjectSmtpConfig>, "password" | "passwordWo" | "passwordWoVersion"> & {
        /** Password of the user name. */
        readonly password?: Secret | undefined;
      })
    | undefined;
  /** Labels of the project. */
  readonly labels?: readonly string[] | undefined;
  /** Variables of all functions and sites: text, or secrets, which the console does not show. */
  readonly variables?: { readonly [name: string]: string | Secret } | undefined;
}

/** What holds for a project as a whole. One per project. */
export class ProjectSettings extends Construct {
  /** The resources in Terraform, those that have something to say. */
  readonly resources: readonly AppwriteResource[];

  /** Makes the settings. */
  constructor(scope: Construct, id: string, props: ProjectSettingsProps) {
    super(scope, id);
    const { services, protocols, smtp, labels, variables = {}, dependsOn, provider } = props;
    const meta = metaOf({ dependsOn, provider });
    this.resources = [
      ...(services ? [named(new ProjectServices(this, "services", { ...meta, ...services }))] : []),
      ...(protocols ? [named(new ProjectProtocols(this, "protocols", { ...meta, ...protocols }))] : []),
      ...(smtp ? [named(new ProjectSmtp(this, "smtp", { ...meta, ...withSecrets(smtp) }))] : []),
      ...(labels ? [named(new ProjectLabels(this, "labels", { ...meta, labels }))] : []),
      ...Object.entries(variables).map(([key, value]) =>
        named(new ProjectVariable(this, `variable ${key}`, { ...meta, key, ...variable(value) }), key),
      ),
    ];
    awaitSmtp(this);
  }
}

function variable(value: string | Secret) {
  return typeof value === "string"
    ? { value: Secret.plain(value), secret: false }
    : { ...withSecrets({ value }), secret: true };
}

function template(
  scope: Construct,
  name: TemplateName,
  locale: Locale | undefined,
  mail: EmailTemplate,
): ProjectEmailTemplate {
  const id = locale === undefined ? name : `${name}_${locale}`;
  const config = { ...mail, template: name, ...(locale === undefined ? {} : { locale }) };
  return named(new ProjectEmailTemplate(scope, `template ${id}`, config), id);
}

/** Names a resource after the settings that it is part of, and after what it is, where there are several. */
function named<R extends AppwriteResource>(resource: R, own?: string): R {
  const settings = resource.node.scope as Construct;
  if (prefixInside(settings, undefined) === undefined) return resource;
  const name = own === undefined ? settings.node.id : `${settings.node.id}_${own}`;
  resource.overrideLogicalId(name.replace(/[^\w-]/g, "_"));
  return resource;
}

/** Appwrite takes templates only while custom SMTP is enabled, so that those of a stack wait for it, whichever is made first. */
function awaitSmtp(scope: Construct): void {
  const all = TerraformStack.of(scope).node.findAll();
  const smtp = all.find((one): one is ProjectSmtp => one instanceof ProjectSmtp);
  if (smtp === undefined) return;
  for (const mail of all.filter((one): one is ProjectEmailTemplate => one instanceof ProjectEmailTemplate)) {
    if (awaiting.has(mail)) continue;
    awaiting.add(mail);
    mail.dependsOn = [...(mail.dependsOn ?? []), dependable(smtp)];
  }
}

const awaiting = new WeakSet<ProjectEmailTemplate>();

function hasAny(values: object): boolean {
  return Object.values(values).some((value) => value !== undefined);
}
