/** Who asks: nobody in particular, a project's API key, a user of the project, or a console user who administers it. */
export type Caller =
  | { readonly kind: "guest"; readonly scopes: readonly string[] }
  | { readonly kind: "key"; readonly scopes: readonly string[]; readonly ephemeral: boolean }
  | { readonly kind: "user"; readonly scopes: readonly string[]; readonly userId: string; readonly sessionId: string }
  | { readonly kind: "admin"; readonly scopes: readonly string[]; readonly userId: string; readonly sessionId: string };
