import { Lazy } from "cdktf";

/**
 * Terraform expressions as values. Everywhere else in this package a string is text, and what looks like an expression in it is
 * escaped.
 */
export const Expr = {
  /** An expression as Terraform writes it, without `${ }`: `Expr.raw('provider::appwrite::role_any()')`. */
  raw: (expression: string): string => Lazy.stringValue({ produce: () => `\${${expression}}` }),

  /** A template as Terraform reads it: `Expr.template("%{ if var.beta }beta%{ endif }")`. */
  template: (template: string): string => Lazy.stringValue({ produce: () => template }),
} as const;
