import { OAUTH2_PROVIDERS } from "../../provider/resources/auth/oauth2-providers.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { PROVIDER_KINDS } from "../../provider/resources/messaging/provider-kinds.ts";
import type { Attribute, ResourceDefinition } from "../../provider/schema/index.ts";
import { docComment, docOf, HEADER, importOf, inputType, pascalWord, propertyOf } from "./classes.ts";

/** The types of a resource that takes other attributes for each, as constructs with the properties of one type: text by path. */
export function variantFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["constructs/generated/messaging-providers.ts", messagingProviders()],
    ["constructs/generated/oauth.ts", signInProviders()],
  ]);
}

/** One type of such a resource: what must be set, what may be, and what else must be, in one of several ways. */
interface Variant {
  readonly type: string;
  readonly needs: readonly string[];
  readonly takes: readonly string[];
  readonly oneOf?: readonly (readonly string[])[];
  /** Doc of an attribute in the words of this type, where it has its own. */
  readonly words?: { readonly [attribute: string]: string };
}

function messagingProviders(): string {
  const definition = definitionOf("appwrite_messaging_provider");
  const kinds = Object.entries(PROVIDER_KINDS).map(([type, { needs, takes }]) => ({ type, needs, takes }));
  const classes = kinds.map((variant) => {
    const name = pascalWord(variant.type);
    return `${propsOf(definition, variant, name, "SenderProps")}
/** A messaging provider of the type \`${variant.type}\`. */
export class ${name} extends Sender {
  /** Makes a provider whose name and id are those of the construct unless given. */
  constructor(scope: Construct, id: string, props: ${name}Props) {
    super(scope, id, "${variant.type}", props);
  }
}
`;
  });
  const body = classes.join("\n");
  return `${HEADER}${importOf(body, ["IResolvable"], "cdktf").join("")}
import type { Construct } from "constructs";
import { Sender, type SenderProps } from "../messaging.ts";
import type { Secret } from "../secret.ts";

${body}`;
}

function signInProviders(): string {
  const definition = definitionOf("appwrite_auth_provider");
  const functions = Object.entries(OAUTH2_PROVIDERS).map(([type, { id, secret, secretIs, extras, needs, since }]) => {
    const name = pascalWord(type);
    const single = needs.filter((ways) => ways.length === 1).flatMap((ways) => ways[0] ?? []);
    const oneOf = needs.filter((ways) => ways.length > 1).flat();
    const required = ["client_id", secretIs, ...single];
    const variant: Variant = {
      type,
      needs: required,
      takes: Object.keys(extras).filter((one) => !required.includes(one) && !oneOf.flat().includes(one as never)),
      oneOf,
      words: {
        client_id: `ID of the application at the provider, which calls it \`${id}\`.`,
        [secretIs]: `Secret of the application at the provider, which calls it \`${secret}\`.`,
      },
    };
    const props = propsOf(definition, variant, name, "SignInProps");
    const comment = [`Lets users sign in by \`${type}\`.`, ...(since ? [`Appwrite ${since} and later.`] : [])].join(
      " ",
    );
    return `${props}
/** ${comment} */
export function ${type}(scope: Construct, props: ${name}Props): SignIn {
  return new SignIn(scope, "${type}", props);
}
`;
  });
  const body = functions.join("\n");
  const imports = [...importOf(body, ["IResolvable"], "cdktf"), ...importOf(body, ["Construct"], "constructs")];
  return `${HEADER}${imports.join("\n")}
import { SignIn, type SignInProps } from "../oauth.ts";
import type { Secret } from "../secret.ts";

${body}`;
}

/** The properties of one type. */
function propsOf(definition: ResourceDefinition, variant: Variant, name: string, base: string): string {
  const { type, needs, takes, oneOf = [], words = {} } = variant;
  const lines = (attributes: readonly string[], isRequired: boolean): string =>
    attributes
      .map((attribute) => property(name, attribute, attributeOf(definition, attribute, words), isRequired))
      .join("\n");
  const body = [lines(needs, true), lines(takes, false)].filter(Boolean).join("\n");
  const own = `/** What \`${type}\` takes. */\nexport interface ${name}${oneOf.length > 0 ? "Base" : "Props"} extends ${base} {\n${body}\n}\n`;
  if (oneOf.length === 0) return own;
  const ways = oneOf.map((attributes) => `{\n${lines(attributes, true)}\n}`).join("\n  | ");
  return `${own}\n/** What \`${type}\` takes: one of several ways. */\nexport type ${name}Props = ${name}Base &\n  (${ways});\n`;
}

function property(name: string, attribute: string, own: Attribute, isRequired: boolean): string {
  const comment = docComment(docOf({ ...own, options: { ...own.options, conflictsWith: [] } }, undefined, true), "  ");
  const type = inputType(`${name}${pascalWord(attribute)}`, own, [], undefined);
  return `${comment}\n  readonly ${propertyOf(attribute)}${isRequired ? "" : "?"}: ${type}${isRequired ? "" : " | undefined"};`;
}

function attributeOf(
  definition: ResourceDefinition,
  name: string,
  words: { readonly [attribute: string]: string },
): Attribute {
  const attribute = definition.attributes[name];
  if (!attribute) throw new Error(`${definition.type} has no attribute ${name}.`);
  return { ...attribute, doc: words[name] ?? attribute.doc };
}

function definitionOf(type: string): ResourceDefinition {
  const definition = catalogue.resources.find((one) => one.type === type);
  if (!definition) throw new Error(`The catalogue has no ${type}.`);
  return definition;
}
